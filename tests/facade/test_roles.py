"""Who may call what, and who sees what: every method of the facade as every role, compared with the table of roles."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.domain import disclosure
from k2k_core.domain.answers.field_types import SALESPERSON, STAFF, WAREHOUSE
from k2k_core.domain.roles import ACTIONS, ALLOWED, METHODS, OWN, READING, ROLES, Actor
from k2k_core.errors import K2KError, NotAllowed, NotFound
from k2k_core.services.setup import changes, puts
from tests.services.conftest import Trade

TOP = Path(__file__).resolve().parents[2]
SHIP = "2026-02-05"
PAIR = {"vendor": "ANDES", "buyer": "BLOOM", "by": "BLOOM"}
LINES = [{"lot": "ANDES/L1", "boxes": 1}]

Call = Callable[[K2K], object]
CALLS: dict[tuple[str, str], Call] = {
    ("users", ""): lambda k: k.users("BLOOM"),
    ("add_user", ""): lambda k: k.add_user("BLOOM", "new@bloom.example", roles=["nothing"]),
    ("api_keys", ""): lambda k: k.api_keys("BLOOM"),
    ("add_api_key", ""): lambda k: k.add_api_key("BLOOM", "", ["reading"]),
    ("rotate_api_key", ""): lambda k: k.rotate_api_key("BLOOM", "0"),
    ("revoke_api_key", ""): lambda k: k.revoke_api_key("BLOOM", "0"),
    ("customer_token", ""): lambda k: k.customer_token("BLOOM", "C-0"),
    ("set_roles", ""): lambda k: k.set_roles("person@bloom.example", ["nothing"]),
    ("set_active", ""): lambda k: k.set_active("person@bloom.example", True),
    **{(name, ""): lambda k, n=name: getattr(k, n)(**PAIR) for name in ("propose", "accept", "suspend", "resume")},
    ("end", ""): lambda k: k.end("PETAL", "BLOOM", by="BLOOM"),
    ("change_terms", ""): lambda k: k.change_terms(**PAIR, terms={"hide_vendor": False}),
    ("set_hierarchies", ""): lambda k: k.set_hierarchies("BLOOM", {"nothing": 1}),
    ("insert_step", ""): lambda k: k.insert_step("BLOOM", "nothing", before="k2k_gpm"),
    ("remove_step", ""): lambda k: k.remove_step("BLOOM", "nothing"),
    ("set_plugin", ""): lambda k: k.set_plugin("BLOOM", "nothing", {}),
    ("accept_plugin", ""): lambda k: k.accept_plugin("BLOOM", "nothing"),
    ("lift_quarantine", ""): lambda k: k.lift_quarantine("BLOOM", "nothing"),
    ("endpoints", ""): lambda k: k.endpoints("BLOOM"),
    ("add_endpoint", ""): lambda k: k.add_endpoint("BLOOM", "E", "ftp://nowhere"),
    ("change_endpoint", ""): lambda k: k.change_endpoint("BLOOM", "E", active=False),
    ("rotate_secret", ""): lambda k: k.rotate_secret("BLOOM", "E"),
    ("try_endpoint", ""): lambda k: k.try_endpoint("BLOOM", "E"),
    ("deliveries", ""): lambda k: k.deliveries("BLOOM"),
    ("replay", ""): lambda k: k.replay("BLOOM", messages=["nothing"]),
    ("apply_draft", ""): lambda k: k.apply_draft("BLOOM", "D-0"),
    ("drop_draft", ""): lambda k: k.drop_draft("BLOOM", "D-0"),
    ("draft_moves", ""): lambda k: k.draft_moves("BLOOM", "D-0"),
    ("export_draft_moves", ""): lambda k: k.export_draft_moves("BLOOM", "D-0"),
    ("suggest_prices", ""): lambda k: k.suggest_prices("BLOOM", ["NONE"]),
    ("export_rows", ""): lambda k: k.export_rows("BLOOM", "products"),
    ("export_price_lists", ""): lambda k: k.export_price_lists("BLOOM"),
    ("import_price_lists", ""): lambda k: k.import_price_lists("BLOOM", b"nothing", dry_run=True),
    ("import_availability", ""): lambda k: k.import_availability("BLOOM", b"nothing", dry_run=True),
    ("add", ""): lambda k: k.add("BLOOM", "C-100", lot="ANDES/NONE", boxes=1, ship_date=SHIP),
    ("checkout", ""): lambda k: k.checkout("BLOOM", cart="C-0"),
    ("prebook", ""): lambda k: k.prebook("BLOOM", "C-0", LINES, SHIP),
    ("cancel", "a cart, or a line of one"): lambda k: k.cancel("BLOOM", cart="C-0"),
    ("accept_order", ""): lambda k: k.accept_order("BLOOM", "P-0"),
    ("fill", ""): lambda k: k.fill("BLOOM", "P-0", [{"line": "1"}]),
    ("reject", ""): lambda k: k.reject("BLOOM", "P-0", "no"),
    ("confirm", ""): lambda k: k.confirm("BLOOM", "S-0K"),
    ("ship", ""): lambda k: k.ship("BLOOM", "0"),
    ("void", ""): lambda k: k.void("BLOOM", sales_order="S-0K", reason="x", confirm="CONFIRM"),
    ("deliver", ""): lambda k: k.deliver("BLOOM", "O-0"),
    ("bill", ""): lambda k: k.bill("BLOOM", "B-0"),
    ("release", ""): lambda k: k.release("BLOOM", "0", reason="x", confirm="CONFIRM"),
    ("credit", ""): lambda k: k.credit("BLOOM", "I-0", "1", boxes=1, reason="x", confirm="CONFIRM"),
    ("set_reference", ""): lambda k: k.set_reference("BLOOM", "S-0", "x"),
    ("decline_missing", ""): lambda k: k.decline_missing("BLOOM", ["0"], "x"),
    ("missing", ""): lambda k: k.missing("BLOOM", ["0"], "x"),
    ("awbs", ""): lambda k: k.awbs("BLOOM", "0"),
    ("approve", ""): lambda k: k.approve("BLOOM", "P-0"),
    ("purchase_order", ""): lambda k: k.purchase_order("BLOOM", "ANDES", [], SHIP),
    ("transfer", ""): lambda k: k.transfer("BLOOM", "P-0"),
    ("receive", ""): lambda k: k.receive("BLOOM", ["0"]),
    ("map_box_type", ""): lambda k: k.map_box_type("BLOOM", "ANDES", "NONE", "NONE"),
    ("add_product_from", ""): lambda k: k.add_product_from("BLOOM", "ANDES/NONE"),
    ("map_carrier", ""): lambda k: k.map_carrier("BLOOM", "ANDES", "NONE", "NONE"),
    ("map", "product, confirmed"): lambda k: k.map("BLOOM", "ANDES/NONE", confirmed=True),
    ("map", "va_price"): lambda k: k.map("BLOOM", "ANDES/NONE", va_price="1"),
    ("awb", "to look at it"): lambda k: k.awb("BLOOM", "0"),
    ("awb", "arrival_date"): lambda k: k.awb("BLOOM", "0", arrival_date="2026-02-05"),
    ("awb", "freight, handling"): lambda k: k.awb("BLOOM", "0", freight="1"),
    ("scan", ""): lambda k: k.scan("BLOOM", ["0"]),
    ("labels", ""): lambda k: k.labels("BLOOM", awb="0"),
    ("label_files", ""): lambda k: k.label_files("BLOOM", awb="0"),
    ("label_sheet", ""): lambda k: k.label_sheet("BLOOM", awb="0"),
    ("attach", ""): lambda k: k.attach("BLOOM", "https://photos.example/1", document="B-0"),
    ("what_if", ""): lambda k: k.what_if("BLOOM", []),
    ("check_prices", ""): lambda k: k.check_prices("BLOOM"),
    ("send_invoice", ""): lambda k: k.send_invoice("BLOOM", "I-0"),
    ("invoice_file", ""): lambda k: k.invoice_file("BLOOM", "I-0"),
    ("price", ""): lambda k: k.price("BLOOM", "C-100"),
    ("catalog", ""): lambda k: k.catalog("BLOOM", "C-100", SHIP),
    ("share", ""): lambda k: k.share("ANDES", "BLOOM"),
    ("held_back", ""): lambda k: k.held_back("ANDES", "BLOOM"),
    ("visible", ""): lambda k: k.visible("BLOOM", "C-100", ship_date=SHIP),
    ("hidden", ""): lambda k: k.hidden("BLOOM", "C-100", SHIP),
    ("ship_dates", ""): lambda k: k.ship_dates("BLOOM", "C-100", "ANDES"),
    ("service_days", ""): lambda k: k.service_days("BLOOM"),
    ("availability", ""): lambda k: k.availability(["SIERRA/S1"]),
    ("preview", ""): lambda k: k.preview("ANDES", "BLOOM"),
    ("remind", ""): lambda k: k.remind("ANDES", "BLOOM", "customer_record"),
    ("readiness", ""): lambda k: k.readiness("ANDES", "BLOOM"),
    ("check_dates", ""): lambda k: k.check_dates("BLOOM"),
    ("check_names", ""): lambda k: k.check_names("BLOOM"),
    ("code_names", ""): lambda k: k.code_names("BLOOM", "ANDES"),
    ("company", ""): lambda k: k.company("BLOOM"),
    ("settings", ""): lambda k: k.settings("BLOOM"),
    ("hierarchies", ""): lambda k: k.hierarchies("BLOOM"),
    ("connections", ""): lambda k: k.connections("BLOOM"),
    ("drafts", ""): lambda k: k.drafts("BLOOM"),
    ("audit", ""): lambda k: k.audit("BLOOM"),
    ("records", ""): lambda k: k.records("BLOOM", "customers"),
    ("record", ""): lambda k: k.record("BLOOM", "customers", "NONE"),
    ("last_change", ""): lambda k: k.last_change("BLOOM", "customers/C-100", "name"),
    ("quantities", ""): lambda k: k.quantities("BLOOM", ["NONE"]),
    ("movements", ""): lambda k: k.movements("BLOOM", ["NONE"]),
    ("state_quantity", ""): lambda k: k.state_quantity("BLOOM", "NONE", on_hand=1, as_of=0),
    ("adjust", ""): lambda k: k.adjust("BLOOM", "NONE", 1, "received", "E-1"),
    ("price_rows", ""): lambda k: k.price_rows("BLOOM"),
    ("staging", ""): lambda k: k.staging("BLOOM"),
    ("offers", ""): lambda k: k.offers("BLOOM"),
    ("offer", ""): lambda k: k.offer("BLOOM", "ANDES/NONE"),
    ("carts", ""): lambda k: k.carts("BLOOM"),
    ("line", ""): lambda k: k.line("BLOOM", "0"),
    ("boxes", ""): lambda k: k.boxes("BLOOM"),
    ("box", ""): lambda k: k.box("BLOOM", "NONE"),
    ("orders", ""): lambda k: k.orders("BLOOM"),
    ("show", ""): lambda k: k.show("BLOOM", "B-0"),
    ("links", ""): lambda k: k.links("BLOOM", document="B-0"),
    ("events", ""): lambda k: k.events("BLOOM"),
    ("notifications", ""): lambda k: k.notifications("BLOOM"),
    ("submit", "what_if, export_draft_moves"): lambda k: k.submit("BLOOM", "what_if", {"changes": []}),
    ("submit", "import_price_lists, export_price_lists"): lambda k: k.submit("BLOOM", "export_price_lists", {}),
    ("submit", "import_availability"): lambda k: k.submit("BLOOM", "import_availability", {}, b""),
    ("submit", "label_sheet"): lambda k: k.submit("BLOOM", "label_sheet", {"awb": "0"}),
    ("submit", "confirm"): lambda k: k.submit("BLOOM", "confirm", {"rows": [{"sales_order": "0"}]}),
    ("submit", "import_rows, each"): lambda k: k.submit("BLOOM", "import_rows", {"collection": "lots", "rows": []}),
    ("company_plugins", ""): lambda k: k.company_plugins("BLOOM"),
    ("try_plugin", ""): lambda k: k.try_plugin("BLOOM", "k2k_labels", {}),
    ("work", ""): lambda k: k.work("BLOOM"),
    ("search", ""): lambda k: k.search("BLOOM", "rose"),
    ("margin_by_week", ""): lambda k: k.margin_by_week("BLOOM"),
    ("partners", ""): lambda k: k.partners("BLOOM"),
    ("scans", ""): lambda k: k.scans("BLOOM"),
    ("staged_awbs", ""): lambda k: k.staged_awbs("BLOOM"),
    ("unbilled", ""): lambda k: k.unbilled("BLOOM"),
    ("available_items", ""): lambda k: k.available_items("BLOOM"),
    ("shared_with", ""): lambda k: k.shared_with("BLOOM"),
    ("requests", ""): lambda k: k.requests("BLOOM"),
    ("request", ""): lambda k: k.request("BLOOM", "B-0"),
    ("timeline", ""): lambda k: k.timeline("BLOOM", "B-0"),
    ("who_is_told", ""): lambda k: k.who_is_told("BLOOM", "void", "B-0"),
    ("watch", ""): lambda k: k.watch("BLOOM", "B-0"),
    ("job", ""): lambda k: k.job("BLOOM", "0"),
    ("jobs", ""): lambda k: k.jobs("BLOOM"),
    ("job_result", ""): lambda k: k.job_result("BLOOM", "0"),
    ("cancel_job", ""): lambda k: k.cancel_job("BLOOM", "0"),
    ("subscribe", ""): lambda k: k.subscribe("BLOOM", lambda event: None).close(),
}
"""Each method, with arguments that change nothing: what counts is who gets as far as that they are refused."""

IN_LINES = {
    ("cancel", "a line of a prebook that was typed"),
    ("cancel", "a line of a purchase order that no customer waits for"),
}
"""What is decided by the line that is named; a test of its own."""

BY_FIELD = {"set", "set_all", "put", "import_rows", "faulty_rows", "undo", "archive"}
HOSTS = {
    *(
        "open",
        "close",
        "on_behalf_of",
        "in_language",
        "companies",
        "authenticate",
        "start_session",
        "session_user",
        "key_actor",
        "load",
        "add_company",
        "plugins",
        "verify",
    ),
    *("sweep", "sweep_failures", "send_deliveries", "delivery_health", "tidy", "run_jobs"),
    *("seal_audit", "audit_anchor", "verify_audit", "audit_health"),
}
"""For the host's own program, or for whoever runs the network."""


