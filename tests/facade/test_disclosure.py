"""Costs, margins and the vendor's part are only in the answers of those who may see them: every method, as every
reader.

The secrets are numbers that occur nowhere else, not even as a measured time, so that a leak is found by searching the
answers.
"""

from __future__ import annotations

import datetime as dt
import inspect
import json
from collections.abc import Callable, Iterator
from typing import Any

import pypdfium2
import pytest

from k2k_core.api import K2K
from k2k_core.domain import disclosure
from k2k_core.domain.answer_files import InvoiceFile
from k2k_core.domain.roles import ROLES, Actor
from k2k_core.errors import K2KError
from k2k_core.schemas.network import COLLECTIONS

NOW = dt.datetime(2026, 2, 2, 14, tzinfo=dt.UTC)
SHIP = "2026-02-06"

VENDOR_SECRETS = ("0.213171", "31.717171", "0.077137")
"""The vendor's cost, its GPM, its freight."""

BUYER_SECRETS = ("27.373919", "3.137919", "0.291713", "88.317919")
"""The buyer's K2K GPM, its cube rate, the cost of its own lot, what an AWB really cost."""

CLAIM = "claims/4711"
"""Where the buyer's claims are: no amount, so an operator may see it."""

ROSE = {"code": "R-60", "description": "Rose Freedom 60cm", "category": "ROSES"}
BOX: dict[str, Any] = {
    "inventory_type": "open_market_boxes",
    "product": "R-60",
    "box_type": "HB",
    "boxes": 10,
    "units_per_box": 250,
    "unit_type": "stem",
    "arrival_date": "2026-02-01",
}
BOX_CODES = [f"BOX-{number}" for number in range(1, 11)]
SHARED: dict[str, Any] = {
    "categories": [{"code": "ROSES", "name": "Roses"}],
    "products": [ROSE],
    "box_dimensions": [{"box_type": "HB", "length": 40, "width": 12, "height": "10.44"}],
}
NETWORK: dict[str, Any] = {
    "companies": [
        {
            "code": "ANDES",
            "name": "Andes",
            "currency": "USD",
            "timezone": "America/Bogota",
            "settings": {"gpm": "31.717171", "freight_per_fbe": "0.077137"},
            **SHARED,
            "customers": [{"code": "BLOOM", "name": "Bloom", "type": "A", "company": "BLOOM"}],
            "lots": [{**BOX, "code": "L1", "unit_cost": "0.213171", "price_a": "0.31", "box_codes": BOX_CODES}],
        },
        {
            "code": "BLOOM",
            "name": "Bloom",
            "currency": "USD",
            "timezone": "America/New_York",
            "settings": {
                "k2k_gpm": "27.373919",
                "inbound_truck_freight": True,
                "cube_rate": "3.137919",
                "auto_map_products": True,
                "autoconfirm": True,
            },
            **SHARED,
            "vendors": [{"code": "ANDES", "name": "Andes", "company": "ANDES", "transit_days": 1}],
            "customers": [{"code": "C-1", "name": "Corner", "type": "A"}, {"code": "C-2", "name": "Dale", "type": "A"}],
            "lots": [{**BOX, "code": "OWN", "unit_cost": "0.291713", "web_price": "0.40"}],
        },
        {"code": "THIRD", "name": "Third", "currency": "USD", "timezone": "America/New_York"},
    ],
    "connections": [{"vendor": "ANDES", "buyer": "BLOOM", "state": "active", "hide_vendor": True}],
}

READERS = {
    "vendor": Actor("v@andes.example", "ANDES", frozenset(ROLES)),
    "staff": Actor("b@bloom.example", "BLOOM", frozenset(ROLES)),
    "final_customer": Actor("c@corner.example", "BLOOM", customer="C-1"),
    "operator": Actor("o@network.example", None),
    "third": Actor("t@third.example", "THIRD", frozenset(ROLES)),
}
FORBIDDEN = {
    "vendor": (*BUYER_SECRETS, CLAIM),
    "staff": VENDOR_SECRETS,
    "final_customer": (*VENDOR_SECRETS, *BUYER_SECRETS, CLAIM, "ANDES", "Andes"),
    "operator": (*VENDOR_SECRETS, *BUYER_SECRETS),
    "third": (*VENDOR_SECRETS, *BUYER_SECRETS, CLAIM),
}

Door = Callable[[K2K], object]


