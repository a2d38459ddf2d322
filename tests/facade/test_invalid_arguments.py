"""Any arguments: the facade answers or refuses with an error of its own, and the stored data stays consistent.

The methods and their arguments are read from the facade, so that a new one is tested too: first each argument in turn
is invalid while the others are valid, then all are random.
"""

from __future__ import annotations

import datetime as dt
import inspect
import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some

from k2k_core.api import K2K
from k2k_core.errors import Invalid, K2KError, UnreadableFile
from tests.services.conftest import Trade

SHIP = "2026-02-05"
NOT_TRIED = frozenset(("open", "close", "on_behalf_of", "subscribe", "try_endpoint", "send_deliveries", "run_jobs"))
"""What is no command, or goes out into the world."""

RECURSIVE: list[Any] = []
RECURSIVE.append(RECURSIVE)
NONSENSE: tuple[Any, ...] = (
    *(None, True, 0, -1, 2**63, 10**5000, 0.5, float("nan"), float("-inf"), Decimal("sNaN"), Decimal("1E+400")),
    *("", "\0", "a\0b", "\ud800", "x" * 1_000_000, "9" * 5000, "1e400", "١٢", b"\xff\xfe", object(), {"a"}),
    *([], [None], ["\ud800"], [["x"]], [{}], [{1: 2}], [{"lot": [], "boxes": {}}], ["B1"] * 3, "B1", RECURSIVE),
    *({}, {1: 2}, {"\ud800": "\0"}, {"code": "\0"}, {"gpm": float("nan")}, {"companies": 1}, {"customer": ["x"]}),
    *([{"office": 1}], [{"company": "ANDES", "settings": {}}], [{"settings": None}], [{"lot": 7, "values": {}}]),
    *(dt.date.min, dt.date.max, dt.datetime(1, 1, 1), "0001-01-01", "9999-12-31", "2026-02-31"),
)

GOOD: dict[str, Any] = {
    **dict.fromkeys(("company", "buyer", "by"), "BLOOM"),
    "vendor": "ANDES",
    "customer": "C-100",
    "lot": "ANDES/L2",
    "lots": ["ANDES/L2"],
    "product": "FREEDOM",
    "ship_date": SHIP,
    "order_date": "2026-02-02",
    "arrival_date": SHIP,
    "boxes": 1,
    "document": "PB-1",
    "awb": "A-1",
    "lines": [{"lot": "ANDES/L2", "boxes": 1}],
    "box_codes": ["B1"],
    "changes": [{"settings": {"k2k_gpm": 20}}],
    "changes_": [{"settings": {"k2k_gpm": 28}}],
    "settings": {"k2k_gpm": 28},
    "collection": "locations",
    "rows": [{"code": "HUB"}],
    "content": b"list,season,product,price\n",
    "network": {},
    "code": "erp",
    "locale": "en",
    "password": "a long enough one",
    "roles": ["warehouse"],
    "active": True,
    "email": "b@bloom.example",
    "url": "https://erp.example/hook",
    "box_type": "HB",
    "own": "QB",
    "carrier": "TRUCK",
    "plugin": "k2k_labels",
    "terms": {"bill_to_final_customer": True},
    "contribution": "k2k_network/price_resolvers/k2k_gpm",
    "step": "k2k_gpm",
    "endpoint": "erp",
    "invoice": "I-1001",
    "invoice_order": "O-1001",
    "draft": "D-1",
    "subject": "customers/C-100",
    "field": "name",
    "audit_id": 1,
    "job": "1",
    "kind": "export_price_lists",
    "arguments": {},
    "text": "rose",
    "reference_number": "729-1",
    "verb": "void",
    "confirm": "CONFIRM",
    "reason": "received",
    "delta": 1,
    "reference": "E-1",
    "on_hand": 1,
    "as_of": 0,
    "name": "Bea",
    "page_name": "orders",
    "requirement": "days_of_service",
    "query": "status=open",
    "token": "t",
    "view": "1",
    "session": "1",
    "but": "1",
    "title": "Photo",
    "values": {"theme": "dark"},
    "id": "1",
    "secret": "k2k_1",
}


@pytest.fixture
def busy(open_trade: Callable[..., Trade]) -> Trade:
    """A network in which most of the good arguments name something."""
    trade = open_trade()
    net = trade.net
    net.set("ANDES", lot="L2", values={"boxes": 500})
    net.add_endpoint("BLOOM", "erp", "https://erp.bloom.example/hook")
    net.put("BLOOM", "locations", [{"code": "HUB"}])
    return trade