def person(trade: Trade, *roles: str, company: str = "BLOOM") -> K2K:
    return trade.net.on_behalf_of(Actor("person@bloom.example", company, frozenset(roles)))


def is_allowed(call: Call, net: K2K) -> bool:
    try:
        call(net)
    except NotAllowed:
        return False
    except K2KError:
        return True
    return True


@pytest.fixture
def network(trade: Trade) -> Trade:
    trade.net.add_user("BLOOM", "person@bloom.example", roles=["warehouse"])
    return trade


def test_every_method_of_the_facade_stands_in_the_table() -> None:
    methods = {name for name, _ in inspect.getmembers(K2K, callable) if not name.startswith("_")}
    assert {one.name for one in METHODS} | BY_FIELD | HOSTS | {*OWN} == methods
    assert set(CALLS) | IN_LINES == {(one.name, one.part) for one in METHODS}
    assert {one.action for one in METHODS} <= set(ALLOWED)


@pytest.mark.parametrize(
    "method",
    [one for one in METHODS if (one.name, one.part) in CALLS],
    ids=lambda one: f"{one.name} {one.part}".strip(),
)
def test_a_method_is_open_to_its_roles_and_closed_to_all_others(network: Trade, method: Any) -> None:
    call = CALLS[method.name, method.part]
    assert {role for role in ROLES if is_allowed(call, person(network, role))} == ALLOWED[method.action]
    assert not is_allowed(call, person(network))
    with pytest.raises((NotAllowed, NotFound)):
        call(person(network, *ROLES, company="PETAL"))


