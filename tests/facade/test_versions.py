"""A write that names the version which its caller has read is refused if the record has been written meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.domain.roles import Actor
from k2k_core.errors import Conflict, Invalid, VersionMismatch
from tests.facade.test_idempotency_of_every_method import everything
from tests.services.conftest import Trade

Named = dict[str, Any]
Given = tuple[str, Named, str, Callable[[K2K], int]]
SHIP = "2026-02-05"


def _shown(company: str, number: str) -> Callable[[K2K], int]:
    return lambda net: net.show(company, number)["version"]


def commands(trade: Trade) -> list[Given]:
    """Commands that take a version: method, arguments, the subject that a refusal names, how the version is read."""
    net = trade.net
    order, cart = trade.checked_out(1), trade.ordered(1)
    typed = {"buyer": "BLOOM", "customer": "C-100", "lines": [{"lot": "ANDES/L2", "boxes": 1}], "ship_date": SHIP}
    book, other, given = net.prebook(**typed), net.prebook(**typed), trade.checked_out(1)
    net.checkout("BLOOM", cart=cart["cart"])
    bought = net.purchase_order("BLOOM", "ANDES", [{"product": "FREEDOM", "boxes": 1}], SHIP)["number"]
    net.confirm("ANDES", cart["sales_order"], reference_number="AWB-1")
    sold, number = order["sales_order"], book["purchase_order"]
    return [
        (
            "set_reference",
            {"vendor": "ANDES", "sales_order": sold, "reference_number": "A-1"},
            f"sales_orders/{sold}",
            _shown("ANDES", sold),
        ),
        ("confirm", {"vendor": "ANDES", "sales_order": sold}, f"sales_orders/{sold}", _shown("ANDES", sold)),
        ("approve", {"buyer": "BLOOM", "purchase_order": number}, f"purchase_orders/{number}", _shown("BLOOM", number)),
        (
            "cancel",
            {"buyer": "BLOOM", "prebook": other["prebook"]},
            f"prebooks/{other['prebook']}",
            _shown("BLOOM", other["prebook"]),
        ),
        (
            "transfer",
            {"buyer": "BLOOM", "purchase_order": bought},
            f"purchase_orders/{bought}",
            _shown("BLOOM", bought),
        ),
        (
            "awb",
            {"company": "BLOOM", "awb": "AWB-1", "freight": "12"},
            "awbs/AWB-1",
            lambda net: net.awb("BLOOM", "AWB-1")["version"],
        ),
        ("ship", {"vendor": "ANDES", "awb": "AWB-1"}, "awbs/AWB-1", lambda net: net.awb("ANDES", "AWB-1")["version"]),
        (
            "release",
            {"company": "BLOOM", "line": given["lines"][0]["line"], "reason": "gone", "confirm": "CONFIRM"},
            f"prebooks/{given['prebook']}",
            _shown("BLOOM", given["prebook"]),
        ),
        *_of_carts(trade),
        *_of_the_vendor(net),
        *_terms_and_offers(),
    ]


def _of_carts(trade: Trade) -> list[Given]:
    cart = trade.ordered(1)
    number = cart["prebook"]
    return [("checkout", {"buyer": "BLOOM", "cart": cart["cart"]}, f"prebooks/{number}", _shown("BLOOM", number))]


def _of_the_vendor(net: K2K) -> list[Given]:
    """Commands on a purchase order go by the vendor's own document of it."""
    found: list[Given] = []
    for method in ("accept_order", "fill", "reject"):
        bought = net.purchase_order("BLOOM", "ANDES", [{"product": "FREEDOM", "boxes": 1}], SHIP)
        number = net.transfer("BLOOM", bought["number"])["vendor_document"]
        kind, more = "prebooks", {}
        if method == "fill":
            net.accept_order("ANDES", bought["number"])
            (number,) = [one["number"] for one in net.orders("ANDES", search=bought["number"])]
            kind, more = "sales_orders", {"lines": [{"line": bought["lines"][0]["line"]}]}
        if method == "reject":
            more = {"reason": "frost"}
        asked: dict[str, Any] = {"vendor": "ANDES", "purchase_order": bought["number"], **more}
        found.append((method, asked, f"{kind}/{number}", _shown("ANDES", number)))
    return found