@pytest.fixture
def k2k(database_url: str) -> Iterator[K2K]:
    with K2K.open(database_url, clock=lambda: NOW) as opened:
        opened.load(NETWORK)
        bought = opened.add("BLOOM", "C-1", lot="ANDES/L1", boxes=2, ship_date=SHIP)
        opened.checkout("BLOOM", cart=bought["cart"])
        opened.confirm("ANDES", bought["sales_order"], reference_number="AWB-1")
        opened.awb("BLOOM", "AWB-1", freight="88.317919")
        opened.attach("BLOOM", f"https://erp.bloom.example/{CLAIM}", document=bought["prebook"])
        opened.attach("BLOOM", f"https://erp.bloom.example/{CLAIM}", box_codes=["BOX-1"])
        wanted = [{"product": SHARED["products"][0]["code"], "boxes": 1}]
        opened.transfer("BLOOM", opened.purchase_order("BLOOM", "ANDES", wanted, SHIP)["number"])
        for company in ("ANDES", "BLOOM"):
            opened.submit(company, "what_if", {"changes": [{"settings": {"k2k_gpm": "40", "gpm": "40"}}]})
        opened.run_jobs()
        yield opened


def doors(k2k: K2K) -> dict[str, Door]:
    """Every way to ask that the facade has, for both companies where it takes one."""
    codes = [row["box_code"] for row in k2k.staging("BLOOM")]
    found: dict[str, Door] = {
        **doors_to_the_connection(),
        "share": lambda k: k.share("ANDES", "BLOOM"),
        "held_back": lambda k: k.held_back("ANDES", "BLOOM"),
        "hidden": lambda k: k.hidden("BLOOM", "C-1", SHIP),
        "hidden by page": lambda k: k.hidden("BLOOM", "C-1", SHIP, limit=100),
        "ship_dates": lambda k: k.ship_dates("BLOOM", "C-1", "ANDES"),
        "check_dates": lambda k: k.check_dates("BLOOM"),
        "check_names": lambda k: k.check_names("BLOOM"),
        "quantities": lambda k: k.quantities("ANDES"),
        "movements": lambda k: k.movements("BLOOM"),
        "availability": lambda k: k.availability(["ANDES/L1", "BLOOM/OWN"]),
        "price ANDES": lambda k: k.price("ANDES", "BLOOM"),
        "staging": lambda k: k.staging("BLOOM"),
        "notifications": lambda k: k.notifications(),
        "companies": lambda k: k.companies(),
        "delivery_health": lambda k: k.delivery_health(),
        "sweep_failures": lambda k: k.sweep_failures(),
        "audit_anchor": lambda k: k.audit_anchor(),
        "verify_audit": lambda k: k.verify_audit(),
        "audit_health": lambda k: k.audit_health(),
    }
    for customer in ("C-1", "C-2"):
        found |= doors_to_goods(customer)
    for company in ("ANDES", "BLOOM"):
        found |= {
            f"orders {company}": lambda k, c=company: k.orders(c),
            f"events {company}": lambda k, c=company: k.events(c),
            f"told {company}": lambda k, c=company: k.notifications(c),
            f"export_price_lists {company}": lambda k, c=company: k.export_price_lists(c),
            f"users {company}": lambda k, c=company: k.users(c),
            f"endpoints {company}": lambda k, c=company: k.endpoints(c),
            f"deliveries {company}": lambda k, c=company: k.deliveries(c),
            f"check {company}": lambda k, c=company: k.check_prices(c),
            f"labels {company}": lambda k, c=company: k.labels(c, box_codes=codes),
            f"company {company}": lambda k, c=company: k.company(c),
            f"settings {company}": lambda k, c=company: k.settings(c),
            f"hierarchies {company}": lambda k, c=company: k.hierarchies(c),
            f"connections {company}": lambda k, c=company: k.connections(c),
            f"drafts {company}": lambda k, c=company: k.drafts(c),
            f"audit {company}": lambda k, c=company: k.audit(c),
            f"last_change {company}": lambda k, c=company: k.last_change(c, "lots/OWN", "unit_cost"),
            f"record {company}": lambda k, c=company: k.record(c, "lots", {"ANDES": "L1", "BLOOM": "OWN"}[c]),
            f"awb {company}": lambda k, c=company: k.awb(c, "AWB-1"),
            f"awbs {company}": lambda k, c=company: k.awbs(c, "AWB-1"),
            f"links {company}": lambda k, c=company: k.links(c, box_codes=codes),
        }
        found |= doors_to_work(k2k, company)
        found |= pages(company)
        found |= files_of(company)
        for name in COLLECTIONS:
            found[f"records {company} {name}"] = lambda k, c=company, n=name: k.records(c, n)
        for number in [row["number"] for row in k2k.orders(company)]:
            found[f"show {company} {number}"] = lambda k, c=company, n=number: k.show(c, n)
        for number in [row["number"] for row in k2k.orders(company) if row["kind"] == "invoice"]:
            found[f"invoice_file {company} {number}"] = lambda k, c=company, n=number: read(k.invoice_file(c, n))
    return found


