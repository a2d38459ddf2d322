"""The current landed costs of the boxes of order lines (pricing section 3).

A line stores the costs at the time of the sale. Real costs of its AWB replace the estimates for every box that is not
billed; a billed box keeps the costs that it was billed with, and the difference is reported with its reason. Prices
never change.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from k2k_core.clock import moment_text
from k2k_core.domain import parsing
from k2k_core.domain.answers.documents import LandedCost
from k2k_core.domain.answers.fulfilment import CostShares, InStockShare, LineLandedCost
from k2k_core.domain.costs import COMPONENTS, FREIGHT, HANDLING, UnitCosts, real_costs, spread_over
from k2k_core.domain.items import OPEN_MARKET_UNITS
from k2k_core.domain.money import MICRO, Exact, money
from k2k_core.domain.order_charges import total, units
from k2k_core.messages import Message, joined
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.store.database.session import Session
from k2k_core.store.fulfilment import awbs, boxes, landed_costs
from k2k_core.store.fulfilment.awbs import AwbCostRow, AwbRow
from k2k_core.store.inventory.awb_costs import NO_AWBS, awb_costs
from k2k_core.store.orders.rows import LineRow


class LandedCosts:
    """The costs of some lines of one buyer, read together."""

    def __init__(self, session: Session, buyer: CompanySnapshot, lines: Sequence[LineRow]) -> None:
        self._session, self._buyer = session, buyer
        mine = [line for line in lines if line["buyer_id"] == buyer.id]
        came = [line["id"] for line in mine if line["awb_id"] is not None or line["vendor_id"] is None]
        self._carried = landed_costs.carried(session, buyer.id, came)
        numbers = {one.number for one in self._carried.values()}
        self._awbs = awb_costs(session, [buyer.id], numbers).get(buyer.id, NO_AWBS) if numbers else NO_AWBS

    def sold(self, line: LineRow) -> UnitCosts:
        """The costs of a line at the time of the sale."""
        return UnitCosts(line["landed_cost"], line["components"])

    def real(self, line: LineRow) -> dict[str, int]:
        """The real costs that apply to a line, per unit, by component."""
        found = self._carried.get(line["id"])
        costs = None if found is None else self._awbs.by_id(found.number, found.awb_id)
        real = real_costs(costs, line["fbe"] or 0, line["units_per_box"])
        return {name: amount for name, amount in real.items() if name in line["components"]}

    def now(self, line: LineRow) -> UnitCosts:
        """The current costs of the boxes of a line that are not billed."""
        return self.sold(line).with_real(self.real(line))


def store_billed(session: Session, buyer: CompanySnapshot, billed: Sequence[tuple[LineRow, int]]) -> None:
    """Store the current costs of boxes of lines that are billed now."""
    costs = LandedCosts(session, buyer, [line for line, _ in billed])
    for line, count in billed:
        now = costs.now(line)
        if now.landed_cost is not None and now != costs.sold(line):
            landed_costs.store_billed(session, line, count, now.landed_cost, now.components)


def landed_cost_report(
    session: Session, buyer: CompanySnapshot, lines: Sequence[LineRow]
) -> dict[int, list[LandedCost]]:
    """The landed costs of lines of a buyer, by line: the boxes that are not billed, then the billed ones by the costs
    that they were billed with. For the buyer's own staff only. A line whose boxes are on no AWB yet is left out."""
    reporter = _LandedCostReporter(session, buyer, lines)
    return {line["id"]: list(reporter.of(line)) for line in lines if line["id"] in reporter.carried}


class AwbReport(NamedTuple):
    """The landed costs of an AWB: of its lines, of the boxes in stock, and every change of its real costs, oldest
    first."""

    lines: list[LineLandedCost]
    in_stock: list[InStockShare]
    typed: list[AwbCostRow]


def report_of_awb(session: Session, buyer: CompanySnapshot, awb: AwbRow) -> AwbReport:
    """The current costs of the boxes on an AWB, each box once, with its share of the real amounts, and of lots of the
    company's own supply the boxes that are on no line yet. The shares of an amount add up to it (domain section 5)."""
    found = landed_costs.on_awb(session, buyer.id, awb)
    reporter = _LandedCostReporter(session, buyer, [*found.sent, *found.sold], awb["id"])
    reported = [
        (line, one)
        for line in sorted([*found.sent, *found.sold], key=lambda line: int(line["id"]))
        for one in reporter.of(line, found.sold_of.get(line["id"], 0))
    ]
    loads = [_load(line, one["boxes"]) for line, one in reported] + [lot.load(boxes) for lot, boxes in found.in_stock]
    parts = _shares(awb, loads, buyer.company.currency)
    rows: list[LineLandedCost] = [
        {**one, "line": str(line["id"]), "shares": part} for (line, one), part in zip(reported, parts, strict=False)
    ]
    rest = zip(found.in_stock, parts[len(reported) :], strict=True)
    in_stock: list[InStockShare] = [{"lot": lot.code, "boxes": boxes, "shares": part} for (lot, boxes), part in rest]
    return AwbReport(rows, in_stock, reporter.typed.get(awb["id"], []))


