"""What changes is told in the feed of the company whose it is, by the unit of work that changed it: records, lots,
settings and documents, with their versions; and events carry the facts of their lines, each company's own."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.domain.events import LINE_FIELDS
from k2k_core.errors import Invalid
from k2k_core.store.change_events import records
from k2k_core.store.tables import RowChange
from tests.services.conftest import LOT, Trade

Data = dict[str, Any]
MOVES = ("lot.changed", "record.changed", "setting.changed", "document.changed")


def told(trade: Trade, company: str, *kinds: str, after: int = 0) -> list[Data]:
    return [one["data"] for one in trade.net.events(company, after) if one["type"] in kinds]


def last(trade: Trade, company: str) -> int:
    return max((one["seq"] for one in trade.net.events(company)), default=0)


def test_a_network_that_is_loaded_tells_nothing_of_its_own_beginning(trade: Trade) -> None:
    for company in ("ANDES", "BLOOM", "SIERRA", "PETAL"):
        assert told(trade, company, *MOVES) == []


@pytest.mark.parametrize(
    ("collection", "row", "code"),
    [
        ("locations", {"code": "HUB", "name": "Hub"}, "HUB"),
        ("categories", {"code": "LILIES", "name": "Lilies"}, "LILIES"),
        ("products", {"code": "R-WHITE", "description": "Rose White", "category": "ROSES"}, "R-WHITE"),
        ("box_types", {"code": "XB", "name": "Extra", "fbe": "1"}, "XB"),
        ("box_dimensions", {"box_type": "QB", "length": 1, "width": 1, "height": 1}, "QB"),
        (
            "box_dimensions",
            {"box_type": "QB", "product": "R-RED-60", "length": 1, "width": 1, "height": 1},
            "QB:R-RED-60",
        ),
        ("customers", {"code": "C-9", "type": "A"}, "C-9"),
        ("vendors", {"code": "FARM", "currency": "USD"}, "FARM"),
        ("carriers", {"code": "TRUCK", "name": "Truck"}, "TRUCK"),
        ("price_lists", {"code": "MAIN", "type": "all"}, "MAIN"),
        ("users", {"email": "ana@andes.example", "name": "Ana", "roles": ["admin"]}, "ana@andes.example"),
    ],
)
def test_a_record_that_is_added_or_changed_is_named_and_one_that_stays_is_not(
    trade: Trade, collection: str, row: Data, code: str
) -> None:
    for _ in range(2):
        trade.net.put("ANDES", collection, [row])
    version = trade.net.record("ANDES", collection, code)["version"]
    known = {"id": code, "version": version, "collection": collection, "code": code}
    assert told(trade, "ANDES", "record.changed") == [known]
    for company in ("BLOOM", "PETAL", "SIERRA"):
        assert told(trade, company, "record.changed") == [], "a record is its company's alone"


def test_what_was_refused_is_told_to_nobody(trade: Trade) -> None:
    with pytest.raises(Invalid):
        trade.net.put("ANDES", "customers", [{"code": "C-9", "type": "A"}, {"code": "C-10", "type": "?"}])
    trade.net.put("ANDES", "customers", [{"code": "C-9", "type": "A"}], dry_run=True)
    assert told(trade, "ANDES", *MOVES) == []


def test_a_lot_is_told_with_its_numbers_when_it_is_edited_and_when_it_moves(trade: Trade) -> None:
    trade.net.set("ANDES", lot="L1", values={"on_hold": True})
    trade.net.set("ANDES", lot="L1", values={"on_hold": False})
    trade.ordered(2)
    edited, again, moved = told(trade, "ANDES", "lot.changed")
    now = trade.net.quantities("ANDES", ["L1"])["items"][0]
    assert (edited["version"], again["version"], moved["version"]) == (2, 3, 3), "a sale moves no version"
    assert moved == {
        "id": "L1",
        "version": 3,
        "lot": "L1",
        "on_hand": 6,
        "available": 4,
        "short": 0,
        "movement": now["movement"],
    }
    assert told(trade, "BLOOM", "lot.changed") == told(trade, "PETAL", "lot.changed") == []


def test_of_more_records_than_an_answer_names_the_list_is_said_to_be_another(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "MOST", 2)
    trade.net.put("ANDES", "lots", [{**LOT, "code": f"N{number}", "boxes": 1} for number in range(3)])
    trade.net.put("ANDES", "customers", [{"code": f"C-{number}", "type": "A"} for number in range(3)])
    (lots,) = told(trade, "ANDES", "lot.changed")
    (customers,) = told(trade, "ANDES", "record.changed")
    assert set(lots) == {"id", "version"}
    assert customers == {"id": "customers", "version": customers["version"], "collection": "customers"}


def test_each_setting_that_was_set_or_taken_back_is_named_and_not_what_it_is_set_to(trade: Trade) -> None:
    trade.net.set("ANDES", settings={"gpm": 31, "max_age": 9})
    trade.net.set("ANDES", settings={"max_age": None})
    trade.net.set("ANDES", settings={"max_age": None})
    names = [(one["setting"], set(one)) for one in told(trade, "ANDES", "setting.changed")]
    assert [name for name, _ in names] == ["gpm", "max_age", "max_age"]
    assert all(fields == {"id", "version", "setting"} for _, fields in names)


def test_each_company_hears_of_its_own_documents_with_their_versions(trade: Trade) -> None:
    order = trade.confirmed(2)
    for company, names in (("BLOOM", ("prebook", "purchase_order")), ("ANDES", ("sales_order",))):
        latest = {one["number"]: one for one in told(trade, company, "document.changed")}
        assert {order[name] for name in names} <= latest.keys()
        for number, one in latest.items():
            shown = trade.net.show(company, number)
            assert one == {"id": number, **{name: shown[name] for name in ("version", "kind", "number", "status")}}
        assert set(latest) == {one["number"] for one in trade.net.orders(company)}


def test_a_line_that_was_added_carries_what_each_side_may_know_of_it(trade: Trade) -> None:
    order = trade.ordered(2)
    (mine,), (theirs,) = told(trade, "BLOOM", "order_line.added"), told(trade, "ANDES", "order_line.added")
    assert set(mine) == set(theirs) == {"id", "version", *LINE_FIELDS}
    movement = trade.net.quantities("ANDES", ["L1"])["items"][0]["movement"]
    known = {
        "id": order["lines"][0]["line"],
        "version": 1,
        "line": order["lines"][0]["line"],
        "lot": "ANDES/L1",
        "boxes": 2,
        "state": "in_cart",
        "ship_date": "2026-02-05",
        "vendor_ship_date": "2026-02-04",
        "ship_via": "warehouse",
        "expires_at": order["expires_at"],
        "purchase_order": order["purchase_order"],
        "sales_order": order["sales_order"],
        "invoice_order": None,
        "available": 4,
        "movement": movement,
    }
    assert mine == {**known, "cart": order["cart"], "prebook": order["prebook"]}
    assert theirs == {**known, "cart": None, "prebook": None}


def test_without_a_connection_a_buyer_is_not_told_what_is_left_of_the_lot(trade: Trade) -> None:
    order = trade.ordered(2)
    trade.net.suspend("ANDES", "BLOOM", by="ANDES")
    trade.net.cancel("BLOOM", cart=order["cart"])
    (mine,), (theirs,) = told(trade, "BLOOM", "order_line.cancelled"), told(trade, "ANDES", "order_line.cancelled")
    assert (mine["available"], mine["movement"]) == (None, None)
    assert (theirs["available"], theirs["state"]) == (6, "cancelled")


def test_a_cart_that_expires_and_one_that_is_checked_out_carry_their_lines(trade: Trade) -> None:
    gone, stays = trade.ordered(1), trade.ordered(2)
    trade.net.checkout("BLOOM", cart=stays["cart"])
    trade.later(hours=2)
    trade.net.sweep()
    for company in ("BLOOM", "ANDES"):
        (agreed,), (expired,) = told(trade, company, "order.checked_out"), told(trade, company, "cart.expired")
        assert [(line["line"], line["state"]) for line in agreed["lines"]] == [
            (stays["lines"][0]["line"], "checked_out")
        ]
        assert [(line["line"], line["state"], line["available"]) for line in expired["lines"]] == [
            (gone["lines"][0]["line"], "cancelled", 4)
        ]
        mine = company == "BLOOM"
        assert (expired["id"], expired["cart"]) == ((gone["cart"],) * 2 if mine else (gone["sales_order"], None))
        assert mine or expired["version"] == trade.net.show("ANDES", gone["sales_order"])["version"]


def test_a_confirmation_carries_the_codes_of_each_line_and_what_was_dropped(trade: Trade) -> None:
    order = trade.ordered(2)
    trade.net.add("BLOOM", "C-100", cart=order["cart"], lot="ANDES/L2", boxes=1)
    trade.net.checkout("BLOOM", line=order["lines"][0]["line"])
    done = trade.net.confirm("ANDES", order["sales_order"], drop_pending=True)
    for company, number in (("BLOOM", order["purchase_order"]), ("ANDES", order["sales_order"])):
        (event,) = told(trade, company, "order.confirmed")
        assert event["id"] == number
        assert [(line["box_codes"], line["state"]) for line in event["lines"]] == [(done["box_codes"], "staged")]
        assert [(line["lot"], line["state"], line["available"]) for line in event["dropped"]] == [
            ("ANDES/L2", "dropped", 4)
        ]


def test_nothing_stays_noted_when_the_work_is_done_or_undone(trade: Trade) -> None:
    trade.confirmed(2)
    with pytest.raises(Invalid):
        trade.net.put("ANDES", "customers", [{"code": "C-10", "type": "?"}])
    with trade.net.context.store.whole_network.reading() as session:
        assert session.rows(RowChange.select(RowChange.kind)) == []


def test_what_is_done_with_boxes_tells_the_vendor_what_its_house_holds(trade: Trade) -> None:
    done = trade.confirmed(2)
    codes = done["box_codes"]
    trade.net.labels("ANDES", box_codes=codes)
    for company in ("ANDES", "BLOOM"):
        trade.net.attach(company, "https://photos.example/1", box_codes=codes[:1])
    now = trade.net.quantities("ANDES", ["L1"])["items"][0]
    (printed,), (linked,) = told(trade, "ANDES", "box.printed"), told(trade, "ANDES", "box.linked")
    for event, boxes in ((printed, 2), (linked, 1)):
        held = {name: event[name] for name in ("lot", "boxes", "movement", "on_hand")}
        assert held == {"lot": "ANDES/L1", "boxes": boxes, "movement": now["movement"], "on_hand": now["on_hand"]}
    (printed,), (linked,) = told(trade, "BLOOM", "box.printed"), told(trade, "BLOOM", "box.linked")
    assert "on_hand" not in printed | linked
    assert "lot" not in linked
