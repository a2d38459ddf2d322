"""Findings about typed prices that leave less than the company's margin floor over the landed cost via warehouse: of
lots whose prices a write changes, and of offers that are priced."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from k2k_core.domain.items import Lot
from k2k_core.domain.margin_floor import CODE, WHOLE
from k2k_core.domain.money import Exact, money, percent_text, plain
from k2k_core.domain.price_checks import WARNING, Finding
from k2k_core.messages import Message
from k2k_core.services.catalog.assortment import Assortment
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.inventory.lots import OwnLots, split_ref
from k2k_core.services.pricing.pricer import Pricer, Sale
from k2k_core.services.setup.checked_writes import new_findings
from k2k_core.services.setup.hidden_vendor_names import Checked
from k2k_core.services.sharing.offer_prices import NOBODY
from k2k_core.services.sharing.shared_inventory import LotSelection, active_vendors
from k2k_core.store.database.session import Session
from k2k_core.store.inventory.lots import lot_rows

T = TypeVar("T")

PRICES = ("web_price", "price_a", "price_b", "price_b_manual", "unit_price")
"""The prices that are typed on a lot of one's own."""

_COSTS = frozenset(("unit_cost", "awb", "units_per_box", "box_type"))
"""Fields with which the landed cost of a lot may move too."""

MOST_LOTS = 1_000
"""More lots at once are a file or a first import: `what_if` says what of them is under the floor."""


def checking_typed(
    context: ServiceContext, company: str, refs: Collection[str], work: Callable[[Session], Checked[T]]
) -> Callable[[Session], Checked[T]]:
    """The work of a write, with the findings about the typed prices of these lots, `CODE` or `VENDOR/CODE`, that are
    under the margin floor only after it."""
    if not refs or len(refs) > MOST_LOTS:
        return work

    def checked(session: Session) -> Checked[T]:
        snapshot = context.snapshots.by_code(session, [company]).get(company)
        floor = None if snapshot is None else snapshot.company.settings.margin_floor
        if snapshot is None or floor is None:
            return work(session)
        before = _findings(context, session, snapshot, refs, floor)
        done = work(session)
        found = new_findings(before, _findings(context, session, snapshot, refs, floor))
        return Checked(done.answer, [*done.findings, *found])

    return checked


def priced_lots(company: str, changes: Iterable[Mapping[str, Any]]) -> set[str]:
    """The lots whose prices or costs some changes, as for `set` or `put`, write."""
    found: set[str] = set()
    for change in changes:
        values = change.get("values")
        if change.get("lot") is not None and isinstance(values, Mapping) and _touches(values):
            found.add(str(change["lot"]).removeprefix(f"{company}/"))
        if change.get("collection") == "lots" and isinstance(change.get("rows"), Sequence):
            found |= {str(row.get("code")) for row in change["rows"] if isinstance(row, Mapping) and _touches(row)}
    return found


def _touches(values: Mapping[str, Any]) -> bool:
    return not _COSTS.union(PRICES).isdisjoint(values)


def _findings(
    context: ServiceContext, session: Session, company: CompanySnapshot, refs: Collection[str], floor: int
) -> list[Finding]:
    own, offered = _lots(context, session, company, refs)
    found = [*_under(company, own, PRICES, "lots", floor), *_under(company, offered, ("va_price",), "offers", floor)]
    return sorted(found, key=lambda one: one.place)


Priced = Sequence[tuple[Lot, Exact | None]]
"""Lots with their landed costs."""


def _lots(
    context: ServiceContext, session: Session, company: CompanySnapshot, refs: Collection[str]
) -> tuple[Priced, Priced]:
    """The lots of one's own, and those of vendors, each with its landed cost via warehouse."""
    split = [split_ref(ref) for ref in refs]
    pricer = Pricer(context, session, company, Sale(NOBODY))
    own = OwnLots(session, company).lots(
        lot_rows(session, [company.id], [code for vendor, code in split if not vendor])
    )
    linked = [
        one for one in active_vendors(context, session, company) if one[1].code in {vendor for vendor, _ in split}
    ]
    if not linked:
        return list(zip(own, pricer.landed_costs(own), strict=True)), []
    rows = [row for _, vendor in linked for row in lot_rows(session, [vendor.id], [code for _, code in split])]
    sold = Assortment(context, session, company, Sale(NOBODY), LotSelection(None, rows, linked))
    offered = [article.lot for ref, article in sold.articles.items() if ref in refs]
    costs = pricer.landed_costs(offered, sold.unit_costs)
    return list(zip(own, pricer.landed_costs(own), strict=True)), list(zip(offered, costs, strict=True))


def _under(
    company: CompanySnapshot, lots: Priced, fields: Sequence[str], collection: str, floor: int
) -> Iterator[Finding]:
    for lot, landed in lots:
        for field in fields:
            price = getattr(lot, field)
            if price is None or landed is None:
                continue
            left = 1 - landed.as_fraction() / Exact.micros(price).as_fraction()
            if left * WHOLE < floor:
                problem = Message(
                    "{price} leaves {margin} % over the landed cost of {cost}, under the margin floor of {floor} %",
                    price=money(price, company.company.currency),
                    margin=percent_text(Exact.of(left)),
                    cost=plain(landed),
                    floor=Exact.micros(floor),
                )
                hint = Message("Raise the price, or lower the floor.")
                yield Finding(CODE, WARNING, f"{collection}.{lot.ref}.{field}", problem, hint)
