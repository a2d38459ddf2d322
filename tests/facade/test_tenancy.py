"""Another company's code is answered exactly like an unknown one: every method of the facade, each of its names in
turn.

The methods and their arguments are read from the facade, so that a new one is tested too. A user of a third company
calls it with its own values but for one name: once a name of another company, once one that does not exist.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.domain.roles import ROLES, Actor
from k2k_core.errors import K2KError
from k2k_core.store import tables
from tests.services.conftest import LOT, Trade

SHIP = "2026-02-05"
HOST_ONLY = frozenset(
    (
        *("open", "close", "on_behalf_of", "plugins", "sweep", "verify", "send_deliveries", "tidy"),
        *("delivery_health", "sweep_failures", "run_jobs", "session_user", "key_actor"),
        *("seal_audit", "audit_anchor", "verify_audit", "audit_health"),
    )
)
"""What takes no name, or is for whoever runs the network."""

NEW = frozenset(("load", "add_company", "add_user", "authenticate"))
"""What takes names that are to be new, and a log-in. They are refused for other companies, in tests of their own."""

COMPANIES = ("company", "buyer", "vendor", "by")
DIRECTORY = frozenset((("propose", "buyer"), ("propose", "vendor")))
"""Whoever proposes names a company that it does not trade with yet: that it exists is no secret."""

ALLOWED_TO_DIFFER = frozenset((name, "box_codes") for name in ("scan", "receive", "missing", "decline_missing"))
"""A scanned box, or one that is reported, may be `not_yours` (domain sections 5 and 6)."""


@pytest.fixture
def trade(open_trade: Callable[..., Trade]) -> Trade:
    trade = open_trade()
    trade.net.add_company(
        {
            "code": "THIRD",
            "currency": "USD",
            "timezone": "America/New_York",
            "categories": [{"code": "ROSES"}],
            "products": [{"code": "T-ROSE", "description": "Third rose", "category": "ROSES"}],
            "box_dimensions": [{"box_type": "HB", "length": 40, "width": 12, "height": "10.44"}],
            "locations": [{"code": "T-HUB"}],
            "vendors": [{"code": "T-FARM"}],
            "customers": [{"code": "T-1", "type": "A", "ship_via": "choice"}],
            "lots": [{**LOT, "code": "T-LOT", "product": "T-ROSE", "boxes": 5, "web_price": "0.50"}],
            "price_lists": [{"code": "T-LIST"}],
        }
    )
    return trade


@pytest.fixture
def names(trade: Trade) -> dict[str, tuple[Any, Any, Any]]:
    """Argument → one of the third company's own, one of somebody else's, one that nobody has."""
    net = trade.net
    cart = trade.ordered()
    confirmed = trade.confirmed(1, reference_number="AWB-1")
    sent = net.purchase_order("BLOOM", "ANDES", [{"product": "FREEDOM", "box_type": "HB", "boxes": 1}], SHIP)
    net.approve("BLOOM", sent["number"])
    net.transfer("BLOOM", sent["number"])
    net.put("BLOOM", "lots", [{**LOT, "code": "OWN", "product": "FREEDOM", "boxes": 2, "web_price": "0.50"}])
    own = net.add("BLOOM", "C-100", lot="OWN", boxes=1, ship_date=SHIP)
    net.checkout("BLOOM", cart=own["cart"])
    for collection in ("price_lists", "box_types", "categories"):
        net.put("BLOOM", collection, [{"code": "SECRET"}])
    net.put("BLOOM", "locations", [{"code": "SECRET"}, {"code": "SECRET-2"}])
    net.add_endpoint("BLOOM", "their-erp", "https://erp.bloom.example/hook")
    draft = net.what_if("BLOOM", [{"settings": {"k2k_gpm": 30}}])["draft"]
    shown = net.catalog("BLOOM", "C-100", SHIP)["lines"][0]["line"]
    net.add_user("BLOOM", "b@bloom.example", roles=["admin"], password="a long enough one")
    net.add_user("THIRD", "t@third.example", roles=list(ROLES))
    started = net.start_session("b@bloom.example")
    theirs = net.save_view("b@bloom.example", "orders", "Mine", "status=open", everybody=True)
    return {
        "company": ("THIRD", "ANDES", "NOWHERE"),
        "buyer": ("THIRD", "BLOOM", "NOWHERE"),
        "vendor": ("THIRD", "ANDES", "NOWHERE"),
        "by": ("THIRD", "ANDES", "NOWHERE"),
        "customer": ("T-1", "C-100", "C-999"),
        "lot": ("T-LOT", "ANDES/L1", "ANDES/L999"),
        "lots": (["T-LOT"], ["ANDES/L1"], ["NOWHERE/L1"]),
        "add line": ("", shown, "0" * len(shown)),
        "line": ("", cart["lines"][0]["line"], "987654"),
        "cart": ("", cart["cart"], "CART-9999"),
        "purchase_order": ("", sent["number"], "PO-9999"),
        "sales_order": ("", confirmed["sales_order"], "S-9999K"),
        "prebook": ("", cart["prebook"], "PB-9999"),
        "invoice_order": ("", own["invoice_order"], "O-9999"),
        "document": ("", confirmed["sales_order"], "S-9999K"),
        "invoice": ("", "I-1001", "I-9999"),
        "awb": ("", "AWB-1", "AWB-9"),
        "box_codes": ([], ["B1"], ["B999"]),
        "product": ("T-ROSE", "FREEDOM", "NOTHING"),
        "box_type": ("", "SECRET", "NO-BOX"),
        "category": ("", "SECRET", "NOTHING"),
        "location": ("T-HUB", "SECRET", "NO-HUB"),
        "cursor": ("", net.records("BLOOM", "locations", limit=1)["next"], "c_anything"),
        "audit_id": ("", str(net.set("BLOOM", settings={"k2k_gpm": "30"})["audit"]), "987654"),
        "subject": ("customers/T-1", "customers/C-100", "customers/C-999"),
        "draft": ("", draft, "D-9999"),
        "endpoint": ("", "their-erp", "no-erp"),
        "email": ("t@third.example", "b@bloom.example", "nobody@bloom.example"),
        "view": ("", theirs["view"], "987654"),
        "session": ("", started["session"], "987654"),
        "but": ("", started["session"], "987654"),
        "price lists": (["T-LIST"], ["SECRET"], ["NOTHING"]),
        "job": ("", net.submit("BLOOM", "export_price_lists")["id"], "987654"),
    }


VALUES: dict[str, Any] = {
    "ship_date": SHIP,
    "boxes": 1,
    "delta": 1,
    "reference": "E-1",
    "on_hand": 1,
    "as_of": 0,
    "changes": [{"settings": {"gpm": 20}}],
    "changes_": [],
    "values": {},
    "collection": "locations",
    "rows": [],
    "content": b"list,season,product,price\n",
    "network": {},
    "password": "a long enough one",
    "reason": "rain",
    "reference_number": "729-1",
    "confirm": "CONFIRM",
    "freight": "1",
    "callback": print,
    "code": "erp",
    "url": "https://erp.third.example/hook",
    "roles": ["warehouse"],
    "active": False,
    "box_type": "HB",
    "terms": {"hide_vendor": True},
    "own": "QB",
    "carrier": "TRUCK",
    "contribution": "k2k_network/price_resolvers/k2k_gpm",
    "plugin": "k2k_labels",
    "settings": {},
    "field": "name",
    "kind": "export_price_lists",
    "text": "rose",
    "verb": "void",
    "page_name": "orders",
    "requirement": "vendor_record",
    "name": "Mine",
    "query": "status=open",
}
"""What else a method needs."""

WHETHER_WITH_LINES = frozenset(("orders", "carts"))
"""Lists whose `lines` says whether rows come with theirs."""

WITHOUT: dict[str, dict[str, str]] = {
    "add": {"lot": "line", "line": "lot"},
    "void": {"sales_order": "line", "line": "sales_order"},
    "credit": {"boxes": "amount", "amount": "boxes"},
    "checkout": {"cart": "line", "line": "cart"},
    "cancel": {"cart": "line", "line": "cart"},
    "labels": {"awb": "box_codes", "box_codes": "awb"},
    "label_files": {"awb": "box_codes", "box_codes": "awb"},
    "label_sheet": {"awb": "box_codes", "box_codes": "awb"},
    "attach": {"document": "box_codes", "box_codes": "document"},
    "links": {"document": "box_codes", "box_codes": "document"},
}
"""Of these one is given: the other stays away."""


BY_ROWS = frozenset((name, "rows") for name in ("map", "confirm", "state_quantity"))
"""Commands for one thing, or for many in rows: the rows are asked for themselves."""


def methods() -> dict[str, dict[str, bool]]:
    """Every method of the facade with its arguments, and whether each is needed."""
    found = {}
    for name, function in inspect.getmembers(K2K, inspect.isfunction):
        if not name.startswith("_") and name not in HOST_ONLY | NEW:
            given = [one for one in inspect.signature(function).parameters.values() if one.name != "self"]
            found[name] = {one.name: one.default is one.empty for one in given if one.kind is not one.VAR_KEYWORD}
    return found


def named(method: str, argument: str) -> str:
    """Under which name an argument of a method stands among the names."""
    if (method, argument) == ("export_price_lists", "lists"):
        return "price lists"
    return "add line" if (method, argument) == ("add", "line") else argument


def lines_of(method: str, lot: str, line: str) -> list[Any]:
    if method == "bill":
        return [line]
    if method == "fill":
        return [{"line": line, "lots": [{"lot": lot.rpartition("/")[2], "boxes": 1}]}]
    return [{"lot": lot, "boxes": 1}]


def cases(names: dict[str, Any]) -> Iterator[tuple[str, str, list[dict[str, Any]]]]:
    """Method, argument, and two calls: with somebody else's name and with nobody's."""
    for method, arguments in methods().items():
        own = {one: names[one][0] for one in arguments if one in names and names[one][0]}
        own |= {one: names[one][2] for one, needed in arguments.items() if needed and one in names and one not in own}
        own |= {one: VALUES[one] for one in arguments if one in VALUES and (method, one) not in BY_ROWS}
        if "lines" in arguments and method not in WHETHER_WITH_LINES:
            own["lines"] = lines_of(method, "T-LOT", "1")
        for argument in arguments:
            key = named(method, argument)
            if key not in names:
                continue
            base = {name: value for name, value in own.items() if name != WITHOUT.get(method, {}).get(argument)}
            yield method, argument, [base | {argument: names[key][which]} for which in (1, 2)]
        if "filters" in arguments:
            for name in [one for one in names if " " not in one]:
                yield method, f"filters.{name}", [own | {"filters": {name: names[name][which]}} for which in (1, 2)]
        if "lines" in arguments and method not in WHETHER_WITH_LINES:
            calls = [{**own, "lines": lines_of(method, names["lot"][n], names["line"][n])} for n in (1, 2)]
            yield method, "lines", calls
        among = [one for one in COMPANIES if one in arguments]
        if len(among) > 1:
            yield method, "companies", [own | {one: names[one][which] for one in among} for which in (1, 2)]
    for method, company, name in (("map", "buyer", "lot"), ("confirm", "vendor", "sales_order")):
        yield method, "rows", [{company: "THIRD", "rows": [{name: names[name][which]}]} for which in (1, 2)]
    for kind in ("customer", "lot", "vendor", "location", "product", "box_type", "category"):
        calls = [{"company": "THIRD", kind: value, "values": {}} for value in (names[kind][1], names[kind][2])]
        yield "set", kind, calls
        changes = [{kind: call[kind], "values": {}} for call in calls]
        yield "set_all", kind, [{"company": "THIRD", "changes_": [change]} for change in changes]


def outcome(net: K2K, method: str, call: dict[str, Any], hidden: list[str]) -> Any:
    """What a call answers, or how it is refused, with the names that were asked for taken out."""
    try:
        answer: Any = ["answers", getattr(net, method)(**call)]
    except K2KError as error:
        answer = ["refuses", error.status, error.as_dict()]
    return without(json.loads(json.dumps(answer, default=str)), sorted(hidden, key=len, reverse=True))


def without(value: Any, hidden: list[str]) -> Any:
    """A value without some names in its texts."""
    if isinstance(value, dict):
        return {without(name, hidden): without(one, hidden) for name, one in value.items()}
    if isinstance(value, list):
        return [without(one, hidden) for one in value]
    for name in hidden if isinstance(value, str) else ():
        value = value.replace(name, "•")
    return value


def words(value: Any) -> list[str]:
    """Every text in a value."""
    if isinstance(value, dict):
        return [word for one in value.values() for word in words(one)]
    if isinstance(value, list):
        return [word for one in value for word in words(one)]
    return [value, value.rpartition("/")[2]] if isinstance(value, str) and value else []


def everything(net: K2K) -> dict[str, list[Any]]:
    """All rows of all tables."""
    with net.context.store.whole_network.reading() as session:
        return {table.__name__: session.rows(table.select().order_by(table.id)) for table in tables.ALL}


@pytest.mark.long
def test_a_strangers_name_answers_like_one_that_nobody_has_and_changes_nothing(
    trade: Trade, names: dict[str, Any]
) -> None:
    net = trade.net.on_behalf_of(Actor("t@third.example", "THIRD", frozenset(ROLES)))
    before, told, refused = everything(trade.net), [], 0
    for method, argument, (foreign, unknown) in cases(names):
        if (method, argument) in DIRECTORY | ALLOWED_TO_DIFFER:
            continue
        theirs, nobodys = (
            outcome(net, method, call, [*words(list(call.values())), *(names[c][n] for c in COMPANIES)])
            for n, call in ((1, foreign), (2, unknown))
        )
        if theirs != nobodys:
            told.append(f"{method}({argument}): {theirs} but {nobodys}"[:600])
        refused += theirs[0] == "refuses"
        after = everything(trade.net)
        changed = [table for table in after if after[table] != before[table]]
        if changed:
            told.append(f"{method}({argument}) changed {', '.join(changed)}")
            before = after
    assert told == [], "\n".join(told)
    assert refused > 80
