"""Use case: boxes are received (domain section 6): by a scanner, by hand, or automatically when they ship to the
customer.

Each code gets its outcome, and a bad one is never an error. A box is received once, whoever comes first: what becomes
of it is decided while its order line is locked. It goes onto its customer's invoice, or into the buyer's inventory,
where it is allocated to its prebook's line, or free.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from k2k_core.domain.answers.fulfilment import ScannedBox
from k2k_core.domain.box_codes import ALREADY_RECEIVED, ARRIVED, CANCELLED, NOT_YOURS, UNKNOWN, read_codes
from k2k_core.domain.orders import BILLED, RECEIVED, STAGED
from k2k_core.domain.roles import BOXES, PURCHASING
from k2k_core.errors import Conflict
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.fulfilment import billing, received_lots
from k2k_core.services.fulfilment.box_events import BoxEvents
from k2k_core.services.fulfilment.scan_answers import ScanAnswer
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.journal import Change, audit
from k2k_core.store.database.session import Session
from k2k_core.store.fulfilment import allocation, awbs, boxes, departures, missing_boxes
from k2k_core.store.fulfilment.boxes import ClaimRow
from k2k_core.store.fulfilment.received_lots import LineLots, of_lines, put_boxes
from k2k_core.store.orders import documents
from k2k_core.store.orders.rows import LineRow

SCAN, BY_HAND = "scan", "confirm"
"""How boxes arrive, as values of the setting `auto_billing`."""

ALLOCATED = "allocated"


def scan(context: ServiceContext, company: str, box_codes: Sequence[str], key: str | None = None) -> list[ScannedBox]:
    """Receive scanned codes, in order: `{box_code, outcome}`, each code as it is printed on its box."""
    context.actor.require(BOXES, company)
    return _arrive(context, company, box_codes, SCAN, key)


def receive(
    context: ServiceContext, company: str, box_codes: Sequence[str], key: str | None = None
) -> list[ScannedBox]:
    """The same by hand, from the staging area."""
    context.actor.require(PURCHASING, company)
    return _arrive(context, company, box_codes, BY_HAND, key)


def _arrive(
    context: ServiceContext, company: str, box_codes: Sequence[str], how: str, key: str | None
) -> list[ScannedBox]:
    codes = read_codes(box_codes)
    with context.store.reading() as session:  # reads the set-up into the cache for the following scans
        context.snapshots.get(session, company).customers_by_id(session)

    def work(session: Session) -> list[ScannedBox]:
        snapshot = context.snapshots.get(session, company)
        printed = boxes.as_printed(session, codes)
        outcomes = Receiving(session, snapshot, how, context).arrive(printed)
        arrived = [code for code, outcome in zip(printed, outcomes, strict=True) if outcome in ARRIVED]
        if arrived:
            audit(session, context.actor, snapshot.id, how, f"{len(arrived)} boxes", Change(after=arrived))
        return ScanAnswer(context, session, snapshot, how).of(printed, outcomes)

    return IdempotentCommand(context, company, how, key, {"box_codes": codes}).transact(work)


class Share(NamedTuple):
    """The received boxes of one line: those for the customer's invoice, those allocated to the line, and free stock."""

    billed: list[int]
    allocated: list[int]
    free: list[int]


