"""What a scan says of each box, how far its AWB has come, what people have scanned, and what waits on each AWB."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from k2k_core.domain.roles import Actor
from k2k_core.errors import NotAllowed
from k2k_core.store.database.session import Session
from tests.services.conftest import Trade

LUIS = Actor("luis@bloom.example", "BLOOM", frozenset({"warehouse"}))
MARA = Actor("mara@bloom.example", "BLOOM", frozenset({"warehouse"}))


def billing(companies: dict[str, Any]) -> None:
    companies["BLOOM"]["settings"]["auto_billing"] = "scan"


def test_a_billed_box_says_what_it_is_whose_it_is_and_its_invoice(open_trade: Callable[..., Trade]) -> None:
    trade = open_trade(billing)
    order = trade.confirmed(2)
    (box,) = trade.net.scan("BLOOM", ["B1"])
    assert box["outcome"] == "billed"
    assert (box["product"], box["description"]) == ("FREEDOM", "Rose Red Freedom 60cm")
    assert (box["customer"], box["customer_name"], box["order"]) == ("C-100", "Corner Florist", order["prebook"])
    (invoice,) = [one["number"] for one in trade.net.orders("BLOOM") if one["kind"] == "invoice"]
    assert box["invoice"] == invoice
    assert (box["lot"], box["vendor"], box["own_lot"]) == ("ANDES/L1", "ANDES", None)


def test_a_received_box_says_which_own_lot_it_lies_in_and_how_that_moved(trade: Trade) -> None:
    trade.confirmed(1)
    (box,) = trade.net.scan("BLOOM", ["B1"])
    (lot,) = trade.net.quantities("BLOOM", [box["own_lot"]])["items"]
    assert box["moved"] == {
        "lot": box["own_lot"],
        **{name: lot[name] for name in ("movement", "available", "on_hand", "short")},
    }
    assert box["invoice"] is None


def test_the_progress_of_the_awb_names_the_boxes_that_have_not_come(trade: Trade) -> None:
    order = trade.confirmed(3)
    trade.net.missing("BLOOM", ["B3"], reason="not on the pallet")
    (box,) = trade.net.scan("BLOOM", ["B1"])
    assert box["progress"] == {
        "awb": order["awb"],
        "awb_id": order["awb_id"],
        "expected": 3,
        "scanned": 1,
        "waiting": 1,
        "reported": 1,
        "not_come": ["B2", "B3"],
    }
    (box,) = trade.net.scan("BLOOM", ["B2", "B3"])[:1]
    assert (box["progress"]["scanned"], box["progress"]["not_come"]) == (3, [])


def test_a_box_that_was_received_before_says_by_whom_and_when(trade: Trade) -> None:
    trade.confirmed(1)
    trade.net.on_behalf_of(LUIS).scan("BLOOM", ["B1"])
    trade.later(minutes=2)
    (box,) = trade.net.on_behalf_of(MARA).scan("BLOOM", ["B1"])
    assert (box["outcome"], box["received_by"]) == ("already_received", "luis@bloom.example")
    assert box["received_at"] == "2026-02-02T14:00:00Z"


def test_nothing_more_is_said_of_what_is_unknown_or_another_companys(trade: Trade) -> None:
    trade.confirmed(1)
    assert trade.net.scan("PETAL", ["B1", "nonsense"]) == [
        {"box_code": "B1", "outcome": "not_yours"},
        {"box_code": "nonsense", "outcome": "unknown"},
    ]


def test_a_person_reads_their_last_scans_with_the_outcomes(trade: Trade) -> None:
    trade.confirmed(2)
    trade.net.on_behalf_of(LUIS).scan("BLOOM", ["B1", "B5", "B\x001", ""])
    trade.net.on_behalf_of(MARA).scan("BLOOM", ["B2"])
    mine = trade.net.on_behalf_of(LUIS).scans("BLOOM", sort="-id", limit=3)
    assert [(one["box_code"], one["outcome"]) for one in mine["items"]] == [
        *(("", "unknown"), ("B1", "unknown"), ("B5", "not_yours")),
    ]
    rest = trade.net.on_behalf_of(LUIS).scans("BLOOM", sort="-id", limit=3, cursor=mine["next"])["items"]
    assert [(one["box_code"], one["customer_name"], one["how"]) for one in rest] == [("B1", "Corner Florist", "scan")]
    others = trade.net.on_behalf_of(LUIS).scans("BLOOM", {"person": MARA.email})["items"]
    assert {one["person"] for one in others} <= {LUIS.email}
    manager = Actor("pat@bloom.example", "BLOOM", frozenset({"procurement"}))
    everything = trade.net.on_behalf_of(manager).scans("BLOOM", count=True)
    assert everything["count"] == 5
    by_mara = trade.net.on_behalf_of(manager).scans("BLOOM", {"person": MARA.email, "outcome": "received"})["items"]
    assert [one["box_code"] for one in by_mara] == ["B2"]


def test_a_repeat_with_the_same_key_is_no_second_scan_and_a_stranger_reads_none(trade: Trade) -> None:
    trade.confirmed(1)
    for _ in range(2):
        trade.net.scan("BLOOM", ["B1"], key="gun-1")
    assert trade.net.scans("BLOOM", count=True)["count"] == 1
    assert trade.net.scans("ANDES")["items"] == []
    with pytest.raises(NotAllowed):
        trade.net.on_behalf_of(LUIS).scans("ANDES")


def test_the_staging_area_by_awb_says_what_waits_for_whom_and_when_it_is_expected(trade: Trade) -> None:
    first = trade.confirmed(2, reference_number="A-1")
    trade.confirmed(1, lot="SIERRA/S1", reference_number="A-2", customer="C-200")
    trade.net.awb("BLOOM", "A-2", arrival_date="2026-02-04")
    trade.net.scan("BLOOM", first["box_codes"][:1])
    page = trade.net.staged_awbs("BLOOM", count=True)
    assert page["count"] == 2
    one, two = page["items"]
    assert (one["awb"], one["expected"], one["scanned"], one["not_come"]) == ("A-1", 2, 1, ["B2"])
    assert one["goods"] == [
        {
            "description": "Rose Red Freedom 60cm",
            "customer": "C-100",
            "customer_name": "Corner Florist",
            "boxes": 1,
        }
    ]
    assert (one["arrival_date"], one["expected_on"]) == (None, "2026-02-05")
    assert (two["arrival_date"], two["expected_on"]) == ("2026-02-04", "2026-02-04")
    assert [each["awb"] for each in trade.net.staged_awbs("BLOOM", {"partner": "SIERRA"})["items"]] == ["A-2"]
    trade.net.scan("BLOOM", first["box_codes"])
    assert [each["awb"] for each in trade.net.staged_awbs("BLOOM")["items"]] == ["A-2"]
    assert trade.net.staged_awbs("ANDES")["items"] == []


def test_a_page_of_awbs_takes_no_query_for_each_of_them(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    counts: list[int] = []
    reading = trade.net.context.store.reading

    @contextmanager
    def counted() -> Iterator[Session]:
        with reading() as session:
            yield session
            counts.append(session.queries)

    monkeypatch.setattr(type(trade.net.context.store), "reading", lambda store: counted())
    trade.confirmed(1, reference_number="A-1")
    trade.net.staged_awbs("BLOOM")
    trade.net.staged_awbs("BLOOM")
    few = counts[-1]
    for number in range(2, 5):
        trade.confirmed(1, reference_number=f"A-{number}")
    assert len(trade.net.staged_awbs("BLOOM")["items"]) == 4
    assert counts[-1] <= few + 1


def test_what_was_received_and_not_billed_is_a_list_with_the_reasons(
    open_trade: Callable[..., Trade],
) -> None:
    def bills_on_confirmation(companies: dict[str, Any]) -> None:
        companies["BLOOM"]["settings"]["auto_billing"] = "confirm"

    trade = open_trade(bills_on_confirmation)
    first = trade.confirmed(2, reference_number="A-1")
    second = trade.confirmed(1, lot="SIERRA/S1", reference_number="A-2", customer="C-200")
    assert trade.net.unbilled("BLOOM")["items"] == []
    trade.net.scan("BLOOM", [*first["box_codes"], *second["box_codes"]])
    trade.net.set("BLOOM", customer="C-200", values={"credit_hold": True})
    page = trade.net.unbilled("BLOOM", count=True, limit=1)
    one, two = [*page["items"], *trade.net.unbilled("BLOOM", cursor=page["next"])["items"]]
    assert (page["count"], one["customer"], one["boxes"], one["reason"]) == (2, "C-100", 2, "other_way")
    assert (one["description"], one["customer_name"]) == ("Rose Red Freedom 60cm", "Corner Florist")
    assert (two["customer"], two["boxes"], two["reason"]) == ("C-200", 1, "credit_hold")
    for filters in ({"customer": "C-200"}, {"awb": "A-2"}, {"prebook": two["prebook"]}):
        assert trade.net.unbilled("BLOOM", filters)["items"] == [two]
    trade.net.bill("BLOOM", one["prebook"])
    assert trade.net.unbilled("BLOOM")["items"] == [two]
    assert trade.net.unbilled("ANDES")["items"] == []
    with pytest.raises(NotAllowed):
        trade.net.on_behalf_of(LUIS).unbilled("BLOOM")