def good(trade: Trade) -> dict[str, Any]:
    """The good arguments, with the numbers of documents that are there."""
    waiting, order = trade.ordered(1, lot="ANDES/L2"), trade.confirmed(1, reference_number="A-1")
    sent = trade.net.purchase_order("BLOOM", "ANDES", [{"product": "FREEDOM", "boxes": 1}], SHIP)["number"]
    trade.net.transfer("BLOOM", sent)
    return GOOD | {
        "cart": waiting["cart"],
        "prebook": waiting["prebook"],
        "document": order["sales_order"],
        "line": waiting["lines"][0]["line"],
        "sales_order": order["sales_order"],
        "purchase_order": sent,
    }


def methods() -> dict[str, dict[str, bool]]:
    """Every method of the facade that is tried, with its arguments, and whether each is needed."""
    found: dict[str, dict[str, bool]] = {}
    for name, function in inspect.getmembers(K2K, inspect.isfunction):
        if not name.startswith("_") and name not in NOT_TRIED:
            given = list(inspect.signature(function).parameters.values())[1:]
            found[name] = {one.name: one.default is one.empty for one in given if one.kind is not one.VAR_KEYWORD}
    optional = dict.fromkeys(
        ("settings", "customer", "lot", "vendor", "product", "box_type", "category", "values"), False
    )
    return found | {"set": {"company": True, **optional}}


def calls(names: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each method with each of its arguments nonsense, in every way."""
    for method, arguments in methods().items():
        base = {name: names[name] for name, needed in arguments.items() if needed}
        for argument in arguments:
            yield from ((method, base | {argument: nonsense}) for nonsense in NONSENSE)


def wrong(net: K2K, method: str, call: dict[str, Any], *, named: bool = False) -> str:
    """Make the call: what is wrong with how it ended, unless that is an answer or a refusal fit for anybody. A refusal
    that has to be `named` says in its faults what is wrong, but for files: their fault is the file."""
    try:
        getattr(net, method)(**call)
    except K2KError as error:
        if named and isinstance(error, Invalid) and not isinstance(error, UnreadableFile) and not error.faults:
            return f"{method}({', '.join(call)}) names no argument: {error.message:.200}"
        shown = json.dumps(error.as_dict())
        return f"{method}: {shown[:300]}" if error.status >= 500 or len(shown) > 100_000 else ""
    except Exception as error:
        return f"{method}({', '.join(call)}): {error!r:.300}"
    return ""


@pytest.mark.long
def test_an_argument_of_any_kind_is_answered_or_refused_in_words(busy: Trade) -> None:
    made = [wrong(busy.net, method, call, named=True) for method, call in calls(good(busy))]
    assert "\n".join(sorted({problem for problem in made if problem})) == ""
    assert len(made) > 5_000


def test_arguments_that_a_method_does_not_have_or_lacks_are_named(busy: Trade) -> None:
    net: Any = busy.net
    for call, paths in (
        (lambda: net.settings("BLOOM", company_code="BLOOM", depth=1), ["company_code", "depth"]),
        (lambda: net.show("BLOOM"), ["document"]),
        (lambda: net.show(document="B-1", compny="BLOOM"), ["compny", "company"]),
        (lambda: net.settings("BLOOM", "ANDES"), ["arguments"]),
        (lambda: net.settings("BLOOM", company="BLOOM"), ["arguments"]),
        (lambda: net.in_language("es").settings(), ["company"]),
    ):
        with pytest.raises(Invalid) as refused:
            call()
        assert [one["path"] for one in refused.value.faults] == paths
        assert all(f"{path}: " in refused.value.message for path in paths)
    assert net.offers("BLOOM", vendor="ANDES")["items"] != []


MIXED = settings(
    max_examples=200,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # what one example leaves behind is the next one's
)


@pytest.mark.long
@MIXED
@given(some.data())
def test_good_and_nonsense_in_any_mixture_leave_the_network_sound(busy: Trade, data: some.DataObject) -> None:
    method = data.draw(some.sampled_from(sorted(methods())))
    arguments = methods()[method]
    call = {
        name: data.draw(some.sampled_from((GOOD.get(name, "x"), *NONSENSE)) | some.text(max_size=9))
        for name, needed in arguments.items()
        if needed or data.draw(some.booleans())
    }
    assert wrong(busy.net, method, call) == ""
    assert busy.net.verify() == []


def test_an_argument_that_a_method_does_not_have_is_refused_with_the_one_that_was_meant(trade: Trade) -> None:
    net: Any = trade.net
    for named, said in (
        ({"custommer": "C-100"}, "is not known here; did you mean customer?"),
        ({"customer": "C-100", "lotts": ["ANDES/L2"]}, "is not known here; did you mean lots?"),
        ({"customer": "C-100", "colour": "red"}, "is not known here"),
        ({"customer": "C-100", "custommer": "C-100"}, "is not known here"),
    ):
        with pytest.raises(Invalid) as refused:
            net.price("BLOOM", **named)
        messages = {one["path"]: str(one["message"]) for one in refused.value.faults}
        assert messages[next(name for name in named if name not in ("customer", "lots"))] == said
