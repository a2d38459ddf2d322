"""The facade for a host ERP: `K2K`, typed, without Flask.

One method per verb of the scenario files, with the same arguments. Answers are plain dictionaries and lists, ready for
JSON: money is a string with the currency's decimals, costs are strings without trailing zeros, dates are ISO.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any

from k2k_core.api.arguments import validated
from k2k_core.api.fulfilment import Fulfilment
from k2k_core.api.queries import Answer, Day, Queries, day_of
from k2k_core.api.webhooks import Webhooks
from k2k_core.bootstrap import Clock, open_context, utc_now
from k2k_core.domain import wire
from k2k_core.domain.roles import Actor
from k2k_core.domain.wire import UNCHANGED
from k2k_core.errors import Invalid
from k2k_core.services.administration import maintenance
from k2k_core.services.administration import plugins as plugin_settings
from k2k_core.services.administration import users as people
from k2k_core.services.administration.plugins import lift_quarantine
from k2k_core.services.connections import connections
from k2k_core.services.context import ServiceContext
from k2k_core.services.documents import document_list
from k2k_core.services.events import feeds, subscriptions
from k2k_core.services.events.subscriptions import Subscription
from k2k_core.services.fulfilment import confirmation, labels, voiding
from k2k_core.services.fulfilment.labels import Printed
from k2k_core.services.inventory import availability_import
from k2k_core.services.mapping import code_mapping, product_mapping
from k2k_core.services.ordering import cart_expiry, carts, checkout, prebooks
from k2k_core.services.ordering.carts import CartRequest
from k2k_core.services.pricing import hierarchies, price_checks, price_list_files
from k2k_core.services.procurement import filling, purchase_orders, transfers
from k2k_core.services.setup import changes, records, what_if

__all__ = ["K2K", "Answer", "Day"]


@validated
class K2K(Queries, Fulfilment, Webhooks):
    """One network, open. `on_behalf_of` answers the same facade for one person; without it the host itself acts."""

    def __init__(self, context: ServiceContext) -> None:
        self.context = context

    @classmethod
    def open(
        cls,
        url: str,
        *,
        clock: Clock = utc_now,
        config: Path | None = None,
        plugins: Iterable[tuple[str, ModuleType | str]] = (),
    ) -> K2K:
        """Open the network in the database `url` (`sqlite:///file.db` or `postgresql://...`) and bring its tables up
        to date. Raises `NotConfigured` and `StoreUnavailable`."""
        context = open_context(url, clock=clock, config=config, plugins=plugins)
        context.store.migrate()
        return cls(context)

    def close(self) -> None:
        """Close the database."""
        self.context.store.close()

    def __enter__(self) -> K2K:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def on_behalf_of(self, actor: Actor) -> K2K:
        """The same network, for one person: what their roles do not include raises `NotAllowed`."""
        return K2K(self.context.on_behalf_of(actor))

    # Looking after prices

    def check_prices(self, company: str) -> list[Answer]:
        """What would surprise the people whose margin it is: `{code, severity, place, problem, what_to_do}`."""
        return price_checks.check_prices(self.context, company)

    def what_if(
        self,
        company: str,
        changes: Sequence[Mapping[str, Any]],
        margin_floor: Any = None,
        ship_via: str | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> Answer:
        """What a draft of changes would do to every price of every customer; keeps the draft to apply or drop."""
        return what_if.what_if(self.context, company, changes, margin_floor, ship_via, progress)

    def apply_draft(self, company: str, draft: str) -> Answer:
        """Make all changes of a draft, in one transaction."""
        return what_if.apply_draft(self.context, company, draft)

    def drop_draft(self, company: str, draft: str) -> Answer:
        """Forget a draft."""
        return what_if.drop_draft(self.context, company, draft)

    # Setting up

    def load(self, network: Mapping[str, Any]) -> None:
        """Add companies with all they have, and connections, as a scenario file writes them.

        Raises `Invalid` with every fault and its path, `Conflict` for a company that is there already.
        """
        with self.context.store.reading() as session:
            known = [company.code for company in self.context.snapshots.all(session).values()]
        read, faults = records.read_network(network, known)
        if faults:
            raise Invalid("The network has faults: nothing was loaded.", faults)
        records.load_network(self.context, read)

    def add_company(self, company: Mapping[str, Any]) -> Answer:
        """Add one company with all it has."""
        return dict(records.add_company(self.context, company))

    def put(self, company: str, collection: str, rows: Sequence[Mapping[str, Any]], key: str | None = None) -> Answer:
        """Add or change rows of a collection (`products`, `customers`, `lots`, ...) by their codes."""
        return records.put(self.context, company, collection, rows, key)

    def export_price_lists(self, company: str, format: str = "csv", lists: Sequence[str] | None = None) -> bytes:
        """Price lists as a file for a spreadsheet, `csv` or `xlsx`: the named ones, or all."""
        return price_list_files.export_price_lists(self.context, company, format, lists)

    def import_price_lists(
        self,
        company: str,
        content: bytes,
        format: str | None = None,
        mode: str = "upsert",
        dry_run: bool = False,
        key: str | None = None,
        progress: Callable[[str, int], None] | None = None,
    ) -> Answer:
        """Import price lists from such a file, whole or not at all: `upsert` its rows, or `replace` its seasons' rows.

        A dry run answers every fault and every change, and writes nothing.
        """
        return price_list_files.import_price_lists(self.context, company, content, format, mode, dry_run, key, progress)

    def import_availability(
        self, company: str, content: bytes, mode: str = "overwrite", dry_run: bool = False, key: str | None = None
    ) -> Answer:
        """Upload a CSV file of vendor availability, whole or not at all: `overwrite` the boxes of its lots, or
        `increase` them. No lot gets fewer boxes than are sold. A dry run answers every fault, and writes nothing."""
        return availability_import.import_availability(self.context, company, content, mode, dry_run, key)

    def set(self, company: str, key: str | None = None, **changes_: Any) -> Answer:
        """Change `settings`, or `values` of one `customer`, `lot`, `vendor` or `location`; answers what was changed."""
        return changes.change(self.context, company, key=key, **changes_)

    def set_all(self, company: str, changes_: Sequence[Mapping[str, Any]], key: str | None = None) -> list[Answer]:
        """Several changes, each with the arguments of `set`, in one transaction: all of them, or none."""
        return changes.change_all(self.context, company, changes_, key)

    def set_hierarchies(self, company: str, rows: Mapping[str, Any]) -> Answer:
        """A company's own order of price steps, written as in `hierarchies.toml`, before the default one."""
        return hierarchies.set_hierarchies(self.context, company, rows)

    def propose(self, vendor: str, buyer: str, by: str, key: str | None = None) -> Answer:
        """One of the two companies proposes to connect."""
        return connections.propose(self.context, vendor, buyer, by, key)

    def accept(self, vendor: str, buyer: str, by: str, key: str | None = None) -> Answer:
        """The other company accepts; the connection becomes active once the readiness list is empty."""
        return connections.accept(self.context, vendor, buyer, by, key)

    def suspend(self, vendor: str, buyer: str, by: str, key: str | None = None) -> Answer:
        """Take the offers away at once; orders stay as they are."""
        return connections.suspend(self.context, vendor, buyer, by, key)

    def resume(self, vendor: str, buyer: str, by: str, key: str | None = None) -> Answer:
        """Share again after a suspension."""
        return connections.resume(self.context, vendor, buyer, by, key)

    def change_terms(
        self, vendor: str, buyer: str, by: str, terms: Mapping[str, object], key: str | None = None
    ) -> Answer:
        """Change `hide_vendor`, `share_future_sales` (the vendor), `bill_to_final_customer` (on: the buyer)."""
        return connections.change_terms(self.context, vendor, buyer, by, terms, key)

    def end(self, vendor: str, buyer: str, by: str, key: str | None = None) -> Answer:
        """End a connection for good; orders stay as they are."""
        return connections.end(self.context, vendor, buyer, by, key)

    def map(
        self,
        buyer: str,
        lot: str,
        product: str | None = None,
        va_price: Any = UNCHANGED,
        confirmed: bool | None = None,
        key: str | None = None,
    ) -> Answer:
        """Map a vendor's lot to a product, type a price for it (None takes it back), confirm it or not."""
        typed = va_price if va_price is UNCHANGED or va_price is None else wire.positive(va_price)
        return product_mapping.map_offer(self.context, buyer, lot, product, typed, confirmed, key)

    def map_box_type(self, buyer: str, vendor: str, box_type: str, own: str | None) -> Answer:
        """Say which of the buyer's box types a vendor's is; None for the one of the same code again."""
        return code_mapping.map_box_type(self.context, buyer, vendor, box_type, own)

    def map_carrier(self, buyer: str, vendor: str, carrier: str, own: str | None) -> Answer:
        """Say what the buyer calls a vendor's carrier; None for the vendor's own name again."""
        return code_mapping.map_carrier(self.context, buyer, vendor, carrier, own)

    # Selling

    def add(
        self,
        buyer: str,
        customer: str,
        lot: str | None = None,
        line: str | None = None,
        boxes: int = 1,
        ship_date: Day | None = None,
        ship_via: str | None = None,
        location: str | None = None,
        cart: str | None = None,
        key: str | None = None,
    ) -> Answer:
        """Put boxes of a lot, or of a catalog line, into a cart, a new one without `cart`; reserved at once."""
        wish = CartRequest(buyer, customer, lot, line, boxes, day_of(ship_date), ship_via, location, cart)
        return carts.add(self.context, wish, key)

    def checkout(self, buyer: str, cart: str | None = None, line: str | None = None, key: str | None = None) -> Answer:
        """Check out a cart or one line of it."""
        return checkout.checkout(self.context, buyer, cart, line, key)

    def cancel(self, buyer: str, cart: str | None = None, line: str | None = None, key: str | None = None) -> Answer:
        """Cancel a cart or a line that the vendor has not confirmed; the boxes return at once."""
        return checkout.cancel(self.context, buyer, cart, line, key)

    def prebook(
        self,
        buyer: str,
        customer: str,
        lines: Sequence[Mapping[str, Any]],
        ship_date: Day | None = None,
        ship_via: str = "warehouse",
        key: str | None = None,
    ) -> Answer:
        """A salesperson sells `{lot, boxes}` lines; the purchase orders wait for their approval."""
        return prebooks.prebook(self.context, buyer, customer, lines, day_of(ship_date), ship_via, key)

    def approve(self, buyer: str, purchase_order: str, key: str | None = None) -> Answer:
        """Approve a purchase order that waits for it."""
        return prebooks.approve(self.context, buyer, purchase_order, key)

    # Procurement

    def purchase_order(
        self,
        buyer: str,
        vendor: str,
        lines: Sequence[Mapping[str, Any]],
        ship_date: Day | None = None,
        ship_via: str = "warehouse",
        prebook: str | None = None,
        key: str | None = None,
    ) -> Answer:
        """Order `{product or lot, box_type?, boxes, units_per_box?, unit_cost?}` lines from a vendor; it waits for its
        approval. Lots are reserved at once, products wait for the transfer."""
        day = day_of(ship_date)
        return purchase_orders.purchase_order(self.context, buyer, vendor, lines, day, ship_via, prebook, key)

    def transfer(self, buyer: str, purchase_order: str, key: str | None = None) -> Answer:
        """Send a purchase order to its connected vendor; `{purchase_order, vendor_document}`."""
        return transfers.transfer(self.context, buyer, purchase_order, key)

    def accept_order(self, vendor: str, purchase_order: str, key: str | None = None) -> Answer:
        """The vendor accepts a buyer's purchase order: its prebook becomes its sales order."""
        return transfers.accept_order(self.context, vendor, purchase_order, key)

    def fill(
        self, vendor: str, purchase_order: str, lines: Sequence[Mapping[str, Any]], key: str | None = None
    ) -> Answer:
        """The vendor fills `{line, product?, lots[{lot, boxes}]}` lines from its lots, partly if need be."""
        return filling.fill(self.context, vendor, purchase_order, lines, key)

    def reject(self, vendor: str, purchase_order: str, reason: str = "", key: str | None = None) -> Answer:
        """The vendor rejects a buyer's purchase order with a reason."""
        return transfers.reject(self.context, vendor, purchase_order, reason, key)

    # Fulfilling

    def confirm(
        self,
        vendor: str,
        sales_order: str,
        drop_pending: bool = False,
        reference_number: str | None = None,
        key: str | None = None,
    ) -> Answer:
        """The vendor confirms an order: boxes are allocated and go on an AWB.

        Lines that are not checked out are dropped when `drop_pending`, else `PendingLines` names them.
        """
        return confirmation.confirm(self.context, vendor, sales_order, drop_pending, reference_number, key)

    def void(
        self,
        vendor: str,
        sales_order: str | None = None,
        line: str | None = None,
        reason: str = "",
        confirm: str = "",
        key: str | None = None,
    ) -> Answer:
        """The vendor voids an order or a line, with `confirm="CONFIRM"` and a reason; the boxes return at once."""
        return voiding.void(self.context, vendor, sales_order, line, reason, confirm, key)

    def labels(
        self,
        company: str,
        awb: str | None = None,
        box_codes: Sequence[str] | None = None,
        format: str = "zpl",
    ) -> list[Answer]:
        """Print the labels of an AWB or of some boxes; what each one says, and how large its file is."""
        return labels.labels(self.context, company, awb, box_codes, format)

    def label_files(
        self,
        company: str,
        awb: str | None = None,
        box_codes: Sequence[str] | None = None,
        format: str = "pdf",
    ) -> Printed:
        """The same labels as files in bytes, and the sheet with all of them where the format has one."""
        return labels.print_labels(self.context, company, awb, box_codes, format)

    def label_sheet(
        self,
        company: str,
        awb: str | None = None,
        box_codes: Sequence[str] | None = None,
        format: str = "pdf",
    ) -> Printed:
        """Only the sheet, for many boxes at once; its `labels` are those that failed."""
        return labels.print_sheet(self.context, company, awb, box_codes, format)

    def orders(self, company: str, search: str | None = None) -> list[Answer]:
        """A company's documents, by a part of a number or of a party's name, or `k2k`."""
        return document_list.orders(self.context, company, search)

    def show(self, company: str, document: str) -> Answer:
        """One document by number, as this company may see it."""
        return document_list.show(self.context, company, document)

    # What happened

    def events(self, company: str, after: int = 0, limit: int | None = None) -> list[Answer]:
        """A company's feed of events after a place in it."""
        return feeds.events(self.context, company, after, limit)

    def subscribe(self, company: str, callback: Callable[[Answer], object]) -> Subscription:
        """Call back with every change of availability and price that a company may see, after the commit and in the
        order of its feed, in a thread of its own, until the subscription is closed."""
        return subscriptions.subscribe(self.context, company, callback)

    def notifications(self, company: str | None = None, event: str | None = None) -> list[Answer]:
        """Who was told what, oldest first."""
        return feeds.notifications(self.context, company, event)

    def verify(self) -> list[Answer]:
        """Every fault in what the network has stored: an empty list, or something is wrong."""
        return maintenance.verify(self.context)

    def sweep(self) -> int:
        """Give back the boxes of carts that ran out of time; how many carts. Decides nothing: it only tidies up."""
        return cart_expiry.expire_due(self.context)

    # People

    def authenticate(self, email: str, password: str) -> Actor | None:
        """Who logs in with this password; None when nobody does."""
        return people.authenticate(self.context, email, password)

    def add_user(
        self,
        company: str | None,
        email: str,
        *,
        name: str = "",
        roles: Sequence[str] = (),
        password: str | None = None,
        locale: str = "en",
    ) -> Answer:
        """Add a person of a company; with company None an operator of the network."""
        return people.add_user(self.context, company, email, name=name, roles=roles, password=password, locale=locale)

    def change_password(self, email: str, password: str) -> None:
        """Give a person another password."""
        people.change_password(self.context, email, password)

    def users(self, company: str | None) -> list[Answer]:
        """The people of a company with their roles; with company None the operators of the network."""
        return people.users(self.context, company)

    def set_roles(self, email: str, roles: Sequence[str]) -> None:
        """Give a person these roles and no others."""
        people.set_roles(self.context, email, roles)

    def set_active(self, email: str, active: bool) -> None:
        """Let a person log in, or no longer: whoever is logged in is out at once."""
        people.set_active(self.context, email, active)

    # Plugins

    def plugins(self) -> list[Answer]:
        """How each installed plugin is doing, over the companies that were served so far: its state, what is wrong with
        it and what to do next."""
        return [one.as_dict() for one in self.context.plugins.report()]

    def lift_quarantine(self, company: str, contribution: str) -> bool:
        """Let a contribution, named as in `plugins`, be called for a company again, in this process; False when it was
        in no quarantine."""
        return lift_quarantine(self.context, company, contribution)

    def set_plugin(self, company: str, plugin: str, settings: Mapping[str, Any]) -> Answer:
        """A company's own settings of a plugin, tried out before they are kept; empty ones go back to its defaults."""
        return plugin_settings.set_plugin(self.context, company, plugin, settings)