@pytest.mark.parametrize("role", ROLES)
def test_a_line_is_cancelled_by_whom_its_order_is_for(trade: Trade, role: str) -> None:
    def is_cancelled(line: str) -> bool:
        return is_allowed(lambda k: k.cancel("BLOOM", line=line), person(trade, role))

    typed = trade.net.prebook("BLOOM", "C-100", LINES, SHIP)["lines"][0]["line"]
    in_cart = trade.ordered(1)["lines"][0]["line"]
    goods = [{"product": "FREEDOM", "boxes": 1}]
    bought = trade.net.purchase_order("BLOOM", "ANDES", goods, SHIP)["lines"][0]["line"]
    assert is_cancelled(typed) == (role in ALLOWED["prebooks"])
    assert is_cancelled(in_cart) == (role in ALLOWED["orders"])
    assert is_cancelled(bought) == (role in ALLOWED["purchasing"])


FIELDS = {
    "a customer's type": ({"customer": "C-100", "values": {"type": "A"}}, "customer_type"),
    "a customer's markup": ({"customer": "C-100", "values": {"ecommerce_markup": None}}, "prices"),
    "a customer's name": ({"customer": "C-100", "values": {"name": "X"}}, "setup"),
    "a customer's addresses": ({"customer": "C-100", "values": {"send_invoice_to": []}}, "people"),
    "a lot's quantity": ({"lot": "NONE", "values": {"boxes": 1}}, "stock"),
    "a lot's hold": ({"lot": "NONE", "values": {"on_hold": True}}, "stock"),
    "a lot's pack": ({"lot": "NONE", "values": {"units_per_box": 10}}, "stock"),
    "a lot's price": ({"lot": "NONE", "values": {"price_a": "1"}}, "prices"),
    "a lot's arrival": ({"lot": "NONE", "values": {"arrival_date": SHIP}}, "purchasing"),
    "a location's GPM": ({"location": "NONE", "values": {"k2k_gpm": "1"}}, "prices"),
    "a product": ({"product": "FREEDOM", "values": {"description": "X"}}, "purchasing"),
    "a box type": ({"box_type": "HB", "values": {"fbe": "0.5"}}, "setup"),
    "a category": ({"category": "ROSES", "values": {"local_after": 3}}, "setup"),
    "a GPM": ({"settings": {"k2k_gpm": "28"}}, "prices"),
    "a limit": ({"settings": {"cart_minutes": 60}}, "setup"),
    "who is told": ({"settings": {"k2k_cancel_notification_to": []}}, "people"),
    "the company": ({"values": {"name": "Bloom Wholesale"}}, "setup"),
}