def doors_to_the_connection() -> dict[str, Door]:
    """The doors to what the connection of both companies needs and would share."""
    return {
        "readiness": lambda k: k.readiness("ANDES", "BLOOM", with_met=True),
        "preview": lambda k: k.preview("ANDES", "BLOOM", count=True),
        "preview of a customer": lambda k: k.preview("ANDES", "BLOOM", rate="1.1", customer="C-1"),
        "code_names": lambda k: k.code_names("BLOOM", "ANDES"),
    }


def doors_to_goods(customer: str) -> dict[str, Door]:
    """The doors to what a customer can buy."""
    return {
        f"price {customer}": lambda k: k.price("BLOOM", customer),
        f"price twin {customer}": lambda k: k.price("BLOOM", customer, twin="grower", every_step=True),
        f"price grower {customer}": lambda k: k.price("BLOOM", customer, ship_via="grower"),
        f"catalog {customer}": lambda k: k.catalog("BLOOM", customer, SHIP),
        f"catalog by cursor {customer}": lambda k: k.catalog("BLOOM", customer, SHIP, limit=1),
        f"visible {customer}": lambda k: k.visible("BLOOM", customer, ship_date=SHIP),
    }


def doors_to_work(k2k: K2K, company: str) -> dict[str, Door]:
    """The doors of a company to its jobs, and to everything at once."""
    jobs = [one["id"] for one in k2k.jobs(company)["items"]]
    numbers = [one["number"] for one in k2k.orders(company)]
    requested = [*(one["document"] for one in k2k.requests(company)["items"]), "B-0"]
    return {
        f"try_plugin {company}": lambda k: k.try_plugin(company, "k2k_labels", {"font": "none.ttf"}),
        f"company_plugins {company}": lambda k: k.company_plugins(company),
        f"draft_moves {company}": lambda k: k.draft_moves(company, "D-1001", count=True),
        f"export_draft_moves {company}": lambda k: k.export_draft_moves(company, "D-1001"),
        f"work {company}": lambda k: k.work(company),
        f"margin_by_week {company}": lambda k: k.margin_by_week(company),
        f"service_days {company}": lambda k: k.service_days(company),
        f"partners {company}": lambda k: k.partners(company),
        f"timeline {company}": lambda k: [k.timeline(company, one) for one in numbers],
        f"request {company}": lambda k: k.request(company, requested[0]),
        f"who_is_told {company}": lambda k: [k.who_is_told(company, "void", one) for one in numbers],
        f"search {company}": lambda k: [k.search(company, one) for one in ("a", "0", "rose", "gpm")],
        f"jobs {company}": lambda k: k.jobs(company),
        f"job {company}": lambda k: [k.job(company, one) for one in jobs],
        f"job_result {company}": lambda k: [k.job_result(company, one) for one in jobs],
    }


def files_of(company: str) -> dict[str, Callable[[K2K], Any]]:
    """The collections of a company as files, and the faulty rows of an import."""
    faulty = [{"code": "OWN", "boxes": "x"}]
    return {
        f"faulty_rows {company}": lambda k: k.faulty_rows(company, "lots", rows=faulty),
        **{
            f"export_rows {company} {name}": lambda k, n=name: k.export_rows(company, n)
            for name in COLLECTIONS.keys() - {"price_lists"}
        },
    }


