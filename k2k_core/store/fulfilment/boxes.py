"""Boxes and their claims: which order line holds a box, and in which state and lot it is.

A box has at most one open claim; every change of its state is one conditional UPDATE (architecture section 3).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypedDict

from peewee import fn

from k2k_core.domain.box_codes import readings, resolved
from k2k_core.domain.items import OPEN_MARKET_UNITS
from k2k_core.domain.orders import BILLED, RECEIVED, STAGED
from k2k_core.errors import Conflict
from k2k_core.store.database.queries import in_chunks
from k2k_core.store.database.session import Session
from k2k_core.store.fulfilment.awbs import is_named
from k2k_core.store.orders.documents import is_settled
from k2k_core.store.orders.rows import LineRow, Reference
from k2k_core.store.tables import Awb, Box, BoxClaim, Lot, OrderLine

IN_STOCK = "in_stock"
GIVEN = (STAGED, RECEIVED, BILLED)
"""Lines in these states have been given boxes."""


class ClaimRow(TypedDict):
    """A box that was given to an order line: the line's state, documents, AWB and vendor's lot (by code), and the box's
    lot, its current line, and why it is reported missing."""

    id: int
    box_id: int
    line_id: int
    open: bool
    state: str
    prebook_id: Reference
    purchase_order_id: Reference
    awb_id: Reference
    lot_code: str
    box_state: str
    box_line_id: Reference
    missing: str | None


class LabelledBox(TypedDict):
    """A box with the number of its printed labels, and its last line."""

    code: str
    printed: int
    line_id: int


class Staged(NamedTuple):
    """A box in a buyer's staging area."""

    code: str
    state: str
    awb: str
    awb_id: int
    vendor_id: int
    lot: str
    line_id: int
    mark_code: str


def allocate(session: Session, lines: Sequence[LineRow]) -> dict[int, list[str]]:
    """Give each line its boxes, lowest positions first, and stage them; returns box codes by line.

    The caller locks the lots: of two orders for one lot the first gets the first boxes.
    """
    by_lot: dict[int, list[LineRow]] = defaultdict(list)
    for line in lines:
        if line["inventory_type"] != OPEN_MARKET_UNITS:
            by_lot[line["lot_id"]].append(line)
    free = _free_boxes(session, {lot: sum(line["boxes"] for line in mine) for lot, mine in sorted(by_lot.items())})
    given: dict[int, list[str]] = {}
    claims: list[dict[str, Any]] = []
    for lot_id, wanted in sorted(by_lot.items()):
        for line in wanted:
            mine, free[lot_id] = free[lot_id][: line["boxes"]], free[lot_id][line["boxes"] :]
            whose = {"line_id": line["id"], "buyer_id": line["buyer_id"], "vendor_id": line["vendor_id"]}
            claims += [{"box_id": box_id, "box_code": code, **whose} for box_id, code in mine]
            given[line["id"]] = [code for _, code in mine]
    _claim(session, claims)
    return given


def hand_out(session: Session, lines: Sequence[LineRow]) -> None:
    """Boxes of a company's own stock leave with the customer that bought them: the lines get their boxes, which are
    billed. The caller locks the lots."""
    allocate(session, lines)
    mine = BoxClaim.line_id.in_([line["id"] for line in lines]) & BoxClaim.open
    given = [row[0] for row in session.rows(BoxClaim.select(BoxClaim.box_id).where(mine))]
    session.change(BoxClaim.update(open=False).where(mine))
    move(session, given, state=BILLED)


def release(session: Session, line_ids: Collection[int]) -> None:
    """Return the boxes that lines hold to the stock of their lot."""
    wanted = BoxClaim.line_id.in_(list(line_ids)) & BoxClaim.open
    held = [row[0] for row in session.rows(BoxClaim.select(BoxClaim.box_id).where(wanted).order_by(BoxClaim.box_id))]
    if not held:
        return
    session.lock(Box, held)
    session.change(BoxClaim.update(open=False).where(wanted))
    back = Box.update(state=IN_STOCK, line_id=None, printed=0, missing=None)  # its next label is no reprint
    session.change(back.where(Box.id.in_(held) & (Box.state == STAGED)))
    _move_shares_of_awbs(session, line_ids)