@pytest.mark.parametrize("what", FIELDS)
def test_each_setting_and_field_is_open_to_the_roles_of_its_action(trade: Trade, what: str) -> None:
    arguments, action = FIELDS[what]
    assert {r for r in ROLES if is_allowed(lambda k: k.set("BLOOM", **arguments), person(trade, r))} == ALLOWED[action]
    together = [arguments]
    assert {r for r in ROLES if is_allowed(lambda k: k.set_all("BLOOM", together), person(trade, r))} == ALLOWED[action]


@pytest.mark.parametrize("collection", sorted({*puts.ACTIONS, "customers", "carriers"}))
def test_each_collection_is_open_to_the_roles_of_its_action(trade: Trade, collection: str) -> None:
    action = puts.ACTIONS.get(collection, "setup")
    allowed = {r for r in ROLES if is_allowed(lambda k: k.put("BLOOM", collection, []), person(trade, r))}
    assert allowed == ALLOWED[action]
    for method in ("import_rows", "faulty_rows"):
        assert {
            r
            for r in ROLES
            if is_allowed(lambda k, m=method: getattr(k, m)("BLOOM", collection, rows=[]), person(trade, r))
        } == allowed
    archivers = {r for r in ROLES if is_allowed(lambda k: k.archive("BLOOM", collection, "X"), person(trade, r))}
    assert archivers == ALLOWED[action]


