"""A company's documents page by page: filtered, searched without regard to accents, and counted."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.domain.roles import Actor
from k2k_core.errors import Invalid
from tests.services.conftest import Trade


@pytest.fixture
def net(trade: Trade) -> K2K:
    """An order that is confirmed on an AWB with an accent, and one that waits in a cart."""
    trade.confirmed(2, reference_number="Ávila 7")
    trade.ordered(1)
    return trade.net


def numbers(net: K2K, company: str, **asked: Any) -> list[str]:
    page = net.orders(company, limit=100, count=True, **asked)
    assert page["count"] == len(page["items"])
    return [row["number"] for row in page["items"]]


FILTERS: dict[str, tuple[dict[str, Any], list[str], list[str]]] = {
    "one kind": ({"kind": "prebook"}, ["B-1001", "B-1002"], []),
    "several kinds": ({"kind": "prebook,sales_order"}, ["B-1001", "B-1002"], ["S-1001K", "S-1002K"]),
    "a status": ({"status": "confirmed"}, ["B-1001", "P-1001"], ["S-1001K"]),
    "an AWB": ({"awb": "Ávila 7"}, ["B-1001", "P-1001"], ["S-1001K", "I-1001"]),
    "a reference number": ({"reference_number": "Ávila 7"}, [], ["S-1001K"]),
    "K2K": ({"k2k": True, "kind": "prebook"}, ["B-1001", "B-1002"], []),
    "not K2K": ({"k2k": False}, [], []),
    "a number": ({"number": ["P-1002", "S-1002K"]}, ["P-1002"], ["S-1002K"]),
    "what is not overdue": ({"overdue": False, "kind": "purchase_order"}, ["P-1001", "P-1002"], []),
    "what is overdue": ({"overdue": True}, [], []),
    "until the day": ({"ship_date_to": "2026-02-05", "kind": "purchase_order"}, ["P-1001", "P-1002"], []),
    "until the day before": ({"ship_date_to": "2026-02-04"}, [], []),
    "from the day on": ({"ship_date_from": "2026-02-05", "kind": "prebook"}, ["B-1001", "B-1002"], []),
    "from the day after": ({"ship_date_from": "2026-02-06"}, [], []),
    "leaving until the day": ({"vendor_ship_date_to": "2026-02-04", "kind": "sales_order"}, [], ["S-1001K", "S-1002K"]),
    "leaving until the day before": ({"vendor_ship_date_to": "2026-02-03"}, [], []),
    "leaving from the day on": ({"vendor_ship_date_from": "2026-02-04", "status": "pending"}, [], ["S-1002K"]),
    "leaving from the day after": ({"vendor_ship_date_from": "2026-02-05"}, [], []),
    "a ship via": ({"ship_via": "warehouse", "kind": "sales_order"}, [], ["S-1001K", "S-1002K"]),
    "several ship vias": ({"ship_via": "grower,warehouse", "kind": "prebook"}, ["B-1001", "B-1002"], []),
    "another ship via": ({"ship_via": "grower"}, [], []),
    "lines in a cart": ({"pending_lines": True}, ["B-1002", "P-1002"], ["S-1002K"]),
    "no line in a cart": ({"pending_lines": False, "kind": "prebook,sales_order"}, ["B-1001"], ["S-1001K"]),
    "a transfer": ({"transfer": "transferred"}, [], []),
}


@pytest.mark.parametrize("what", FILTERS)
def test_documents_are_filtered_by(net: K2K, what: str) -> None:
    asked, buyers, vendors = FILTERS[what]
    assert numbers(net, "BLOOM", filters=asked) == numbers(net, "BLOOM", **asked) == buyers
    assert numbers(net, "ANDES", filters=asked) == vendors


def test_documents_are_filtered_by_partner_and_customer_as_each_side_names_them(net: K2K) -> None:
    assert numbers(net, "BLOOM", partner="ANDES") == ["P-1001", "P-1002"]
    assert numbers(net, "ANDES", partner="BLOOM") == ["S-1001K", "I-1001", "S-1002K"]
    assert numbers(net, "ANDES", partner="PETAL") == numbers(net, "BLOOM", partner="BLOOM") == []
    assert numbers(net, "BLOOM", customer="C-100") == ["B-1001", "P-1001", "B-1002", "P-1002"]
    assert numbers(net, "ANDES", customer="BLOOM") == ["S-1001K", "I-1001", "S-1002K"]
    assert numbers(net, "BLOOM", customer="C-200") == numbers(net, "ANDES", customer="C-100") == []


def test_what_is_overdue_is_found_while_the_vendor_can_still_confirm_it(trade: Trade) -> None:
    trade.checked_out(1)
    trade.later(days=3)
    assert numbers(trade.net, "BLOOM", overdue=True) == ["B-1001", "P-1001"]
    assert numbers(trade.net, "ANDES", q="overdue") == numbers(trade.net, "ANDES", overdue=True) == ["S-1001K"]
    trade.later(days=3)
    assert numbers(trade.net, "BLOOM", overdue=True) == numbers(trade.net, "BLOOM", q="overdue") == []


def test_lines_of_a_cart_that_ran_out_are_pending_no_more(trade: Trade) -> None:
    trade.ordered(1)
    trade.later(minutes=60)
    assert numbers(trade.net, "ANDES", pending_lines=True) == []
    assert numbers(trade.net, "ANDES", pending_lines=False) == ["S-1001K"]


@pytest.mark.parametrize(
    ("text", "buyers", "vendors"),
    [
        ("avila", ["B-1001", "P-1001"], ["S-1001K", "I-1001"]),
        ("ÁVILA 7", ["B-1001", "P-1001"], ["S-1001K", "I-1001"]),
        ("corner", ["B-1001", "B-1002"], []),
        ("córner b-1002", ["B-1002"], []),
        ("B-1001", ["B-1001", "P-1001"], ["S-1001K", "I-1001"]),
        ("P-1001", ["P-1001"], ["S-1001K", "I-1001"]),
        ("andes", ["P-1001", "P-1002"], []),
        ("bloom", [], ["S-1001K", "I-1001", "S-1002K"]),
        ("k2k", ["B-1001", "P-1001", "B-1002", "P-1002"], ["S-1001K", "I-1001", "S-1002K"]),
        ("100%", [], []),
    ],
)
def test_words_find_numbers_references_awbs_parties_and_marks(
    net: K2K, text: str, buyers: list[str], vendors: list[str]
) -> None:
    assert numbers(net, "BLOOM", q=text) == buyers
    assert numbers(net, "ANDES", q=text) == vendors
    assert numbers(net, "BLOOM", search=text) == buyers


def test_a_row_names_its_parties_and_counts_its_lines(net: K2K) -> None:
    rows = {row["number"]: row for row in net.orders("BLOOM", limit=100)["items"]}
    confirmed, waiting = rows["P-1001"], rows["B-1002"]
    assert (confirmed["vendor_name"], confirmed["buyer_name"]) == ("Andes Flower Farms", "Bloom Wholesale")
    assert (confirmed["boxes"], confirmed["line_counts"], confirmed["mark_codes"]) == (2, {"staged": 1}, ["C-100"])
    assert (waiting["customer_name"], waiting["line_counts"]) == ("Corner Florist", {"in_cart": 1})
    assert waiting["expires_at"] == "2026-02-02T15:00:00Z"
    assert "lines" not in waiting
    whole = net.orders("BLOOM", limit=100, lines=True)["items"]
    for row in whole:
        shown = {name: value for name, value in net.show("BLOOM", row["number"]).items() if name != "links"}
        listed = {name: row[name] for name in shown}
        assert unexplained(listed) == unexplained(shown)
    assert net.orders("BLOOM", limit=1, fields=["number", "lines"])["items"][0]["lines"] == whole[0]["lines"]


def unexplained(document: dict[str, Any]) -> dict[str, Any]:
    """A document without what a list leaves out of its lines."""
    left_out = ("explanation", "landed_costs")
    lines = [{name: line[name] for name in line if name not in left_out} for line in document["lines"]]
    return {**document, "lines": lines}


def test_documents_are_sorted_either_way(net: K2K) -> None:
    oldest = numbers(net, "BLOOM")
    assert numbers(net, "BLOOM", sort="-created_at") == oldest[::-1]
    assert numbers(net, "BLOOM", sort="number") == sorted(oldest)
    assert numbers(net, "BLOOM", sort="-ship_date") == oldest[::-1]


def test_without_anything_that_a_page_knows_the_answer_is_the_whole_list(net: K2K) -> None:
    assert [row["number"] for row in net.orders("BLOOM")] == numbers(net, "BLOOM")
    assert net.orders("BLOOM", kind="prebook") == net.orders("BLOOM", kind="prebook", limit=100)
    assert net.orders("BLOOM", lines=True) == net.orders("BLOOM", lines=True, limit=100)


WRONG: dict[str, Callable[[K2K], object]] = {
    "kind": lambda k: k.orders("BLOOM", limit=9, kind="prebook,cart"),
    "transfer": lambda k: k.orders("BLOOM", limit=9, transfer="sent"),
    "ship_date_from": lambda k: k.orders("BLOOM", limit=9, ship_date_from="soon"),
    "overdue": lambda k: k.orders("BLOOM", limit=9, overdue="perhaps"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_value_that_a_filter_cannot_have_is_refused(net: K2K, what: str) -> None:
    with pytest.raises(Invalid) as refused:
        WRONG[what](net)
    assert [fault["path"] for fault in refused.value.faults] == [what]


def test_each_role_sees_of_a_row_what_it_sees_of_the_document(net: K2K) -> None:
    def rows(role: str) -> dict[str, Any]:
        person = net.on_behalf_of(Actor("p@bloom.example", "BLOOM", frozenset((role,))))
        return {row["number"]: row for row in person.orders("BLOOM", limit=9, lines=True)["items"]}

    assert "total" in rows("procurement")["P-1001"]
    seller = rows("salesperson")
    assert ("total" in seller["B-1001"], "total" in seller["P-1001"]) == (True, False)
    assert ("price" in seller["B-1001"]["lines"][0], "price" in seller["P-1001"]["lines"][0]) == (True, False)
    warehouse = rows("warehouse")["B-1001"]
    assert "total" not in warehouse
    assert "charges" not in warehouse
    assert warehouse["mark_codes"] == ["C-100"]


def sums_of_rows(net: K2K, company: str, **asked: Any) -> list[dict[str, Any]]:
    """The totals, added up from every document."""
    found: dict[tuple[Any, ...], list[Decimal]] = {}
    for row in net.orders(company, limit=1000, lines=True, **asked)["items"]:
        vendors = row["kind"] == "invoice" and row["vendor"] not in (None, company)
        key = row["kind"], vendors or row["kind"] == "purchase_order", row["currency"]
        charges = sum((Decimal(one["amount"]) for one in row["charges"]), Decimal())
        of_key = found.setdefault(key, [Decimal()] * 4)
        more = (1, row["boxes"], Decimal(row["total"]) - charges, charges if row["kind"] == "invoice" else 0)
        found[key] = [before + one for before, one in zip(of_key, more, strict=True)]
    return [
        {
            **dict(zip(("kind", "bought", "currency"), key, strict=True)),
            "documents": int(number),
            "boxes": int(boxes),
            "goods": f"{goods:.2f}",
            "charges": f"{charges:.2f}" if key[0] == "invoice" else None,
        }
        for key, (number, boxes, goods, charges) in sorted(found.items())
    ]


def test_the_sums_of_all_pages_are_those_of_their_rows(net: K2K, trade: Trade) -> None:
    trade.checked_out(1)
    billed = trade.confirmed(2, lot="ANDES/L2", reference_number="A-8")
    net.ship("ANDES", "A-8")
    net.scan("BLOOM", billed["box_codes"])
    net.bill("BLOOM", billed["prebook"])
    confirmed = trade.confirmed(2, reference_number="A-9")
    net.void("ANDES", line=confirmed["lines"][0]["line"], boxes=1, reason="broken", confirm="CONFIRM")
    net.prebook("BLOOM", "C-100", [{"lot": "ANDES/L2", "boxes": 1}], ship_date="2026-02-05")
    for company in ("ANDES", "BLOOM"):
        questions: list[dict[str, Any]] = [{}, {"kind": "prebook"}, {"q": "a-9"}, {"status": "none"}, {"k2k": True}]
        for asked in questions:
            page = net.orders(company, limit=1, totals=True, **asked)
            assert page["totals"] == sums_of_rows(net, company, **asked)
            if page["next"] is not None:
                following = net.orders(company, limit=1, totals=True, cursor=page["next"], **asked)
                assert following["totals"] == page["totals"]
    assert "totals" not in net.orders("BLOOM", limit=1)


def test_who_sees_no_money_reads_the_number_of_documents_and_boxes(net: K2K) -> None:
    def read(role: str) -> list[set[str]]:
        person = net.on_behalf_of(Actor("p@bloom.example", "BLOOM", frozenset({role})))
        return [set(one) for one in person.orders("BLOOM", totals=True)["totals"]]

    known = {"kind", "bought", "documents", "boxes"}
    money = known | {"currency", "goods", "charges"}
    assert read("warehouse") == [known, known]
    assert read("salesperson") == [money, known]
    assert read("admin") == [money, money]