def _move_shares_of_awbs(session: Session, line_ids: Collection[int]) -> None:
    """Boxes left AWBs: if their real costs are entered, the other boxes have a larger share of them now."""
    typed = Awb.freight.is_null(False) | Awb.handling.is_null(False)
    lighter = Awb.select(Awb.buyer_id).join(OrderLine, on=OrderLine.awb_id == Awb.id)
    buyers = session.rows(lighter.where(OrderLine.id.in_(list(line_ids)) & typed).distinct())
    session.touched.update((buyer_id, Awb.sequence) for (buyer_id,) in buyers)


def by_code(session: Session, codes: Iterable[str]) -> dict[str, int]:
    """Ids of the network's boxes by code, without unknown codes: whoever scans a stranger's box is told so."""
    wanted = sorted({code for code in codes if code and code.isprintable()})
    found: dict[str, int] = {}
    with session.of_whole_network():
        for chunk in in_chunks(wanted):
            found.update(session.rows(Box.select(Box.code, Box.id).where(Box.code.in_(chunk))))
    return found


def as_printed(session: Session, given: Sequence[str]) -> list[str]:
    """Given codes, in order, as they are printed on the boxes of the network; unknown ones unchanged (domain section
    6)."""
    unknown = set(given) - by_code(session, given).keys()
    meant = by_code(session, [one for code in unknown for one in readings(code)])
    return [code if code not in unknown else resolved([code], meant)[0] for code in given]


def last_claims(session: Session, buyer_id: int, box_ids: Iterable[int]) -> dict[int, ClaimRow]:
    """The last claim of each box on behalf of a buyer."""
    found: dict[int, ClaimRow] = {}
    of_line = (OrderLine.state, OrderLine.prebook_id, OrderLine.purchase_order_id, OrderLine.awb_id)
    of_box = (Box.state.alias("box_state"), Box.line_id.alias("box_line_id"), Box.missing)
    columns = (BoxClaim.id, BoxClaim.box_id, BoxClaim.line_id, BoxClaim.open, *of_line, *of_box)
    query = (
        BoxClaim.select(*columns, Lot.code.alias("lot_code"))
        .join(Box, on=Box.id == BoxClaim.box_id)
        .switch(BoxClaim)
        .join(OrderLine, on=OrderLine.id == BoxClaim.line_id)
        .join(Lot, on=Lot.id == OrderLine.lot_id)
    )
    for chunk in in_chunks(list(box_ids)):
        mine = (BoxClaim.buyer_id == buyer_id) & BoxClaim.box_id.in_(chunk)
        found.update({claim["box_id"]: claim for claim in session.dicts(query.where(mine).order_by(BoxClaim.id))})
    return found


def own_lots(session: Session, company_id: int, box_ids: Iterable[int]) -> dict[int, str]:
    """By box the code of the company's own lot that it lies in."""
    found: dict[int, str] = {}
    for chunk in in_chunks(list(box_ids)):
        mine = (Box.company_id == company_id) & Box.id.in_(chunk)
        found.update(session.rows(Box.select(Box.id, Lot.code).join(Lot, on=Lot.id == Box.lot_id).where(mine)))
    return found


def close_claims(session: Session, claim_ids: Sequence[int]) -> None:
    """Close the claims of boxes that have arrived; raises `Conflict` when one of them is closed already."""
    closed = 0
    for chunk in in_chunks(claim_ids):
        closed += session.change(BoxClaim.update(open=False).where(BoxClaim.id.in_(chunk) & BoxClaim.open))
    if closed != len(claim_ids):
        raise Conflict("Somebody received some of these boxes at the same time. Scan them again.")


def move(session: Session, box_ids: Sequence[int], **changes: object) -> None:
    """Move staged boxes to another state or lot; raises `Conflict` when one of them is no longer staged."""
    moved = 0
    for chunk in in_chunks(box_ids):
        staged = Box.id.in_(chunk) & (Box.state == STAGED)
        moved += session.change(Box.update(**changes, missing=None).where(staged))
    if moved != len(box_ids):
        raise Conflict("Some of these boxes are no longer staged. Scan them again.")


def lines_still_waiting(session: Session, line_ids: Collection[int]) -> set[int]:
    """Those of the lines that still have boxes in the staging area."""
    waiting = BoxClaim.line_id.in_(list(line_ids)) & BoxClaim.open
    return {row[0] for row in session.rows(BoxClaim.select(BoxClaim.line_id).where(waiting).distinct())}