def test_a_whole_record_needs_the_role_for_the_addresses_that_it_changes(trade: Trade) -> None:
    there = trade.net.record("BLOOM", "customers", "C-100")
    other = {name: value for name, value in there.items() if name != "version"}
    other |= {"name": "X", "send_invoice_to": ["me@bloom.example"]}
    new = {"code": "C-900", "type": "A", "send_checkout_notification_to": ["me@bloom.example"]}
    for row in (other, new):
        assert not is_allowed(lambda k, r=row: k.put("BLOOM", "customers", [r]), person(trade, "setup"))
        answer = person(trade, "setup").put("BLOOM", "customers", [{"code": "C-901", "type": "A"}, row], atomic=False)
        refused = [one.get("error", {}).get("code") for one in answer["results"]]
        assert refused == [None, "not_allowed"]
    assert trade.net.record("BLOOM", "customers", "C-100")["send_invoice_to"] == there["send_invoice_to"]
    same = {**other, "send_invoice_to": there["send_invoice_to"]}
    assert is_allowed(lambda k: k.put("BLOOM", "customers", [same]), person(trade, "setup"))
    assert is_allowed(lambda k: k.put("BLOOM", "customers", [other, new]), person(trade, "admin"))


def test_a_change_of_several_fields_needs_the_role_of_each(trade: Trade) -> None:
    both: dict[str, Any] = {"customer": "C-100", "values": {"type": "A", "name": "X"}}
    assert not is_allowed(lambda k: k.set("BLOOM", **both), person(trade, "sales_manager"))
    assert is_allowed(lambda k: k.set("BLOOM", **both), person(trade, "setup"))
    assert changes.FIELD_ACTIONS["type"] == "customer_type"