def _terms_and_offers() -> list[Given]:
    def offer(net: K2K) -> int:
        return net.map("BLOOM", "ANDES/L1")["version"]

    def connection(net: K2K) -> int:
        terms = {"vendor": "ANDES", "buyer": "BLOOM", "by": "ANDES", "terms": {}}
        return net.change_terms(**terms)["version"]

    hidden = {"vendor": "ANDES", "buyer": "BLOOM", "by": "ANDES", "terms": {"hide_vendor": True}}
    return [
        ("map", {"buyer": "BLOOM", "lot": "ANDES/L1", "va_price": "0.5"}, "offers/ANDES/L1", offer),
        ("change_terms", hidden, "connections/ANDES:BLOOM", connection),
    ]


def test_a_command_with_an_earlier_version_is_refused_and_nothing_is_written(open_trade: Callable[..., Trade]) -> None:
    trade = open_trade()
    for method, arguments, subject, read in commands(trade):
        present, before = read(trade.net), everything(trade.net)
        with pytest.raises(VersionMismatch) as refused:
            getattr(trade.net, method)(**arguments, version=present + 1)
        facts = {"subject": subject, "version": present, "yours": present + 1}
        assert (refused.value.code, refused.value.status, refused.value.facts) == ("version_mismatch", 412, facts)
        assert everything(trade.net) == before, method
        getattr(trade.net, method)(**arguments, version=present, key=f"{method} once")
        assert read(trade.net) != present, method
        again = getattr(trade.net, method)(**arguments, version=present, key=f"{method} once")
        assert again is not None, "a repeat is answered, whatever the version is by now"


def test_a_version_without_a_document_is_refused(trade: Trade) -> None:
    cart = trade.ordered(1)
    with pytest.raises(Invalid, match="version"):
        trade.net.cancel("BLOOM", cart=cart["cart"], version=1)
    with pytest.raises(Invalid, match="version"):
        trade.net.map("BLOOM", "ANDES/L1", confirmed=True, version=-1)


def test_terms_that_are_not_as_expected_are_named_with_who_changed_them(trade: Trade) -> None:
    pair = {"vendor": "ANDES", "buyer": "BLOOM", "by": "ANDES"}
    trade.net.change_terms(**pair, terms={"hide_vendor": True}, expected={"hide_vendor": False})
    with pytest.raises(Conflict) as refused:
        trade.net.change_terms(**pair, terms={"hide_vendor": False}, expected={"hide_vendor": False})
    (moved,) = refused.value.facts["fields"]
    assert (moved["field"], moved["was"], moved["theirs"]) == ("hide_vendor", False, True)
    assert moved["when"] is not None
    assert trade.net.change_terms(**pair, terms={})["hide_vendor"] is True


@pytest.mark.parametrize("expected", [["hide_vendor"], {"hide_vendor": "no"}, {"hide": True}], ids=str)
def test_expected_terms_that_are_none_are_faults(trade: Trade, expected: Any) -> None:
    pair = {"vendor": "ANDES", "buyer": "BLOOM", "by": "ANDES"}
    with pytest.raises(Invalid) as refused:
        trade.net.change_terms(**pair, terms={"hide_vendor": True}, expected=expected)
    assert all(fault["path"].startswith("expected") for fault in refused.value.faults)


