"""The real costs of AWBs, and the full-box equivalents that they are spread over (domain sections 1 and 5).

Boxes that a vendor sent count on the AWB that they came on, by the full-box equivalent of their order line, wherever
they are now. A lot of the company's own supply has the number of its AWB: it is the one from the company that its
vendor record stands for, else that of the company's own supply, and without a vendor the oldest with that number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from peewee import JOIN, Tuple, fn

from k2k_core.domain.costs import AwbCosts
from k2k_core.domain.items import OPEN_MARKET_UNITS
from k2k_core.domain.money import MICRO, ZERO, Exact
from k2k_core.domain.orders import BILLED, RECEIVED, STAGED
from k2k_core.store import tables
from k2k_core.store.database.session import Session

AwbKey = tuple[str, int]
"""The number and the id of an AWB."""

Candidates = Mapping[str | None, int]
"""The AWBs with one number to one company: the code of the sending company, None for own supply → its id."""

_LOT: Any = tables.Lot
_AWB: Any = tables.Awb
_LINE: Any = tables.OrderLine


@dataclass(frozen=True, slots=True)
class RealAwbCosts:
    """The AWBs to one company for which real costs were entered. `senders` are the company's vendor records that stand
    for a connected company, with its code."""

    costs: Mapping[AwbKey, AwbCosts] = field(default_factory=dict)
    candidates: Mapping[str, Candidates] = field(default_factory=dict)
    senders: Mapping[str, str] = field(default_factory=dict)

    def of_lot(self, number: str | None, awb_id: int | None, vendor: str | None) -> AwbCosts | None:
        """The real costs of a lot's AWB; None without one, or if none were entered."""
        if not number:
            return None
        found = awb_id or awb_of_own_lot(self.candidates.get(number, {}), vendor, self.senders.get(vendor or ""))
        return None if found is None else self.costs.get((number, found))

    def by_id(self, number: str, awb_id: int) -> AwbCosts | None:
        """The real costs of one AWB."""
        return self.costs.get((number, awb_id))


NO_AWBS = RealAwbCosts()


def awb_of_own_lot(candidates: Candidates, vendor: str | None, sender: str | None) -> int | None:
    """Which of the AWBs with one number a lot of the company's own supply came on: `vendor` is its vendor record,
    `sender` the connected company that the record stands for."""
    if vendor is not None:
        return candidates.get(sender, candidates.get(None))
    return candidates.get(None, min(candidates.values(), default=None))


def awb_costs(
    session: Session, company_ids: Collection[int], numbers: Collection[str] | None = None
) -> dict[int, RealAwbCosts]:
    """The AWBs of companies' stock with entered costs: with some numbers, or of all existing lots. A company without
    any is left out."""
    companies, company = list(company_ids), cast("Any", tables.Company)
    wanted = _AWB.buyer_id.in_(companies) & (_AWB.freight.is_null(False) | _AWB.handling.is_null(False))
    if numbers is None:
        there = _LOT.select(_LOT.company_id, _LOT.awb).where(_LOT.company_id.in_(companies) & ~_LOT.archived)
        wanted &= Tuple(_AWB.buyer_id, _AWB.number).in_(there)
    else:
        wanted &= _AWB.number.in_(list(numbers))
    typed = _AWB.select(_AWB.buyer_id, _AWB.number).where(wanted)
    columns = (_AWB.buyer_id, _AWB.number, company.code, _AWB.id, _AWB.freight, _AWB.handling)
    query = _AWB.select(*columns).join(company, JOIN.LEFT_OUTER, on=company.id == _AWB.vendor_id)
    rows = session.rows(query.where(Tuple(_AWB.buyer_id, _AWB.number).in_(typed)))
    candidates = _by_number(row[:4] for row in rows)
    if not candidates:
        return {}
    lots = own_lots(session, list(candidates), sorted({number for mine in candidates.values() for number in mine}))
    loads = _loads(session, candidates, lots)
    costs: dict[int, dict[AwbKey, AwbCosts]] = defaultdict(dict)
    for company_id, number, _, awb_id, freight, handling in rows:
        if (freight, handling) != (None, None):
            costs[company_id][number, awb_id] = AwbCosts(freight, handling, loads.get(awb_id, ZERO))
    senders: dict[int, dict[str, str]] = defaultdict(dict)
    for lot in lots:
        if lot.vendor is not None and lot.sender is not None:
            senders[lot.company_id][lot.vendor] = lot.sender
    return {one: RealAwbCosts(costs[one], candidates[one], senders[one]) for one in candidates}


