"""One text is searched in every kind of record and document of a company."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.domain.roles import ROLES, Actor
from k2k_core.errors import NotAllowed
from tests.services.conftest import LOT, Trade


def found(net: Any, text: str, company: str = "BLOOM", kind: str | None = None) -> list[Any]:
    items = net.search(company, text)["items"]
    return [(one["kind"], one["code"], one["match"]) for one in items if kind in (None, one["kind"])]


def test_accents_and_case_make_no_difference(trade: Trade) -> None:
    trade.net.put("BLOOM", "customers", [{"code": "C-7", "type": "A", "name": "Florería Ñandú"}])
    for text in ("floreria nandu", "FLORERÍA", "ñandu", "nandú flor"):
        assert [one[1] for one in found(trade.net, text, kind="customer")] == ["C-7"], text
    assert found(trade.net, "nandu zzz") == []


def test_an_exact_match_comes_before_a_beginning_and_that_before_what_contains_it(trade: Trade) -> None:
    rows = [{"code": code, "type": "A", "name": name} for code, name in (("X-9", "Not C-7"), ("C-7", ""), ("C-77", ""))]
    trade.net.put("BLOOM", "customers", rows)
    assert found(trade.net, "c-7") == [
        ("customer", "C-7", "exact"),
        ("customer", "C-77", "prefix"),
        ("customer", "X-9", "contains"),
    ]


def test_each_kind_is_found_on_either_side_of_an_order(trade: Trade) -> None:
    net, order = trade.net, trade.confirmed(2, reference_number="AWB-729")
    net.add_user("BLOOM", "sally@bloom.example", name="Sally")
    assert ("document", order["prebook"], "exact") in found(net, order["prebook"])
    assert ("document", order["sales_order"], "exact") in found(net, "awb-729", "ANDES")
    for company in ("ANDES", "BLOOM"):
        assert ("awb", "AWB-729", "prefix") in found(net, "AWB", company)
        assert [one[1] for one in found(net, order["box_codes"][0], company, "box")] == [order["box_codes"][0]]
    assert found(net, "l1", "ANDES") == [("lot", "L1", "exact")]
    assert ("lot", "L2", "contains") in found(net, "freedom", "ANDES")
    assert ("product", "FREEDOM", "exact") in found(net, "freedom")
    assert ("vendor", "AND-01", "exact") in found(net, "andes")
    assert ("user", "sally@bloom.example", "prefix") in found(net, "sally@")
    assert ("setting", "k2k_gpm", "exact") in found(net, "k2k gpm")


def test_boxes_that_a_buyer_bought_are_found_by_it_and_by_nobody_else(trade: Trade) -> None:
    code = trade.confirmed(1)["box_codes"][0]
    assert found(trade.net, code, "PETAL") == []
    free = [one["code"] for one in trade.net.search("ANDES", "B")["items"] if one["kind"] == "box"]
    assert set(free) >= {"B1", "B6"}
    assert [one[1] for one in found(trade.net, "B", "BLOOM", "box") if one[1].startswith("B")] == [code]


def test_ten_of_each_kind_are_returned_and_those_with_more_are_named(trade: Trade) -> None:
    rows = [{"code": f"Z-{number:02}", "type": "A"} for number in range(11)]
    trade.net.put("BLOOM", "customers", rows[:10])
    assert trade.net.search("BLOOM", "z-")["more"] == []
    trade.net.put("BLOOM", "customers", rows)
    answer = trade.net.search("BLOOM", "z-")
    assert ([one["code"] for one in answer["items"]], answer["more"]) == (
        [row["code"] for row in rows[:10]],
        ["customer"],
    )


def test_what_is_archived_is_not_found(trade: Trade) -> None:
    trade.net.put("BLOOM", "customers", [{"code": "C-7", "type": "A"}])
    trade.net.archive("BLOOM", "customers", "C-7")
    assert found(trade.net, "C-7") == []


@pytest.mark.parametrize("text", ["", "   ", "%", "_", "\\", "'"])
def test_signs_that_mean_something_to_a_database_are_searched_as_they_are(trade: Trade, text: str) -> None:
    assert [one for one in found(trade.net, text) if one[0] != "setting"] == []


def test_each_reader_finds_what_is_for_them(trade: Trade) -> None:
    net = trade.net
    net.add_user("BLOOM", "sally@bloom.example", name="Sally")

    def kinds(*roles: str) -> set[str]:
        person = net.on_behalf_of(Actor("p@bloom.example", "BLOOM", frozenset(roles)))
        return {one["kind"] for text in ("gpm", "sally") for one in person.search("BLOOM", text)["items"]}

    assert kinds("admin") == {"setting", "user"}
    assert kinds("procurement") == {"setting"}
    assert kinds("warehouse") == set()
    with pytest.raises(NotAllowed):
        net.on_behalf_of(Actor("p@petal.example", "PETAL", frozenset(ROLES))).search("BLOOM", "sally")
    with pytest.raises(NotAllowed):
        net.on_behalf_of(Actor("c@florist.example", "BLOOM", customer="C-100")).search("BLOOM", "sally")


def test_settings_are_found_by_what_they_mean_in_the_language_of_the_reader(trade: Trade) -> None:
    (english,) = [one for one in trade.net.search("BLOOM", "cart_minutes")["items"] if one["kind"] == "setting"]
    (spanish,) = [
        one for one in trade.net.in_language("es").search("BLOOM", "cart_minutes")["items"] if one["kind"] == "setting"
    ]
    assert english["title"] != spanish["title"]
    word = spanish["title"].split()[-1].strip(".")
    assert "cart_minutes" in [one["code"] for one in trade.net.in_language("es").search("BLOOM", word)["items"]]


def test_the_number_of_queries_is_the_same_however_much_there_is(trade: Trade) -> None:
    def queries() -> int:
        counted: list[int] = []
        reading = trade.net.context.store.reading
        with reading() as session:
            begin = session.queries
        assert begin == 0
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(trade.net.context.store, "reading", lambda: Counting(reading, counted))
            trade.net.search("BLOOM", "e")
        return counted[0]

    few = queries()
    trade.net.put("ANDES", "lots", [{**LOT, "code": f"M{number}", "boxes": 2} for number in range(50)])
    assert queries() == few <= 9


class Counting:
    """A unit of work that notes how many statements it has run."""

    def __init__(self, reading: Any, counted: list[int]) -> None:
        self._unit, self._counted = reading(), counted

    def __enter__(self) -> Any:
        self._session = self._unit.__enter__()
        return self._session

    def __exit__(self, *error: Any) -> Any:
        self._counted.append(self._session.queries)
        return self._unit.__exit__(*error)


def test_a_code_is_found_by_its_letters_and_digits_whatever_signs_stand_between_them(trade: Trade) -> None:
    net, order = trade.net, trade.confirmed(1, reference_number="729-8812.3456")
    bare = order["sales_order"].replace("-", "")
    for text in (bare, bare.lower(), f"{bare[:3]}-{bare[3:]}"):
        assert ("document", order["sales_order"], "exact") in found(net, text, "ANDES"), text
    assert ("document", order["sales_order"], "contains") in found(net, bare[:-1], "ANDES")
    assert ("awb", "729-8812.3456", "exact") in found(net, "72988123456", "BLOOM")
    net.put("BLOOM", "products", [{"code": "RED_60-X", "description": "Rose", "category": "ROSES"}])
    assert found(net, "red60x") == [("product", "RED_60-X", "exact")]
    assert found(net, "redx60") == found(net, "rd60x") == []
    assert found(net, "red%60") == []