def pages(company: str) -> dict[str, Door]:
    """Lists that are asked for page by page."""
    return {
        f"orders by page {company}": lambda k: k.orders(company, limit=100, lines=True, totals=True),
        f"awbs by page {company}": lambda k: k.awbs(company),
        f"staging by page {company}": lambda k: k.staging(company, limit=100),
        f"price_rows {company}": lambda k: k.price_rows(company),
        f"boxes {company}": lambda k: k.boxes(company),
        f"scans {company}": lambda k: k.scans(company),
        f"staged_awbs {company}": lambda k: k.staged_awbs(company),
        f"unbilled {company}": lambda k: k.unbilled(company),
        f"available_items {company}": lambda k: k.available_items(company, explained=True),
        f"shared_with {company}": lambda k: k.shared_with(company),
        f"requests {company}": lambda k: k.requests(company),
        f"share by page {company}": lambda k: k.share("ANDES", "BLOOM", limit=100),
        f"price by page {company}": lambda k: k.price(company, "C-1" if company == "BLOOM" else "BLOOM", limit=100),
        f"visible by page {company}": lambda k: k.visible("BLOOM", "C-1", ship_date=SHIP, limit=100),
        f"offers {company}": lambda k: k.offers(company),
        f"offer {company}": lambda k: k.offer(company, "ANDES/L1"),
        f"carts {company}": lambda k: k.carts(company, lines=True),
        f"line {company}": lambda k: k.line(company, "1"),
        f"told by page {company}": lambda k: k.notifications(company, limit=100),
        f"users by page {company}": lambda k: k.users(company, limit=100),
        f"endpoints by page {company}": lambda k: k.endpoints(company, limit=100),
        f"deliveries by page {company}": lambda k: k.deliveries(company, limit=100),
        f"box {company}": lambda k: k.box(company, "BOX-1"),
    }


def read(file: InvoiceFile) -> list[str]:
    """What a person, or a program, reads in a PDF."""
    document = pypdfium2.PdfDocument(file.content)
    texts = [page.get_textpage().get_text_range() for page in document]
    texts += document.get_metadata_dict().values()
    document.close()
    return texts


def asked(door: Door, k2k: K2K) -> str:
    """The answer as text; a refusal is an answer too."""
    try:
        return json.dumps(door(k2k), default=str)
    except K2KError as error:
        return json.dumps(error.as_dict())


@pytest.mark.parametrize("reader", READERS)
def test_no_door_tells_a_reader_what_is_not_for_it(k2k: K2K, reader: str) -> None:
    actor = k2k.on_behalf_of(READERS[reader])
    for name, door in doors(k2k).items():
        text = asked(door, actor)
        if reader == "final_customer" and '"code": "not_allowed"' in text:
            continue
        leaks = [secret for secret in FORBIDDEN[reader] if secret in text]
        assert not leaks, f"{name} tells the {reader} {leaks}"


def test_the_owners_do_see_their_own_secrets_so_that_the_search_proves_something(k2k: K2K) -> None:
    staff, vendor = k2k.on_behalf_of(READERS["staff"]), k2k.on_behalf_of(READERS["vendor"])
    assert all(secret in asked(lambda k: k.price("BLOOM", "C-1"), staff) for secret in ("27.373919", "0.291713"))
    assert all(secret in asked(lambda k: k.awb("BLOOM", "AWB-1"), staff) for secret in ("88.317919", "landed_cost"))
    assert "0.291713" in asked(lambda k: k.records("BLOOM", "lots"), staff)
    assert CLAIM in asked(lambda k: k.links("BLOOM", box_codes=["BOX-1"]), staff)
    assert "0.213171" in asked(lambda k: k.price("ANDES", "BLOOM"), vendor)


def test_a_final_customer_asks_for_itself_only(k2k: K2K) -> None:
    customer = k2k.on_behalf_of(READERS["final_customer"])
    refused = {name for name, door in doors(k2k).items() if '"code": "not_allowed"' in asked(door, customer)}
    own = {"price C-1", "price twin C-1", "price grower C-1", "catalog C-1", "catalog by cursor C-1"}
    own |= {"carts BLOOM", "orders BLOOM", "orders by page BLOOM", "show BLOOM B-1001"}
    answered = set(doors(k2k)) - refused
    unknown = {name for name in answered if '"code": "not_found"' in asked(doors(k2k)[name], customer)}
    assert answered - unknown == own
    assert unknown == {"show BLOOM P-1001", "show BLOOM P-1002"}