def test_a_person_with_two_roles_may_what_either_may_and_sees_what_either_sees(trade: Trade) -> None:
    both = person(trade, "warehouse", "salesperson")
    assert is_allowed(lambda k: k.scan("BLOOM", ["0"]), both)
    assert is_allowed(lambda k: k.checkout("BLOOM", cart="C-0"), both)
    assert disclosure.reader_of(Actor("x", "BLOOM", frozenset(("warehouse", "salesperson")))) == SALESPERSON
    assert disclosure.reader_of(Actor("x", "BLOOM", frozenset(("warehouse", "procurement")))) == STAFF
    assert disclosure.reader_of(Actor("x", "BLOOM")) == WAREHOUSE


def test_the_documentation_says_the_same() -> None:
    page = (TOP / "docs" / "roles.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| .+? \| (.+?) \|$", page, re.MULTILINE))
    assert rows == {action.name: ", ".join(r for r in ROLES if r in action.roles) for action in ACTIONS}


# ---- who sees what

MONEY = re.compile(r"\d\.\d")
"""Amounts are the only numbers with decimals in these answers."""


def looking(trade: Trade) -> dict[str, Call]:
    """What the people of a company can look at, once there is a document of each kind on both sides."""
    net = trade.net
    for company in ("ANDES", "BLOOM"):
        net.set(company, settings={"sync_invoices": True})
    done = trade.confirmed(2)
    net.ship("ANDES", done["awb"])
    net.set("BLOOM", settings={"auto_billing": "both"})
    net.scan("BLOOM", done["box_codes"])
    net.awb("BLOOM", done["awb"], freight="12.5")
    found: dict[str, Call] = {}
    for company, customer in (("BLOOM", "C-100"), ("ANDES", "BLOOM")):
        for number in [row["number"] for row in net.orders(company)]:
            found[f"{company} show {number}"] = lambda k, c=company, n=number: k.show(c, n)
        found[f"{company} orders"] = lambda k, c=company: k.orders(c)
        found[f"{company} orders by page"] = lambda k, c=company: k.orders(c, limit=100, lines=True)
        found[f"{company} events"] = lambda k, c=company: [one["data"] for one in k.events(c)]
        found[f"{company} notifications"] = lambda k, c=company: k.notifications(c)
        found[f"{company} price"] = lambda k, c=company, w=customer: k.price(c, w)
        found[f"{company} staging"] = lambda k, c=company: k.staging(c)
        found[f"{company} staging by page"] = lambda k, c=company: k.staging(c, limit=100)
        found[f"{company} carts"] = lambda k, c=company: k.carts(c, lines=True)
        found[f"{company} notifications by page"] = lambda k, c=company: k.notifications(c, limit=100)
        found[f"{company} line"] = lambda k, c=company: k.line(c, "1")
        found[f"{company} price by page"] = lambda k, c=company, w=customer: k.price(c, w, limit=100)
        found[f"{company} offers"] = lambda k, c=company: k.offers(c)
        found[f"{company} boxes"] = lambda k, c=company: k.boxes(c)
        found[f"{company} awbs"] = lambda k, c=company: k.awbs(c)
    found["BLOOM catalog"] = lambda k: k.catalog("BLOOM", "C-100", SHIP)
    found["BLOOM visible"] = lambda k: k.visible("BLOOM", "C-100", ship_date=SHIP)
    return found


def seen(net: K2K, call: Call) -> str:
    try:
        return json.dumps(call(net), default=str)
    except K2KError as error:
        return json.dumps(error.as_dict())


def test_the_warehouse_sees_no_money_at_all(trade: Trade) -> None:
    for name, call in looking(trade).items():
        text = seen(person(trade, "warehouse", company=name.split()[0]), call)
        assert MONEY.findall(text) == [], name
        assert '"currency"' not in text, name
    assert person(trade, "warehouse").price("BLOOM", "C-100", lots=["ANDES/L1"]) == [
        {"lot": "ANDES/L1", "channel": "ecommerce"}
    ]
    with pytest.raises(NotAllowed):
        person(trade, "warehouse").catalog("BLOOM", "C-100", SHIP, sort="-price")
    with pytest.raises(NotAllowed):
        person(trade, "warehouse", company="ANDES").invoice_file("ANDES", "I-1001")