class Receiving:
    """One company receiving boxes in one unit of work."""

    def __init__(
        self,
        session: Session,
        buyer: CompanySnapshot,
        how: str,
        context: ServiceContext,
        billed: bool | None = None,
    ) -> None:
        """`billed` says whether boxes go onto invoices at once; without it the mode of automatic billing does."""
        self.session, self.buyer, self.how, self.context = session, buyer, how, context
        by_mode = buyer.company.settings.auto_billing in (how, "both")
        self.billed = by_mode if billed is None else billed
        self._lots: dict[int, LineLots] = {}

    def arrive(self, codes: Sequence[str]) -> list[str]:
        """The outcome of each code, in order."""
        known = boxes.by_code(self.session, codes)
        self._hold(boxes.last_claims(self.session, self.buyer.id, known.values()))
        claims = boxes.last_claims(self.session, self.buyer.id, known.values())
        arrived = self._take([claim for claim in claims.values() if claim["open"]], known)
        arrived |= self._find_again([claim for claim in claims.values() if _is_missing(claim)])
        return list(self._outcomes(codes, known, claims, arrived))

    def _hold(self, claims: dict[int, ClaimRow]) -> None:
        """Lock the documents, lots and lines of the boxes, in the common lock order (`store.orders.order_writes`)."""
        waiting = [claim for claim in claims.values() if claim["open"] or _is_missing(claim)]
        held = (claim["prebook_id"] or claim["purchase_order_id"] for claim in waiting)
        documents.hold(self.session, [document for document in held if document is not None])
        self._lots = of_lines(self.session, self.buyer.id, waiting)
        lots = {lot.id for line in self._lots.values() for lot in line.lots}
        ids = documents.ids_in(waiting, "line_id")
        lots |= set(documents.ids_in(documents.lines_by(self.session, "id", ids), "lot_id"))
        documents.hold(self.session, lots=lots, lines=self._lots)

    def _take(self, claims: Sequence[ClaimRow], known: dict[str, int]) -> dict[int, str]:
        """Close the claims and put the boxes where they belong; the outcome by box."""
        if not claims:
            return {}
        if any(claim["line_id"] not in self._lots for claim in claims):
            raise Conflict("Some of these boxes came onto another order at the same time. Scan them again.")
        self.session.remember_sequences()
        boxes.close_claims(self.session, [claim["id"] for claim in claims])
        by_line: dict[int, list[int]] = defaultdict(list)
        for claim in claims:
            by_line[claim["line_id"]].append(claim["box_id"])
        lines = documents.lines_by(self.session, "id", by_line)
        came = {line_id: len(box_ids) for line_id, box_ids in by_line.items()}
        departures.leave(self.session, departures.not_shipped(self.session, lines), came, RECEIVED)
        shares = self._shares(lines, by_line)
        invoice = self._bill(lines, shares)
        lots = self._into_inventory(lines, shares)
        self._finish(lines)
        codes = {box_id: code for code, box_id in known.items()}
        box_events = BoxEvents(self.context, self.session, self.buyer, lines, self.how)
        outcomes: dict[int, str] = {}
        for line in lines:
            share = shares[line["id"]]
            outcomes |= dict.fromkeys(share.billed, BILLED) | dict.fromkeys((*share.allocated, *share.free), RECEIVED)
            for box in share.billed:
                box_events.emit_arrived(BILLED, codes[box], line["id"], invoice=invoice[line["prebook_id"]])
            for box in (*share.allocated, *share.free):
                box_events.emit_arrived(RECEIVED, codes[box], line["id"], own_lot=lots.get(line["id"]))
            for box in share.allocated:
                box_events.emit_for(ALLOCATED, codes[box], line["id"], own_lot=lots.get(line["id"]))
        return outcomes

    def _find_again(self, claims: Sequence[ClaimRow]) -> dict[int, str]:
        """Boxes that were received automatically and reported missing are scanned after all: the report is withdrawn;
        returns the state of each, by box."""
        missing_boxes.mark(self.session, [claim["box_id"] for claim in claims], None)
        return {claim["box_id"]: claim["box_state"] for claim in claims}

    def _shares(self, lines: Sequence[LineRow], by_line: dict[int, list[int]]) -> dict[int, Share]:
        """How the received boxes of each line are divided: its customer's first, what was released after them."""
        owed = allocation.still_owed(self.session, lines)
        shares = {}
        for line in lines:
            came, number = by_line[line["id"]], max(0, owed[line["id"]])
            theirs, free = came[:number], came[number:]
            billed = self.billed and billing.may_bill(self.session, self.buyer, line)
            shares[line["id"]] = Share(theirs, [], free) if billed else Share([], theirs, free)
        return shares

    def _bill(self, lines: Sequence[LineRow], shares: dict[int, Share]) -> dict[int, str]:
        """Put the boxes that are billed at once onto invoices; returns the invoice's number by prebook."""
        counted = [(line, len(shares[line["id"]].billed)) for line in lines if shares[line["id"]].billed]
        numbers = billing.put_on_invoices(self.session, self.buyer, counted)
        boxes.move(self.session, [box for share in shares.values() for box in share.billed], state=BILLED)
        return numbers

    def _into_inventory(self, lines: Sequence[LineRow], shares: dict[int, Share]) -> dict[int, str]:
        """Put the other boxes of each line into the buyer's inventory; returns the codes of the lots by line."""
        rest = [line for line in lines if shares[line["id"]].allocated or shares[line["id"]].free]
        vendors = self.context.snapshots.by_id(self.session, {line["vendor_id"] for line in rest})
        carried = awbs.by_ids(self.session, [line["awb_id"] for line in rest])
        codes = {}
        for line in rest:
            share, lots, awb = shares[line["id"]], self._lots[line["id"]], carried[line["awb_id"]]
            vendor = vendors[line["vendor_id"]]
            lot_id, codes[line["id"]] = received_lots.lot_for(self.session, self.buyer, vendor, line, lots, awb)
            put_boxes(self.session, self.buyer.id, lot_id, line["id"], share.allocated, share.free)
        return codes

    def _finish(self, lines: Sequence[LineRow]) -> None:
        """Lines whose last box has come become received, or billed if everything that was not released is on the
        invoice."""
        unfinished = boxes.lines_still_waiting(self.session, [line["id"] for line in lines])
        billing.finish(self.session, [line for line in lines if line["id"] not in unfinished], STAGED)

    def _outcomes(
        self, codes: Sequence[str], known: dict[str, int], claims: dict[int, ClaimRow], arrived: dict[int, str]
    ) -> Iterator[str]:
        for code in codes:
            box_id = known.get(code)
            if box_id is None:
                yield UNKNOWN
            elif box_id in arrived:
                yield arrived.pop(box_id)
            elif box_id not in claims:
                yield NOT_YOURS
            else:
                yield CANCELLED if claims[box_id]["state"] in documents.ENDED else ALREADY_RECEIVED


def _is_missing(claim: ClaimRow) -> bool:
    """Whether a box that was received automatically, as it shipped to its customer, is reported missing."""
    stands = claim["box_state"] in (RECEIVED, BILLED) and claim["box_line_id"] == claim["line_id"]
    return claim["missing"] is not None and not claim["open"] and stands and claim["state"] not in documents.ENDED
