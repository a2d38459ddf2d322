"""Records are archived instead of deleted: not listed, not usable for new documents, and still shown on those that name
them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from k2k_core.errors import InUse, Invalid, K2KError, NotFound, VersionMismatch
from k2k_core.services.setup.archiving import COLLECTIONS
from tests.services.conftest import LOT, Trade

NEW: dict[str, dict[str, Any]] = {
    "locations": {"code": "HUB"},
    "categories": {"code": "LILIES"},
    "products": {"code": "LILY", "description": "Lily 70", "category": "LILIES"},
    "box_types": {"code": "XB", "fbe": "1"},
    "customers": {"code": "C-9", "type": "A"},
    "vendors": {"code": "FARM"},
    "carriers": {"code": "TRUCK"},
    "price_lists": {"code": "MAIN"},
    "lots": {**LOT, "code": "NEW", "product": "FREEDOM", "boxes": 2, "web_price": "0.50"},
}


@pytest.fixture
def known(trade: Trade) -> Trade:
    for collection, row in NEW.items():
        trade.net.put("BLOOM", collection, [row])
    return trade


MOVED = ("record.archived", "record.restored")


def codes(trade: Trade, collection: str, company: str = "BLOOM", **filters: Any) -> list[str]:
    return [row["code"] for row in trade.net.records(company, collection, filters)["items"]]


def test_every_collection_with_codes_can_be_archived() -> None:
    assert set(COLLECTIONS) == set(NEW)


@pytest.mark.parametrize("collection", [name for name in NEW if name != "categories"])
def test_an_archived_record_leaves_the_list_and_comes_back(known: Trade, collection: str) -> None:
    net, code = known.net, NEW[collection]["code"]
    before, whole = net.record("BLOOM", collection, code), codes(known, collection)
    assert code in whole
    answer = net.archive("BLOOM", collection, code)
    assert answer == {"collection": collection, "code": code, "archived": True, "version": 2, "findings": []}
    assert codes(known, collection) == [one for one in whole if one != code]
    assert codes(known, collection, archived=True) == [code]
    assert net.record("BLOOM", collection, code) == {**before, "version": 2}
    assert net.archive("BLOOM", collection, code) == answer, "what is archived stays so"
    back = net.archive("BLOOM", collection, code, restore=True)
    assert (back["archived"], back["version"]) == (False, 3)
    assert codes(known, collection) == whole
    told = [
        (one["type"], one["data"])
        for one in net.events("BLOOM")
        if one["type"] in MOVED and one["data"]["code"] == code
    ]
    named = {"id": code, "collection": collection, "code": code}
    assert told == [("record.archived", {**named, "version": 2}), ("record.restored", {**named, "version": 3})]
    audited = [row["action"] for row in net.audit("BLOOM", {"subject": code})["items"]]
    assert audited == [f"{collection}.archived", f"{collection}.restored"]


def test_a_version_is_asked_for_and_an_unknown_record_is_not_found(known: Trade) -> None:
    with pytest.raises(VersionMismatch):
        known.net.archive("BLOOM", "carriers", "TRUCK", version=2)
    assert known.net.archive("BLOOM", "carriers", "TRUCK", version=1)["archived"]
    for collection, code in (("carriers", "NONE"), ("users", "a@b.example"), ("ghosts", "X")):
        with pytest.raises(NotFound):
            known.net.archive("BLOOM", collection, code)


def test_what_something_open_or_not_archived_needs_is_in_use(known: Trade) -> None:
    net = known.net
    net.put("BLOOM", "lots", [{**NEW["lots"], "location": "HUB", "vendor": "FARM", "box_type": "XB"}])
    service = {"days_of_service": {"mon": "TRUCK"}, "price_lists": ["MAIN"], "location": "HUB"}
    net.put("BLOOM", "customers", [{**NEW["customers"], **service}])
    used = {
        "categories": ("LILIES", "products"),
        "products": ("FREEDOM", "lots"),
        "box_types": ("XB", "lots"),
        "locations": ("HUB", "lots, customers"),
        "carriers": ("TRUCK", "customers"),
        "price_lists": ("MAIN", "customers"),
        "vendors": ("AND-01", "connections"),
    }
    for collection, (code, needed_by) in used.items():
        with pytest.raises(InUse) as refused:
            net.archive("BLOOM", collection, code)
        assert refused.value.facts["needed_by"] == needed_by, collection
        assert "_" not in refused.value.message
    with pytest.raises(InUse):
        net.archive("ANDES", "customers", "BLOOM")
    assert [one["type"] for one in net.events("BLOOM") if one["type"] == "record.archived"] == []


def test_what_is_sold_is_archived_only_when_its_orders_are_done(known: Trade) -> None:
    net = known.net
    cart = net.add("BLOOM", "C-9", lot="NEW", boxes=1, ship_date="2026-02-05")
    for collection, code in (("lots", "NEW"), ("customers", "C-9")):
        with pytest.raises(InUse):
            net.archive("BLOOM", collection, code)
    net.checkout("BLOOM", cart=cart["cart"])
    with pytest.raises(InUse):
        net.archive("BLOOM", "lots", "NEW")
    net.deliver("BLOOM", cart["invoice_order"])
    before = net.show("BLOOM", cart["invoice_order"])
    net.archive("BLOOM", "lots", "NEW")
    net.archive("BLOOM", "customers", "C-9")
    net.archive("BLOOM", "products", "FREEDOM")
    assert net.show("BLOOM", cart["invoice_order"]) == before, "documents name what they named"
    assert net.verify() == []


def test_nothing_new_is_done_with_what_is_archived(known: Trade) -> None:
    net = known.net
    net.archive("BLOOM", "customers", "C-9")
    net.archive("BLOOM", "lots", "NEW")
    net.archive("BLOOM", "products", "LILY")
    net.archive("BLOOM", "categories", "LILIES")
    refused = [
        lambda: net.add("BLOOM", "C-9", lot="ANDES/L1", boxes=1, ship_date="2026-02-05"),
        lambda: net.catalog("BLOOM", "C-9", "2026-02-05"),
        lambda: net.price("BLOOM", "C-9"),
        lambda: net.add("BLOOM", "C-100", lot="NEW", boxes=1, ship_date="2026-02-05"),
        lambda: net.map("BLOOM", "ANDES/L1", product="LILY"),
        lambda: net.purchase_order("BLOOM", "ANDES", [{"product": "LILY", "boxes": 1}], "2026-02-05"),
    ]
    for command in refused:
        with pytest.raises(K2KError):
            command()
    for row in ({"code": "IRIS", "description": "Iris", "category": "LILIES"},):
        with pytest.raises(Invalid):
            net.put("BLOOM", "products", [row])
    with pytest.raises(Invalid):
        net.put("BLOOM", "lots", [{**NEW["lots"], "code": "NEWER", "product": "LILY"}])


def test_a_put_on_an_archived_record_leaves_it_archived_and_says_so(known: Trade) -> None:
    known.net.archive("BLOOM", "customers", "C-9")
    (told,) = known.net.put("BLOOM", "customers", [{"code": "C-9", "type": "B"}])["results"]
    assert (told["outcome"], told["archived"]) == ("changed", True)
    assert "C-9" not in codes(known, "customers")
    assert known.net.record("BLOOM", "customers", "C-9")["type"] == "B"
    known.net.archive("BLOOM", "customers", "C-9", restore=True)
    (told,) = known.net.put("BLOOM", "customers", [{"code": "C-9", "type": "A"}])["results"]
    assert "archived" not in told


def test_an_archived_product_maps_no_lot_by_its_description(trade: Trade) -> None:
    net = trade.net
    net.set("BLOOM", settings={"auto_map_products": False})
    twin = {"code": "A-TWIN", "description": "Rose Red Freedom 60cm", "category": "ROSES"}
    net.put("BLOOM", "products", [twin])
    assert net.map("BLOOM", "ANDES/L1")["mapped_product"] == "A-TWIN", "the first code of two"
    net.archive("BLOOM", "products", "A-TWIN")
    assert net.map("BLOOM", "ANDES/L1")["mapped_product"] == "FREEDOM"
    net.archive("BLOOM", "products", "A-TWIN", restore=True)
    assert net.map("BLOOM", "ANDES/L1")["mapped_product"] == "A-TWIN"


TIMES = 8


def race(first: Callable[[], object], second: Callable[[], object]) -> list[str]:
    """Do two things at once; those that were refused, by their errors."""
    refused: list[str] = []
    begin = threading.Barrier(2)

    def do(work: Callable[[], object]) -> None:
        begin.wait()
        try:
            work()
        except K2KError as error:
            refused.append(error.code)

    threads = [threading.Thread(target=do, args=(work,)) for work in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


@pytest.mark.parametrize("collection", ["lots", "customers"])
def test_a_record_is_archived_or_sold_and_never_both(trade: Trade, collection: str) -> None:
    net = trade.net
    for number in range(TIMES):
        lot, customer = f"R{number}", f"R-{number}"
        net.put("BLOOM", "lots", [{**NEW["lots"], "code": lot}])
        net.put("BLOOM", "customers", [{"code": customer, "type": "A"}])
        code = {"lots": lot, "customers": customer}[collection]

        def sell(lot: str = lot, customer: str = customer) -> None:
            net.add("BLOOM", customer, lot=lot, boxes=1, ship_date="2026-02-05")

        def archive(code: str = code) -> None:
            net.archive("BLOOM", collection, code)

        refused = race(*((sell, archive) if number % 2 else (archive, sell)))
        archived = code in codes(trade, collection, archived=True)
        sold = net.quantities("BLOOM", [lot])["items"][0]["reserved"] == 1
        assert archived is not sold, refused
        assert len(refused) == 1