def candidates_of(
    session: Session, company_ids: Collection[int], numbers: Collection[str]
) -> dict[int, dict[str, dict[str | None, int]]]:
    """Every AWB with some numbers to some companies, by company and number."""
    company: Any = tables.Company
    mine = _AWB.buyer_id.in_(list(company_ids)) & _AWB.number.in_(list(numbers))
    query = _AWB.select(_AWB.buyer_id, _AWB.number, company.code, _AWB.id)
    return _by_number(session.rows(query.join(company, JOIN.LEFT_OUTER, on=company.id == _AWB.vendor_id).where(mine)))


def _by_number(rows: Iterable[tuple[Any, ...]]) -> dict[int, dict[str, dict[str | None, int]]]:
    found: dict[int, dict[str, dict[str | None, int]]] = {}
    for company_id, number, sender, awb_id in rows:
        found.setdefault(company_id, {}).setdefault(number, {})[sender] = awb_id
    return found


def _loads(
    session: Session, candidates: Mapping[int, Mapping[str, Candidates]], lots: Iterable[OwnLot]
) -> Mapping[int, Exact]:
    """Full-box equivalents on AWBs, by id: of the boxes that vendors sent on them, and of lots of own supply. Loose
    units are a fraction of a box. A voided line has none, whoever was given its boxes afterwards."""
    ids = [awb_id for mine in candidates.values() for found in mine.values() for awb_id in found.values()]
    sent = _LINE.awb_id.in_(ids) & _LINE.state.in_((STAGED, RECEIVED, BILLED))
    query = _LINE.select(_LINE.awb_id, _LINE.fbe, fn.SUM(_LINE.boxes)).where(sent).group_by(_LINE.awb_id, _LINE.fbe)
    found: dict[int, Exact] = defaultdict(lambda: ZERO)
    for awb_id, fbe, boxes in session.rows(query):
        found[awb_id] += Exact.micros(int(boxes) * (fbe or 0))
    for lot in lots:
        awb = lot.awb_among(candidates[lot.company_id].get(lot.number, {}))
        if awb is not None:
            found[awb] += lot.load(lot.boxes)
    return {awb_id: load.reduced() for awb_id, load in found.items()}


@dataclass(frozen=True, slots=True)
class OwnLot:
    """A lot of a company's own supply that came on an AWB; `fbe` of a box in micros. `sender` is the connected company
    that its vendor record stands for."""

    id: int
    company_id: int
    code: str
    number: str
    vendor: str | None
    sender: str | None
    boxes: int
    fbe: int
    units_in_a_box: int

    def awb_among(self, candidates: Candidates) -> int | None:
        """Which of the AWBs with its number it came on."""
        return awb_of_own_lot(candidates, self.vendor, self.sender)

    def load(self, boxes: int) -> Exact:
        """The full-box equivalents of some of its boxes, or loose units."""
        return Exact(boxes * self.fbe, MICRO * self.units_in_a_box)


def own_lots(session: Session, company_ids: Collection[int], numbers: Collection[str]) -> list[OwnLot]:
    """The lots of companies' own supply that came on AWBs with some numbers, by id."""
    box, record = cast("Any", tables.BoxType), cast("Any", tables.Vendor)
    columns = (_LOT.id, _LOT.company_id, _LOT.code, _LOT.awb, _LOT.vendor, record.company, _LOT.boxes, box.fbe)
    mine = _LOT.company_id.in_(list(company_ids)) & _LOT.awb.in_(list(numbers)) & _LOT.awb_id.is_null()
    query = (
        _LOT.select(*columns, _LOT.inventory_type, _LOT.units_per_box)
        .join(box, on=box.id == _LOT.box_type_id)
        .switch(_LOT)
        .join(record, JOIN.LEFT_OUTER, on=(record.company_id == _LOT.company_id) & (record.code == _LOT.vendor))
    )
    found = []
    for row in session.rows(query.where(mine).order_by(_LOT.id)):
        lot_id, company_id, code, number, vendor, sender, boxes, fbe, inventory_type, units = row
        in_a_box = units if inventory_type == OPEN_MARKET_UNITS else 1
        found.append(OwnLot(lot_id, company_id, code, number, vendor, sender, boxes, fbe, in_a_box))
    return found