def staged_of_lines(session: Session, line_ids: Iterable[int]) -> dict[int, int]:
    """How many boxes of lines are still in the staging area, by line."""
    found: dict[int, int] = {}
    for chunk in in_chunks(sorted(set(line_ids))):
        held = BoxClaim.line_id.in_(chunk) & BoxClaim.open
        counted = BoxClaim.select(BoxClaim.line_id, fn.COUNT(BoxClaim.id)).where(held).group_by(BoxClaim.line_id)
        found.update(session.rows(counted))
    return found


def lines_with_arrivals(session: Session, line_ids: Collection[int]) -> set[int]:
    """Those of the lines of which boxes have arrived."""
    gone = BoxClaim.line_id.in_(list(line_ids)) & ~BoxClaim.open
    return {row[0] for row in session.rows(BoxClaim.select(BoxClaim.line_id).where(gone).distinct())}


def billed_of_lines(session: Session, line_ids: Iterable[int]) -> dict[int, int]:
    """How many boxes of order lines are on an invoice of their customer, by line."""
    found: dict[int, int] = {}
    for chunk in in_chunks(sorted(set(line_ids))):
        billed = Box.line_id.in_(chunk) & (Box.state == BILLED)
        found.update(session.rows(Box.select(Box.line_id, fn.COUNT(Box.id)).where(billed).group_by(Box.line_id)))
    return found


def codes_of_lines(session: Session, lines: Iterable[LineRow]) -> dict[int, list[str]]:
    """The boxes that lines were given at the confirmation, by line, in the order of allocation."""
    wanted = [line["id"] for line in lines if is_settled(line)]
    found: dict[int, list[str]] = defaultdict(list)
    for chunk in in_chunks(wanted):
        query = BoxClaim.select(BoxClaim.line_id, Box.code).join(Box, on=Box.id == BoxClaim.box_id)
        for line_id, code in session.rows(query.where(BoxClaim.line_id.in_(chunk)).order_by(BoxClaim.id)):
            found[line_id].append(code)
    return found


def billed_codes_of_lines(session: Session, line_ids: Iterable[int]) -> dict[int, list[str]]:
    """The boxes of order lines that are on an invoice of their customer, by line, in the order of allocation."""
    found: dict[int, list[str]] = defaultdict(list)
    for chunk in in_chunks(sorted(set(line_ids))):
        billed = Box.line_id.in_(chunk) & (Box.state == BILLED)
        query = Box.select(Box.line_id, Box.code).where(billed).order_by(Box.position, Box.id)
        for line_id, code in session.rows(query):
            found[line_id].append(code)
    return found


def codes_on_awb(session: Session, awb_id: int) -> list[str]:
    """Every box on an AWB, by the order of allocation."""
    query = (
        BoxClaim.select(Box.code)
        .join(OrderLine, on=OrderLine.id == BoxClaim.line_id)
        .switch(BoxClaim)
        .join(Box, on=Box.id == BoxClaim.box_id)
        .where((OrderLine.awb_id == awb_id) & OrderLine.state.in_(GIVEN))
        .order_by(BoxClaim.id)
    )
    return [row[0] for row in session.rows(query)]


def staged(session: Session, buyer_id: int, awb: str | None = None) -> list[Staged]:
    """The boxes in a buyer's staging area, by AWB and order line; those of AWBs by number or id."""
    wanted = (OrderLine.buyer_id == buyer_id) & BoxClaim.open & Box.missing.is_null()
    query = (
        BoxClaim.select(
            Box.code, Box.state, Awb.number, Awb.id, OrderLine.vendor_id, Lot.code, OrderLine.id, OrderLine.mark_code
        )
        .join(OrderLine, on=OrderLine.id == BoxClaim.line_id)
        .join(Awb, on=Awb.id == OrderLine.awb_id)
        .switch(BoxClaim)
        .join(Box, on=Box.id == BoxClaim.box_id)
        .join(Lot, on=Lot.id == Box.lot_id)
        .where(wanted if awb is None else wanted & is_named(awb))
        .order_by(Awb.id, BoxClaim.line_id, BoxClaim.id)
    )
    return [Staged(*row) for row in session.rows(query)]