def _shares(awb: AwbRow, loads: Sequence[Exact], currency: str) -> list[CostShares]:
    """The real amounts of an AWB spread over full-box equivalents; None for one that is not entered."""
    spread: dict[str, list[str | None]] = {
        name: [None] * len(loads)
        if amount is None
        else [money(part, currency) for part in spread_over(amount, loads, currency)]
        for name, amount in ((FREIGHT, awb["freight"]), (HANDLING, awb["handling"]))
    }
    return [
        {"freight": freight, "handling": handling}
        for freight, handling in zip(spread[FREIGHT], spread[HANDLING], strict=True)
    ]


def _load(line: LineRow, boxes: int) -> Exact:
    """The full-box equivalents of some boxes of a line; loose units are a fraction of a box."""
    in_a_box = line["units_per_box"] if line["inventory_type"] == OPEN_MARKET_UNITS else 1
    return Exact(boxes * (line["fbe"] or 0), MICRO * in_a_box)


class _LandedCostReporter:
    """Reports the landed costs of some lines, read together, and who typed those of their AWBs, and of one more."""

    def __init__(
        self, session: Session, buyer: CompanySnapshot, lines: Sequence[LineRow], awb_id: int | None = None
    ) -> None:
        self.costs = LandedCosts(session, buyer, lines)
        self.carried, self.currency = self.costs._carried, buyer.company.currency
        self.billed = boxes.billed_of_lines(session, self.carried)
        self.stored = landed_costs.billed_with(session, self.billed)
        also = () if awb_id is None else (awb_id,)
        self.typed = awbs.costs_typed(session, buyer.id, {*(one.awb_id for one in self.carried.values()), *also})

    def of(self, line: LineRow, elsewhere: int = 0) -> Iterator[LandedCost]:
        """The costs of the boxes of a line, without those that are reported `elsewhere`."""
        billed = self.billed.get(line["id"], 0)
        if line["boxes"] > billed + elsewhere:
            yield self._boxes(line, line["boxes"] - billed - elsewhere, self.costs.now(line), billed=False)
        for cost, count in self._billed_with(line, billed):
            yield self._boxes(line, count, cost, billed=True)

    def _billed_with(self, line: LineRow, billed: int) -> Iterator[tuple[UnitCosts, int]]:
        """The number of boxes by the costs that they were billed with; boxes without stored costs were billed with
        those of the sale."""
        stored = self.stored.get(line["id"], [])
        counted: Counter[tuple[int, tuple[tuple[str, int], ...]]] = Counter()
        for row in stored:
            counted[row["landed_cost"], tuple(sorted(row["components"].items()))] += row["boxes"]
        if billed > counted.total():
            yield self.costs.sold(line), billed - counted.total()
        for (landed_cost, components), count in counted.items():
            yield UnitCosts(landed_cost, dict(components)), count

    def _boxes(self, line: LineRow, number: int, cost: UnitCosts, billed: bool) -> LandedCost:
        sold, now, real = self.costs.sold(line), self.costs.now(line), self.costs.real(line)
        difference = None if now.landed_cost is None else now.landed_cost - (cost.landed_cost or 0)
        count = units({**line, "boxes": number})
        awb = self.carried[line["id"]]
        last = self.typed.get(awb.awb_id, [])[-1:]
        return {
            "awb": awb.number,
            "boxes": number,
            "units": count,
            "billed": billed,
            "landed_cost": _text(cost.landed_cost),
            "estimated": _text(sold.landed_cost),
            "actual": _text(now.landed_cost),
            "difference": _text(difference),
            "amount": None if difference is None else money(total(difference, count, self.currency), self.currency),
            "components": [
                {
                    "component": name,
                    "estimated": _text(sold.components[name]),
                    "real": _text(real.get(name)),
                    "counted": _text(cost.components[name]),
                    "difference": _text(now.components[name] - cost.components[name]),
                }
                for name in COMPONENTS
                if name in sold.components
            ],
            "reason": _reason(line, cost, now, billed=billed),
            "typed_by": last[0]["person"] if last else None,
            "typed_at": moment_text(last[0]["at"]) if last else None,
        }


def _reason(line: LineRow, cost: UnitCosts, now: UnitCosts, billed: bool) -> str | None:
    """Why billed boxes have another cost than the current one; empty if there is no difference."""
    moved = [name for name in COMPONENTS if name in cost.components and now.components[name] != cost.components[name]]
    if not billed or not moved:
        return None
    parts = [
        Message(
            "{name} {was}, by now {now}", name=name, was=_text(cost.components[name]), now=_text(now.components[name])
        )
        for name in moved
    ]
    return Message(
        "billed before the costs of the AWB were typed so, per {unit_type}: {parts}",
        unit_type=line["unit_type"],
        parts=joined(parts),
    )


def _text(micros: int | None) -> str | None:
    return None if micros is None else parsing.number_text(micros)