def test_a_final_customer_buys_a_line_and_learns_nothing_of_the_orders_between_the_companies(k2k: K2K) -> None:
    customer = k2k.on_behalf_of(READERS["final_customer"])
    line = next(row for row in customer.catalog("BLOOM", "C-1", SHIP)["lines"] if row["available"] == 8)
    answer = customer.add("BLOOM", "C-1", line=line["line"], boxes=1, ship_date=SHIP)
    assert set(answer) == {"cart", "expires_at", "prebook", "invoice_order", "lines"}
    assert set(answer["lines"][0]) == {"line", "boxes", "price"}
    assert "ANDES" not in asked(lambda k: k.add("BLOOM", "C-1", lot="ANDES/L1", boxes=1, ship_date=SHIP), customer)


def test_a_vendor_and_its_buyer_see_one_order_each_with_its_own_part(k2k: K2K) -> None:
    (sales,) = [row["number"] for row in k2k.orders("ANDES") if row["kind"] == "sales_order"]
    (prebook,) = [row["number"] for row in k2k.orders("BLOOM") if row["kind"] == "prebook"]
    theirs = k2k.on_behalf_of(READERS["vendor"]).show("ANDES", sales)["lines"][0]
    ours = k2k.on_behalf_of(READERS["staff"]).show("BLOOM", prebook)["lines"][0]
    assert {step["step"] for step in theirs["explanation"]} == {"landed_cost_as_price", "web_price", "price_a"}
    assert "k2k_gpm" in {step["step"] for step in ours["explanation"]}
    assert theirs["line"] == ours["line"]
    assert theirs["price"] == "0.31"
    assert ours["price"] != "0.31"


def test_every_field_of_an_answer_is_declared_and_an_undeclared_one_is_for_nobody(k2k: K2K) -> None:
    price = k2k.price("BLOOM", "C-1", twin="grower")[0]
    catalog = k2k.catalog("BLOOM", "C-1", SHIP, limit=50, count=True)
    cart = k2k.add("BLOOM", "C-1", lot="OWN", boxes=1, ship_date=SHIP)
    for answer, rules in ((price, disclosure.PRICE), (catalog, disclosure.CATALOG), (cart, disclosure.CART)):
        assert set(answer) == set(rules)
        assert disclosure.disclosed({"new_field": 1}, rules, disclosure.STAFF) == {}
    assert set(catalog["lines"][0]) == set(disclosure.CATALOG["lines"])
    assert set(cart["lines"][0]) == set(disclosure.CART["lines"])


def test_every_asking_method_of_the_facade_is_among_the_doors(k2k: K2K) -> None:
    """A new method has to be put into one of these lists: a door that nobody tries is a door that leaks one day."""
    tried = {name.split()[0] for name in doors(k2k)} | {"notifications", "check_prices"}
    changing = {
        "archive",
        *("accept", "add", "add_company", "add_user", "apply_draft", "approve", "attach", "awb", "bill", "cancel"),
        *("change_password", "release"),
        *("checkout", "confirm", "drop_draft", "end", "load", "map", "prebook", "propose", "put", "receive", "resume"),
        *(
            "scan",
            "set",
            "set_all",
            "set_hierarchies",
            "insert_step",
            "remove_step",
            "set_reference",
            "ship",
            "suspend",
            "sweep",
            "void",
            "what_if",
        ),
        *("missing", "decline_missing", "credit", "send_invoice", "undo", "watch"),
        *(
            "purchase_order",
            "transfer",
            "accept_order",
            "fill",
            "reject",
            "import_price_lists",
            "import_rows",
            "subscribe",
        ),
        *("import_availability", "state_quantity", "adjust", "deliver", "map_box_type", "map_carrier", "change_terms"),
        *(
            "set_roles",
            "set_active",
            "lift_quarantine",
            "set_plugin",
            "accept_plugin",
            "submit",
            "cancel_job",
            "run_jobs",
        ),
        *("add_endpoint", "change_endpoint", "rotate_secret", "try_endpoint", "replay", "send_deliveries", "tidy"),
        "seal_audit",
        *("start_session", "end_sessions", "set_preferences", "save_view", "drop_view", "remind", "add_product_from"),
        "suggest_prices",
    }
    own = {"authenticate", "close", "label_files", "label_sheet", "on_behalf_of", "open", "plugins", "verify"}
    changing |= {"add_api_key", "rotate_api_key", "revoke_api_key", "customer_token"}
    own |= {"find_user", "in_language", "session_user", "key_actor", "api_keys", "sessions", "preferences", "views"}
    methods = {name for name, value in inspect.getmembers(K2K) if inspect.isfunction(value) or inspect.ismethod(value)}
    assert {name for name in methods if not name.startswith("_")} <= tried | changing | own
