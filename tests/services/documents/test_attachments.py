"""Quality and claims are outside K2K: a company attaches URLs of its own programs to documents and boxes."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.domain.roles import Actor
from k2k_core.errors import IdempotencyMismatch, Invalid, NotAllowed, NotFound

Trade = Any
PHOTO, CLAIM = "https://erp.bloom.example/photos/7", "https://erp.bloom.example/claims/4711?box=B1"


def test_a_claim_hangs_on_the_boxes_that_it_is_about(trade: Trade) -> None:
    done = trade.confirmed(3)
    trade.net.scan("BLOOM", ["B1", "B2"])
    answer = trade.net.attach("BLOOM", CLAIM, "Botrytis", box_codes=["B2", "B1", "B2"])
    assert [(one["box_code"], one["title"], one["url"]) for one in answer] == [
        ("B2", "Botrytis", CLAIM),
        ("B1", "Botrytis", CLAIM),
    ]
    assert [one["url"] for one in trade.net.links("BLOOM", box_codes=["B1"])] == [CLAIM]
    assert trade.net.links("BLOOM", box_codes=["B3"]) == []
    told = [one["data"] for one in trade.net.events("BLOOM") if one["type"] == "box.linked"]
    line = done["lines"][0]["line"]
    assert told[0] == {
        "id": "B2",
        "version": 3,
        "box_code": "B2",
        "line": line,
        "company": "BLOOM",
        "title": "Botrytis",
        "url": CLAIM,
        "by": "host",
    }


def test_a_report_hangs_on_a_document_and_is_shown_with_it(trade: Trade) -> None:
    done = trade.confirmed(1)
    trade.net.attach("BLOOM", PHOTO, document=done["purchase_order"])
    trade.net.attach("ANDES", PHOTO, "Packing list", document=done["sales_order"])
    (shown,) = trade.net.show("BLOOM", done["purchase_order"])["links"]
    assert (shown["document"], shown["kind"], shown["title"]) == (done["purchase_order"], "purchase_order", None)
    assert [one["title"] for one in trade.net.show("ANDES", done["sales_order"])["links"]] == ["Packing list"]
    assert trade.net.show("BLOOM", done["prebook"])["links"] == []
    (event,) = (one["data"] for one in trade.net.events("ANDES") if one["type"] == "document.linked")
    assert (event["document"], event["kind"], event["url"]) == (done["sales_order"], "sales_order", PHOTO)


def test_the_same_address_is_attached_once_and_stays_as_it_was(trade: Trade) -> None:
    done = trade.confirmed(1)
    for title in ("first", "second"):
        answer = trade.net.attach("BLOOM", PHOTO, title, document=done["prebook"])
    assert [one["title"] for one in answer] == ["first"]
    assert [one["type"] for one in trade.net.events("BLOOM")].count("document.linked") == 1


def test_a_command_that_comes_again_with_its_key_answers_as_the_first_time(trade: Trade) -> None:
    trade.confirmed(1)
    first = trade.net.attach("BLOOM", PHOTO, box_codes=["B1"], key="k")
    trade.net.attach("BLOOM", CLAIM, box_codes=["B1"])
    assert trade.net.attach("BLOOM", PHOTO, box_codes=["B1"], key="k") == first
    with pytest.raises(IdempotencyMismatch):
        trade.net.attach("BLOOM", CLAIM, box_codes=["B1"], key="k")


def test_both_companies_attach_to_a_box_and_neither_sees_the_others(trade: Trade) -> None:
    trade.confirmed(1)
    trade.net.attach("BLOOM", CLAIM, box_codes=["B1"])
    trade.net.attach("ANDES", PHOTO, box_codes=["B1"])
    assert [one["url"] for one in trade.net.links("ANDES", box_codes=["B1"])] == [PHOTO]
    assert [one["type"] for one in trade.net.events("ANDES")].count("box.linked") == 1


@pytest.mark.parametrize(
    "url",
    [
        *("", "erp.example/1", "//erp.example/1", "ftp://erp.example", "javascript:alert(1)", "file:///etc/passwd"),
        *("data:text/html,x", "https://", "https:///path", "http://me:secret@erp.example", "https://a b.example"),
        *("https://erp.example/\nx", "https://erp.example/\0", "https://[::1", "https://erp.example/" + "x" * 2000),
        *(None, 7.5, True, ["https://erp.example"]),
    ],
)
def test_what_is_no_web_address_is_refused(trade: Trade, url: object) -> None:
    done = trade.confirmed(1)
    with pytest.raises(Invalid):
        trade.net.attach("BLOOM", url, document=done["prebook"])
    assert trade.net.links("BLOOM", document=done["prebook"]) == []


def test_a_strangers_box_or_document_is_unknown_and_then_nothing_is_attached(trade: Trade) -> None:
    done = trade.confirmed(2)
    for company, target in (
        ("PETAL", {"box_codes": ["B1"]}),
        ("BLOOM", {"box_codes": ["B1", "B3"]}),
        ("BLOOM", {"box_codes": ["nonsense"]}),
        ("BLOOM", {"box_codes": ["B1\x00"]}),
        ("PETAL", {"document": done["prebook"]}),
        ("BLOOM", {"document": done["sales_order"]}),
    ):
        with pytest.raises(NotFound):
            trade.net.attach(company, PHOTO, **target)
    assert trade.net.links("BLOOM", box_codes=["B1"]) == []


@pytest.mark.parametrize("target", [{}, {"document": "P-1001", "box_codes": ["B1"]}, {"box_codes": []}])
def test_a_document_or_boxes_are_named(trade: Trade, target: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        trade.net.attach("BLOOM", PHOTO, **target)


def test_the_warehouse_attaches_and_setup_only_reads(trade: Trade) -> None:
    trade.confirmed(1)
    setup = trade.net.on_behalf_of(Actor("s@bloom", "BLOOM", frozenset({"setup"})))
    warehouse = trade.net.on_behalf_of(Actor("w@bloom", "BLOOM", frozenset({"warehouse"})))
    assert warehouse.attach("BLOOM", PHOTO, box_codes=["B1"])[0]["by"] == "w@bloom"
    assert setup.links("BLOOM", box_codes=["B1"])[0]["url"] == PHOTO
    with pytest.raises(NotAllowed):
        setup.attach("BLOOM", PHOTO, box_codes=["B1"])


def test_a_received_box_is_told_with_all_that_it_came_with(open_trade: Any) -> None:
    trade = open_trade(lambda companies: companies["BLOOM"]["settings"].update(auto_billing="scan"))
    done, held = trade.confirmed(1, reference_number="AWB-1"), trade.confirmed(1, customer="C-200")
    trade.net.scan("BLOOM", ["B1", "B2"])
    billed, received = (
        next(one["data"] for one in trade.net.events("BLOOM") if one["type"] == kind)
        for kind in ("box.billed", "box.received")
    )
    invoice = next(one["number"] for one in trade.net.orders("BLOOM") if one["kind"] == "invoice")
    assert billed == {
        "id": "B1",
        "version": 4,
        "box_code": "B1",
        "line": done["lines"][0]["line"],
        "buyer": "BLOOM",
        "vendor": "ANDES",
        "how": "scan",
        "lot": "ANDES/L1",
        "awb": "AWB-1",
        "purchase_order": done["purchase_order"],
        "sales_order": done["sales_order"],
        "prebook": done["prebook"],
        "customer": "C-100",
        "invoice": invoice,
    }
    assert (received["customer"], received["own_lot"]) == ("C-200", f"L1-{held['lines'][0]['line']}")


def test_of_a_received_box_the_vendor_is_told_what_its_house_holds_then_and_nothing_of_the_buyers(
    open_trade: Any,
) -> None:
    trade = open_trade(lambda companies: companies["BLOOM"]["settings"].update(auto_billing="scan"))
    done, held = trade.confirmed(1, reference_number="AWB-1"), trade.confirmed(1, customer="C-200")
    trade.net.scan("BLOOM", ["B1", "B2"])
    told = [one for one in trade.net.events("ANDES") if one["type"].startswith("box.")]
    movement = trade.net.quantities("ANDES", ["L1"])["items"][0]["movement"]
    assert sorted(one["type"] for one in told) == ["box.billed", "box.received"]
    assert next(one["data"] for one in told if one["type"] == "box.received") == {
        "id": "B2",
        "version": 4,
        "box_code": "B2",
        "line": held["lines"][0]["line"],
        "buyer": "BLOOM",
        "vendor": "ANDES",
        "lot": "ANDES/L1",
        "awb": "AWB-1" if held["awb"] == done["awb"] else held["awb"],
        "purchase_order": held["purchase_order"],
        "sales_order": held["sales_order"],
        "boxes": 1,
        "movement": movement,
        "on_hand": 4,
    }