def on_orders_of(
    session: Session, company_id: int, *, codes: Collection[str] | None = None, awbs: Collection[int] = ()
) -> dict[str, LabelledBox]:
    """The boxes on a company's K2K orders, bought or sold, by code, with their last line: those with some codes, or on
    some AWBs. Each is `code, printed, line_id`. A sale of own stock has no label."""
    named = [code for code in codes or () if code.isprintable()]
    wanted: Any = OrderLine.awb_id.in_(list(awbs)) if codes is None else Box.code.in_(named)
    mine: Any = (OrderLine.buyer_id == company_id) | (OrderLine.vendor_id == company_id)
    query = (
        BoxClaim.select(Box.code, Box.printed, BoxClaim.line_id)
        .join(OrderLine, on=OrderLine.id == BoxClaim.line_id)
        .switch(BoxClaim)
        .join(Box, on=Box.id == BoxClaim.box_id)
        .where(mine & wanted & OrderLine.sales_order_id.is_null(False) & OrderLine.state.in_(GIVEN))
        .order_by(BoxClaim.id)
    )
    return {row["code"]: row for row in session.dicts(query)}


class LineOfBoxes(NamedTuple):
    """An order line that boxes were given to, and its companies."""

    line_id: int
    buyer_id: int
    vendor_id: int | None


def by_line(session: Session, codes: Iterable[str]) -> dict[LineOfBoxes, list[str]]:
    """The codes by the lines that hold these boxes."""
    found: dict[LineOfBoxes, list[str]] = {}
    query = BoxClaim.select(OrderLine.id, OrderLine.buyer_id, OrderLine.vendor_id, Box.code)
    query = query.join(Box, on=Box.id == BoxClaim.box_id).switch(BoxClaim)
    query = query.join(OrderLine, on=OrderLine.id == BoxClaim.line_id).order_by(BoxClaim.id)
    ids = sorted(by_code(session, codes).values())
    for chunk in in_chunks(ids):
        for *line, code in session.rows(query.where(BoxClaim.box_id.in_(chunk) & OrderLine.state.in_(GIVEN))):
            found.setdefault(LineOfBoxes(*line), []).append(code)
    session.reach(one for line in found for one in (line.buyer_id, line.vendor_id) if one is not None)
    return found


def note_printed(session: Session, codes: Iterable[str]) -> None:
    """Count one more printed label of each of these boxes."""
    ids = list(by_code(session, codes).values())
    session.lock(Box, ids)
    for chunk in in_chunks(sorted(ids)):
        session.change(Box.update(printed=Box.printed + 1).where(Box.id.in_(chunk)))


_FREE = f"""
SELECT * FROM (
    SELECT b.lot_id, b.id, b.code FROM box b WHERE b.lot_id = ? AND b.state = '{IN_STOCK}'
        AND NOT EXISTS (SELECT 1 FROM box_claim c WHERE c.box_id = b.id AND c.open)
    ORDER BY b.position, b.id LIMIT ?) AS free
"""

LOTS_AT_ONCE = 100
"""Below the number of parts of one statement (500 on SQLite)."""


def _free_boxes(session: Session, counts: Mapping[int, int]) -> dict[int, list[tuple[int, str]]]:
    """So many free boxes of each lot, lowest positions first: ids and codes, by lot."""
    free: dict[int, list[tuple[int, str]]] = {lot_id: [] for lot_id in counts}
    for some in in_chunks(list(counts.items()), LOTS_AT_ONCE):
        statement = " UNION ALL ".join([_FREE] * len(some))
        for lot_id, box_id, code in session.ready_rows(statement, [one for pair in some for one in pair], (None,) * 3):
            free[lot_id].append((box_id, code))
    for lot_id, count in counts.items():
        if len(free[lot_id]) != count:
            raise Conflict(
                "{sold} {sold:box was|boxes were} sold, and {in_stock} of them {in_stock:is|are} in stock: void what is"
                " not there, or state again how many boxes there are.",
                sold=count,
                in_stock=len(free[lot_id]),
            )
    return free


def _claim(session: Session, claims: Sequence[dict[str, Any]]) -> None:
    """Claim free boxes for their lines, and stage them."""
    session.insert_many(BoxClaim, claims)
    of_line = BoxClaim.select(BoxClaim.line_id).where((BoxClaim.box_id == Box.id) & BoxClaim.open)
    staged = 0
    for ids in in_chunks([claim["box_id"] for claim in claims]):
        free = Box.id.in_(ids) & (Box.state == IN_STOCK)
        staged += session.change(Box.update(state=STAGED, line_id=of_line).where(free))
    if staged != len(claims):
        raise Conflict("Somebody took one of these boxes at the same time. Nothing was done.")