TARGETS: list[tuple[Named, Named, str]] = [
    ({"customer": "C-100"}, {"values": {"name": "Corner", "max_age": 9}}, "customers/C-100"),
    ({"vendor": "AND-01"}, {"values": {"name": "Andes Farms"}}, "vendors/AND-01"),
    ({"location": "HUB"}, {"values": {"k2k_gpm": "21"}}, "locations/HUB"),
    ({"product": "FREEDOM"}, {"values": {"description": "Red", "local_after": 3}}, "products/FREEDOM"),
    ({"box_type": "HB"}, {"values": {"name": "Half box", "fbe": "0.55"}}, "box_types/HB"),
    ({"category": "ROSES"}, {"values": {"name": "All roses", "local_after": 4}}, "categories/ROSES"),
    ({"lot": "OWN"}, {"values": {"web_price": "0.55", "boxes": 4}}, "lots/OWN"),
    ({}, {"settings": {"k2k_gpm": "31"}}, "settings"),
    ({}, {"values": {"name": "Bloom and Sons"}}, "company"),
]


@pytest.fixture
def stocked(trade: Trade) -> Trade:
    from tests.services.conftest import LOT

    trade.net.put("BLOOM", "locations", [{"code": "HUB"}])
    trade.net.put("BLOOM", "lots", [{**LOT, "code": "OWN", "product": "FREEDOM", "boxes": 2}])
    return trade


@pytest.mark.parametrize(("target", "change", "subject"), TARGETS)
def test_a_change_moves_the_version_once_and_one_with_an_earlier_version_is_refused(
    stocked: Trade, target: Named, change: Named, subject: str
) -> None:
    net = stocked.net
    first = net.set("BLOOM", **target, **change)["version"]
    assert net.set("BLOOM", **target, **change, version=first)["version"] == first, "nothing has changed"
    before = everything(net)
    with pytest.raises(VersionMismatch) as refused:
        net.set("BLOOM", **target, **change, version=first - 1)
    assert refused.value.facts == {"subject": subject, "version": first, "yours": first - 1}
    with pytest.raises(VersionMismatch):
        net.set_all("BLOOM", [{"settings": {"max_age": 20}}, {**target, **change, "version": first - 1}])
    assert everything(net) == before


@pytest.mark.parametrize(("target", "change", "subject"), TARGETS)
def test_a_field_that_is_not_as_expected_names_both_values_and_who_changed_it(
    stocked: Trade, target: Named, change: Named, subject: str
) -> None:
    net = stocked.net
    kind = "settings" if "settings" in change else "values"
    name, value = next(iter(change[kind].items()))
    ann = net.on_behalf_of(Actor("ann@bloom.example", "BLOOM", frozenset(("admin",))))
    ann.set("BLOOM", **target, **{kind: {name: value}})
    stocked.later(minutes=5)
    other = {"name": "Third", "description": "Third"}.get(name, "0.77")
    before = everything(net)
    with pytest.raises(Conflict) as refused:
        net.set("BLOOM", **target, **{kind: {name: other}}, expected={name: other})
    (field,) = refused.value.facts["fields"]
    assert (refused.value.status, refused.value.facts["subject"]) == (409, subject)
    assert field == {
        "field": name,
        "was": other,
        "theirs": value,
        "who": "ann@bloom.example",
        "when": "2026-02-02T14:00:00Z",
    }
    with pytest.raises(Conflict):
        net.set_all("BLOOM", [{**target, kind: {name: other}, "expected": {name: other}}])
    assert everything(net) == before
    assert net.set("BLOOM", **target, **{kind: {name: other}}, expected={name: value})[kind] == {name: other}


def test_what_is_expected_is_read_as_the_field_is(stocked: Trade) -> None:
    net = stocked.net
    net.set("BLOOM", settings={"k2k_gpm": "30.50"}, expected={"k2k_gpm": "28.0", "max_age": None})
    net.set("BLOOM", lot="OWN", values={"web_price": "0.6"}, expected={"arrival_date": "2026-01-31", "boxes": 2})
    with pytest.raises(Invalid, match=r"expected\.colour"):
        net.set("BLOOM", lot="OWN", values={"web_price": "0.6"}, expected={"colour": "red"})


def test_a_sale_is_no_change_of_its_lot(trade: Trade) -> None:
    read = trade.net.set("ANDES", lot="L1", values={"web_price": "0.4"})["version"]
    trade.confirmed(2)
    assert trade.net.set("ANDES", lot="L1", values={"web_price": "0.41"}, version=read)["version"] == read + 1
