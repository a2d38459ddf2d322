"""Use case: boxes arrive (domain section 6): by a scanner, by hand, or by themselves when they go to the customer.

Each code gets its outcome, and a bad one is never an error. A box is received once, whoever comes first: what becomes
of it is decided while its order line is held. It goes into the buyer's inventory, or onto its customer's invoice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from k2k_core.domain.answers.fulfilment import BoxOutcome
from k2k_core.domain.box_codes import ALREADY_RECEIVED, ARRIVED, CANCELLED, NOT_YOURS, UNKNOWN, read_codes
from k2k_core.domain.orders import BILLED, RECEIVED, STAGED
from k2k_core.domain.roles import BOXES, PURCHASING
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.documents import invoices, landed_costs
from k2k_core.services.fulfilment import received_lots
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.journal import Change, audit, emit
from k2k_core.store.database.session import Session
from k2k_core.store.fulfilment import awbs, boxes
from k2k_core.store.master_data.parties import connection_between
from k2k_core.store.orders import documents
from k2k_core.store.orders.documents import Row, get
from k2k_core.store.orders.invoices import invoice_to_customer
from k2k_core.store.orders.order_writes import document_numbers

SCAN, BY_HAND = "scan", "confirm"
"""How boxes arrive, in the words of the setting `auto_billing`."""

Names = dict[str, str | None]
"""What goes with a box, by the fields of its event."""


def scan(context: ServiceContext, company: str, box_codes: Sequence[str], key: str | None = None) -> list[BoxOutcome]:
    """What a scanner read, code by code, in order: `{box_code, outcome}`."""
    context.actor.require(BOXES, company)
    return _arrive(context, company, box_codes, SCAN, key)


def receive(
    context: ServiceContext, company: str, box_codes: Sequence[str], key: str | None = None
) -> list[BoxOutcome]:
    """The same by hand, from the staging area."""
    context.actor.require(PURCHASING, company)
    return _arrive(context, company, box_codes, BY_HAND, key)


def _arrive(
    context: ServiceContext, company: str, box_codes: Sequence[str], how: str, key: str | None
) -> list[BoxOutcome]:
    codes = read_codes(box_codes)
    with context.store.reading() as session:  # what is set up is remembered when it is read here: scan after scan
        context.snapshots.get(session, company).customers_by_id(session)

    def work(session: Session) -> list[BoxOutcome]:
        snapshot = context.snapshots.get(session, company)
        outcomes = Receiving(session, snapshot, how, context).arrive(codes)
        arrived = [code for code, outcome in zip(codes, outcomes, strict=True) if outcome in ARRIVED]
        if arrived:
            audit(session, context.actor, snapshot.id, how, f"{len(arrived)} boxes", Change(after=arrived))
        return [{"box_code": code, "outcome": outcome} for code, outcome in zip(codes, outcomes, strict=True)]

    return IdempotentCommand(context, company, how, key, {"box_codes": codes}).transact(work)


class Receiving:
    """One company receiving boxes in one unit of work."""

    def __init__(self, session: Session, buyer: CompanySnapshot, how: str, context: ServiceContext) -> None:
        self.session, self.buyer, self.how, self.context = session, buyer, how, context

    def arrive(self, codes: Sequence[str]) -> list[str]:
        """The outcome of each code, in order."""
        known = boxes.by_code(self.session, codes)
        self._hold(boxes.last_claims(self.session, self.buyer.id, known.values()))
        claims = boxes.last_claims(self.session, self.buyer.id, known.values())
        arrived = self._take([claim for claim in claims.values() if claim["open"]], known)
        return list(self._outcomes(codes, known, claims, arrived))

    def _hold(self, claims: dict[int, Row]) -> None:
        opened = [claim for claim in claims.values() if claim["open"]]
        prebooks, lines = documents.ids_in(opened, "prebook_id"), documents.ids_in(opened, "line_id")
        documents.hold(self.session, prebooks, lines=lines)

    def _take(self, claims: Sequence[Row], known: dict[str, int]) -> dict[int, str]:
        """Close the claims and put the boxes where they belong; the outcome by box."""
        if not claims:
            return {}
        boxes.close_claims(self.session, [claim["id"] for claim in claims])
        by_line: dict[int, list[int]] = defaultdict(list)
        for claim in claims:
            by_line[claim["line_id"]].append(claim["box_id"])
        lines = documents.lines_by(self.session, "id", by_line)
        billed = [line for line in lines if self._is_billed(line)]
        kept = [line for line in lines if line not in billed]
        where = self._bill(billed, by_line)
        for line in kept:
            received_lots.into_inventory(self.context, self.session, self.buyer, line, by_line[line["id"]])
            where[line["id"]] = {"own_lot": received_lots.lot_code(self.session, line)}
        self._finish(lines)
        outcomes = dict.fromkeys((box for line in billed for box in by_line[line["id"]]), BILLED)
        outcomes.update(dict.fromkeys((box for line in kept for box in by_line[line["id"]]), RECEIVED))
        names = self._named(lines)
        self._tell(outcomes, known, claims, {line_id: {**names[line_id], **where[line_id]} for line_id in names})
        return outcomes

    def _is_billed(self, line: Row) -> bool:
        """Whether a line's boxes go straight onto the invoice of its customer (domain section 6)."""
        customer = self.buyer.customers_by_id(self.session).get(line["customer_id"])
        wanted = self.buyer.company.settings.auto_billing in (self.how, "both")
        return wanted and line["prebook_id"] is not None and customer is not None and not customer.credit_hold

    def _billed_by_vendor(self, line: Row) -> Names | None:
        """The vendor's invoice to the customer itself, where there is one: nobody is billed twice for a box."""
        vendor = self.context.snapshots.by_id(self.session, [line["vendor_id"]])[line["vendor_id"]]
        connection = connection_between(self.session, vendor.company, self.buyer.company)
        if connection is None or not connection.bill_to_final_customer:
            return None
        order = get(self.session, line["sales_order_id"])
        number = invoice_to_customer(self.session, vendor.id, order["number"])
        return None if number is None else {"invoice": f"{vendor.code}/{number}"}

    def _bill(self, lines: Sequence[Row], by_line: dict[int, list[int]]) -> dict[int, Names]:
        """Put boxes of lines onto the invoices of their customers, unless the vendor's went there; by line the number
        of the invoice."""
        found: dict[int, Names] = {}
        by_prebook: dict[int, list[Row]] = defaultdict(list)
        for line in lines:
            theirs = self._billed_by_vendor(line)
            if theirs is None:
                by_prebook[line["prebook_id"]].append(line)
            else:
                landed_costs.keep_billed(self.session, self.buyer, [(line, len(by_line[line["id"]]))])
                found[line["id"]] = theirs
        for prebook_id, mine in sorted(by_prebook.items()):
            customer = self.buyer.customers_by_id(self.session)[mine[0]["customer_id"]]
            prebook = get(self.session, prebook_id)
            counted = [(line, len(by_line[line["id"]])) for line in mine]
            number = invoices.bill(self.session, self.buyer, prebook, customer, counted)
            found.update((line["id"], {"invoice": number}) for line in mine)
        boxes.move(self.session, [box for line in lines for box in by_line[line["id"]]], state=BILLED)
        return found

    def _finish(self, lines: Sequence[Row]) -> None:
        """Lines whose last box has come are received, or billed when all of them went onto the invoice."""
        ids = [line["id"] for line in lines]
        unfinished = boxes.lines_still_waiting(self.session, ids)
        done = [line for line in lines if line["id"] not in unfinished]
        billed = boxes.billed_of_lines(self.session, ids)
        whole = [line for line in done if billed.get(line["id"]) == line["boxes"]]
        documents.move_lines(self.session, whole, STAGED, state=BILLED)
        rest = [line for line in done if line not in whole]
        documents.move_lines(self.session, rest, STAGED, state=RECEIVED)

    def _named(self, lines: Sequence[Row]) -> dict[int, Names]:
        """The names of all that a box of each line came with, read of all lines at once."""
        vendors = self.context.snapshots.by_id(self.session, documents.ids_in(lines, "vendor_id"))
        numbers = document_numbers(self.session, documents.ids_in(lines, "purchase_order_id", "prebook_id"))
        lots = documents.lot_codes(self.session, lines)
        carried = awbs.numbers(self.session, documents.ids_in(lines, "awb_id"))
        customers = self.buyer.customers_by_id(self.session)
        return {
            line["id"]: {
                "line": str(line["id"]),
                "vendor": vendors[line["vendor_id"]].code,
                "lot": f"{vendors[line['vendor_id']].code}/{lots[line['lot_id']]}",
                "awb": carried.get(line["awb_id"]),
                "purchase_order": numbers.get(line["purchase_order_id"]),
                "prebook": numbers.get(line["prebook_id"]),
                "customer": customers[line["customer_id"]].code if line["customer_id"] in customers else None,
            }
            for line in lines
        }

    def _tell(
        self, outcomes: dict[int, str], known: dict[str, int], claims: Sequence[Row], names: dict[int, Names]
    ) -> None:
        lines = {claim["box_id"]: claim["line_id"] for claim in claims}
        for code, box_id in known.items():
            if box_id in outcomes:
                data = {"box_code": code, "buyer": self.buyer.code, "how": self.how, **names[lines[box_id]]}
                emit(self.session, f"box.{outcomes[box_id]}", data, [self.buyer.id])

    def _outcomes(
        self, codes: Sequence[str], known: dict[str, int], claims: dict[int, Row], arrived: dict[int, str]
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