def test_an_awb_is_seen_by_everybody_and_its_costs_by_those_who_may_see_costs(trade: Trade) -> None:
    awb = trade.confirmed(1)["awb"]
    trade.net.awb("BLOOM", awb, freight="12.5")
    for role in ROLES:
        for seen in (person(trade, role).awb("BLOOM", awb), person(trade, role).awbs("BLOOM", awb)[0]):
            costs = seen["freight"], seen["costs_typed"], seen["landed_costs"], seen["in_stock"]
            assert (costs == (None,) * 4) == (role in ("salesperson", "warehouse")), role
            assert len(seen["box_codes"]) == 1


COSTLY = ("landed_cost", "landed_costs", "base_price", "components", "adjustments", "value", "freight", "handling")


def fields_of(answer: object) -> set[str]:
    if isinstance(answer, dict):
        return set(answer).union(*map(fields_of, answer.values()))
    return set().union(*map(fields_of, answer)) if isinstance(answer, list) else set()


def test_a_salesperson_sees_prices_and_their_steps_but_no_cost(trade: Trade) -> None:
    calls = looking(trade)
    for name, call in calls.items():
        shown = json.loads(seen(person(trade, "salesperson", company=name.split()[0]), call))
        assert fields_of(shown).isdisjoint(COSTLY), name
    seller = person(trade, "salesperson")
    (row,) = seller.price("BLOOM", "C-100", lots=["ANDES/L1"])
    assert (row["price"], row["step"], row["currency"]) == ("0.48", "k2k_gpm", "USD")
    assert {tuple(sorted(step)) for step in row["explanation"]} == {("outcome", "plugin", "step")}
    whole = {row["number"]: row for row in trade.net.orders("BLOOM")}
    for number, document in whole.items():
        ours = seller.show("BLOOM", number)
        bought = document["kind"] == "purchase_order" or "/" in number
        assert ("total" in ours) is not bought, number
        assert all(("price" in line) is not bought for line in ours["lines"]), number
    theirs = person(trade, "salesperson", company="ANDES")
    assert all("total" in theirs.show("ANDES", row["number"]) for row in trade.net.orders("ANDES"))


def test_a_salesperson_reads_amounts_of_invoices_that_the_company_issued_and_of_no_others(trade: Trade) -> None:
    looking(trade)
    for company, number in (("ANDES", "I-1001"), ("BLOOM", "I-1001")):
        line = trade.net.show(company, number)["lines"][0]["line"]
        trade.net.credit(company, number, line, amount="1.50", reason="late", confirm="CONFIRM")
    told = [
        (event["data"]["company"], "amount" in event["data"])
        for event in person(trade, "salesperson").events("BLOOM")
        if event["type"] == "invoice.credited"
    ]
    assert sorted(told) == [("ANDES", False), ("BLOOM", True)]
    for role, sees in (("procurement", True), ("warehouse", False)):
        events = person(trade, role).events("BLOOM")
        assert {"amount" in one["data"] for one in events if one["type"] == "invoice.credited"} == {sees}


def test_a_salesperson_prints_what_is_sold_and_not_what_is_bought(trade: Trade) -> None:
    looking(trade)
    seller = person(trade, "salesperson")
    assert seller.invoice_file("BLOOM", "I-1001").content
    with pytest.raises(NotAllowed):
        seller.invoice_file("BLOOM", "ANDES/I-1001")
    assert person(trade, "procurement").invoice_file("BLOOM", "ANDES/I-1001").content


@pytest.mark.parametrize("role", ["admin", "setup", "sales_manager", "procurement"])
def test_whoever_may_see_costs_sees_everything_of_the_company(trade: Trade, role: str) -> None:
    for name, call in looking(trade).items():
        assert seen(person(trade, role, company=name.split()[0]), call) == seen(trade.net, call) or "visible" in name


def test_a_repeated_command_answers_each_person_what_is_for_them(trade: Trade) -> None:
    cart = trade.ordered(1)["cart"]
    whole = trade.net.checkout("BLOOM", cart=cart, key="once")
    again = person(trade, "salesperson").checkout("BLOOM", cart=cart, key="once")
    assert again["number"] == whole["number"]
    assert "value" in whole["lines"][0]["explanation"][0]
    assert fields_of(again).isdisjoint(COSTLY)


def test_everybody_reads_what_is_no_money() -> None:
    assert ALLOWED[READING] == set(ROLES)
