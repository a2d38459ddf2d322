"""Changes of availability and price reach everybody who may see them, live and by polling; the vendor's cost does not
grow with its buyers."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.domain.roles import ROLES, Actor
from k2k_core.errors import FeedGone, NotAllowed
from k2k_core.services.events import subscriptions
from k2k_core.store.events import feeds
from tests.services.conftest import LOT, Trade

SOON = 30.0
"""Seconds within which a subscriber must have heard; it is told far sooner."""

Data = dict[str, Any]
MAPPED = {"vendor": "ANDES", "buyer": "BLOOM"}
"""What a buyer is told when a product is sold first, and its mapping stored: every lot of it is mapped so."""


def told(net: K2K, company: str, after: int = 0) -> list[Data]:
    """What the feed of a company says of offers."""
    return [plain(event["data"]) for event in net.events(company, after) if event["type"] == "offer.changed"]


def plain(data: Data) -> Data:
    """An event without its id and version, which it always has, and without the number of each lot's last movement,
    which it has for exactly the lots that it names."""
    assert data.get("movement", {}).keys() == data.get("available", {}).keys()
    assert data["id"] == data.get("lot", data.get("vendor"))
    assert data["version"] > 0
    return {name: value for name, value in data.items() if name not in ("movement", "id", "version")}


def left(vendor: str = "ANDES", **available: int) -> Data:
    """An event about lots of a vendor."""
    lots = {f"{vendor}/{lot}": number for lot, number in available.items()}
    return {"vendor": vendor, "lots": list(lots), "available": lots}


def test_a_sale_to_one_buyer_is_heard_by_the_other_with_what_is_left(trade: Trade) -> None:
    heard: list[Data] = []
    with_petal = trade.net.subscribe("PETAL", heard.append)
    trade.ordered(2)
    trade.ordered(1, lot="ANDES/L2")
    assert with_petal.wait(SOON)
    assert [plain(event["data"]) for event in heard] == [left(L1=4), left(L2=3)]
    assert [plain(event["data"]) for event in heard] == told(trade.net, "PETAL")
    assert [event["seq"] for event in heard] == sorted(event["seq"] for event in heard)


def test_a_vendor_hears_of_its_own_lots_and_nobody_of_a_strangers(trade: Trade) -> None:
    trade.ordered(1, lot="SIERRA/S1")
    assert told(trade.net, "SIERRA") == [left("SIERRA", S1=4)]
    assert told(trade.net, "BLOOM") == [{**MAPPED, "vendor": "SIERRA"}, left("SIERRA", S1=4)]
    assert told(trade.net, "PETAL") == told(trade.net, "ANDES") == []


def test_boxes_that_return_are_heard_and_several_movements_of_one_commit_are_one_event(trade: Trade) -> None:
    added = trade.ordered(2)
    trade.net.cancel("BLOOM", cart=added["cart"])
    trade.net.prebook("BLOOM", "C-100", [{"lot": "ANDES/L1", "boxes": n} for n in (1, 2)], ship_date="2026-02-05")
    assert told(trade.net, "PETAL") == [left(L1=4), left(L1=6), left(L1=3)]


def test_another_order_of_steps_and_imported_price_lists_are_heard(trade: Trade) -> None:
    before = len(told(trade.net, "BLOOM"))
    trade.net.set_hierarchies("ANDES", {"hierarchy": [{"inventory_type": "k2k", "steps": ["k2k_gpm"]}]})
    content = b"list,season,start,end,product,price\nNEW,All,2026-01-01,2026-12-31,R-RED-60,0.40\n"
    trade.net.import_price_lists("ANDES", content)
    assert told(trade.net, "BLOOM")[before:] == [{"vendor": "ANDES"}, {"vendor": "ANDES"}]


def test_a_price_of_a_lot_and_a_set_up_that_prices_come_from_are_heard(trade: Trade) -> None:
    trade.net.set("ANDES", lot="L1", values={"price_a": "0.35"})
    trade.net.set("ANDES", lot="L1", values={"boxes": 9, "price_a": "0.36"})
    trade.net.set("ANDES", settings={"gpm": 33})
    assert told(trade.net, "BLOOM") == [left(L1=6), left(L1=9), {"vendor": "ANDES"}]


def test_what_a_buyer_says_of_a_lot_is_not_for_other_buyers(trade: Trade) -> None:
    trade.net.map("BLOOM", "ANDES/L1", confirmed=True)
    assert told(trade.net, "BLOOM") == told(trade.net, "ANDES") == [{"lot": "ANDES/L1", "buyer": "BLOOM"}]
    assert told(trade.net, "PETAL") == []


def test_without_an_active_connection_nothing_is_heard_not_even_later(trade: Trade) -> None:
    trade.net.suspend("ANDES", "PETAL", by="ANDES")
    trade.ordered(1)
    assert told(trade.net, "PETAL") == []
    trade.net.resume("ANDES", "PETAL", by="ANDES")
    trade.ordered(1)
    assert told(trade.net, "PETAL") == [left(L1=4)]
    assert [event["type"] for event in trade.net.events("PETAL")] == [
        *("connection.suspended", "connection.resumed", "offer.changed")
    ]


def test_places_in_a_feed_stay_and_a_reader_goes_on_from_where_it_was(trade: Trade) -> None:
    trade.ordered(1)
    first = trade.net.events("PETAL")
    trade.net.set("PETAL", settings={"k2k_gpm": 21})
    trade.ordered(1)
    after = trade.net.events("PETAL", after=first[-1]["seq"])
    assert trade.net.events("PETAL") == first + after
    assert [event["seq"] for event in first + after] == [1, 2, 3, 4]
    assert [event["data"].get("vendor", event["type"]) for event in after] == ["PETAL", "setting.changed", "ANDES"]


def test_many_changes_are_taken_in_bit_by_bit(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "AT_ONCE", 2)
    for number in range(1, 6):
        trade.net.set("ANDES", lot="L2", values={"boxes": 10 + number})
    assert [data["available"]["ANDES/L2"] for data in told(trade.net, "BLOOM")] == [11, 12, 13, 14, 15]


def test_what_several_vendors_did_is_taken_in_in_the_order_in_which_it_became_true(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "AT_ONCE", 3)
    expected = []
    for number in range(8):
        vendor, lot = ("SIERRA", "S1") if number % 3 == 0 else ("ANDES", "L2")
        trade.net.set(vendor, lot=lot, values={"boxes": 10 + number})
        expected.append({f"{vendor}/{lot}": 10 + number})
    assert [data["available"] for data in told(trade.net, "BLOOM")] == expected


def test_a_lot_that_is_not_shared_with_a_buyer_is_never_named_to_it(trade: Trade) -> None:
    trade.net.set("ANDES", customer="PETAL", values={"max_age": 0})
    heard: list[Data] = []
    subscription = trade.net.subscribe("PETAL", heard.append)
    trade.ordered(2)
    trade.net.set("ANDES", settings={"gpm": 31})
    assert subscription.wait(SOON)
    assert told(trade.net, "PETAL")[1:] == [plain(event["data"]) for event in heard] == [{"vendor": "ANDES"}]
    assert told(trade.net, "BLOOM") == [MAPPED, {"vendor": "ANDES"}, left(L1=4), {"vendor": "ANDES"}]


def test_a_lot_that_is_taken_away_is_heard_of_without_its_name(trade: Trade) -> None:
    trade.net.put("ANDES", "lots", [{**LOT, "code": "L3", "boxes": 2, "on_hold": True}])
    trade.net.set("ANDES", lot="L1", values={"on_hold": True})
    assert told(trade.net, "PETAL") == [{"vendor": "ANDES"}] * 2
    trade.net.set("ANDES", lot="L1", values={"on_hold": False})
    assert told(trade.net, "PETAL")[2:] == [left(L1=6)]
    assert [data["edited"] for data in told(trade.net, "ANDES")] == [["ANDES/L3"], ["ANDES/L1"], ["ANDES/L1"]]


def test_of_several_lots_the_shared_ones_are_named(trade: Trade) -> None:
    rows = [{**LOT, "code": "L2", "boxes": 9}, {**LOT, "code": "L3", "boxes": 2, "solid": False}]
    trade.net.put("ANDES", "lots", rows)
    assert told(trade.net, "BLOOM") == [left(L2=9), {"vendor": "ANDES"}]


def test_that_the_last_box_has_gone_is_heard(trade: Trade) -> None:
    trade.ordered(6)
    assert told(trade.net, "PETAL") == [left(L1=0)]


def test_a_connection_that_a_file_brings_begins_at_the_end(trade: Trade) -> None:
    trade.ordered(1)
    trade.net.put("ANDES", "customers", [{"code": "NEW", "type": "A"}])
    new = {"code": "NEW", "currency": "USD", "timezone": "America/New_York", "settings": {"k2k_gpm": 20}}
    vendors = [{"code": "ANDES", "company": "ANDES", "transit_days": 1}]
    connection = {"vendor": "ANDES", "buyer": "NEW", "state": "active"}
    trade.net.load({"companies": [{**new, "vendors": vendors}], "connections": [connection]})
    trade.net.set("ANDES", customer="NEW", values={"company": "NEW"})
    trade.ordered(1)
    assert told(trade.net, "NEW") == [{"vendor": "ANDES"}, left(L1=4)]


def test_readers_of_one_feed_at_once_find_every_change_once(trade: Trade) -> None:
    for number in range(5):
        trade.net.set("ANDES", lot="L2", values={"boxes": 10 + number})
    found: list[list[Data]] = []
    readers = [threading.Thread(target=lambda: found.append(trade.net.events("BLOOM"))) for _ in range(6)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join(SOON)
    assert [len(each) for each in found] == [5] * 6


def test_what_another_process_commits_is_in_the_next_read(trade: Trade, database_url: str) -> None:
    with K2K.open(database_url, clock=lambda: trade.net.context.clock()) as other:
        other.add("BLOOM", "C-100", lot="ANDES/L1", boxes=2, ship_date="2026-02-05")
    assert told(trade.net, "PETAL") == [left(L1=4)]


def test_a_subscriber_that_raises_or_is_slow_disturbs_nobody(trade: Trade, caplog: Any) -> None:
    heard: list[Data] = []
    tries, go = [], threading.Event()

    def raises(event: Data) -> None:
        tries.append(event["seq"])
        raise RuntimeError("a defect of the subscriber")

    slow = trade.net.subscribe("PETAL", lambda event: go.wait(SOON))
    broken, sound = trade.net.subscribe("PETAL", raises), trade.net.subscribe("PETAL", heard.append)
    trade.ordered(1)
    trade.ordered(1)
    assert sound.wait(SOON)
    assert broken.wait(SOON)
    assert not slow.wait(0)
    assert (len(heard), tries) == (2, [1, 2])
    assert "a defect of the subscriber" in caplog.text
    go.set()
    assert slow.wait(SOON)


def test_a_subscriber_whose_next_events_are_deleted_goes_on_with_the_oldest(trade: Trade, caplog: Any) -> None:
    heard: list[int] = []
    go, began = threading.Event(), threading.Event()

    def slow(event: Data) -> None:
        heard.append(event["seq"])
        began.set()
        go.wait(SOON)

    with trade.net.subscribe("ANDES", slow) as live:
        trade.ordered(1)
        assert began.wait(SOON)
        for boxes in (11, 12, 13):
            trade.net.set("ANDES", lot="L2", values={"boxes": boxes})
        trade.later(days=91)
        trade.net.tidy()
        trade.net.set("ANDES", lot="L2", values={"boxes": 14})
        with pytest.raises(FeedGone) as gone:
            trade.net.events("ANDES")
        go.set()
        assert live.wait(SOON)
    assert len(heard) == 2
    assert heard[1] >= gone.value.facts["oldest"]
    assert "were deleted before its subscriber heard" in caplog.text


def test_a_closed_subscription_hears_no_more(trade: Trade) -> None:
    heard: list[Data] = []
    subscription = trade.net.subscribe("PETAL", heard.append)
    subscription.close()
    subscription.close()
    trade.ordered(1)
    assert heard == []
    assert trade.net.context.store.listeners == []


def test_a_subscriber_may_close_itself_and_hears_only_what_comes(trade: Trade) -> None:
    trade.ordered(1)
    heard: list[Data] = []
    mine: list[subscriptions.Subscription] = []

    def once(event: Data) -> None:
        heard.append(event["data"])
        mine[0].close()

    mine.append(trade.net.subscribe("PETAL", once))
    trade.ordered(1)
    mine[0].wait(SOON)
    trade.ordered(1)
    assert [plain(data) for data in heard] == [left(L1=4)]


def test_only_a_companys_own_people_subscribe(trade: Trade) -> None:
    stranger = trade.net.on_behalf_of(Actor("s@sierra.example", "SIERRA", frozenset(ROLES)))
    with pytest.raises(NotAllowed):
        stranger.subscribe("ANDES", print)


def _statements(trade: Trade, work: Callable[[], object]) -> int:
    """How many statements all units of work of `work` ran."""
    counted: list[int] = []
    store = trade.net.context.store
    unit = store._unit

    def counting(writing: bool, whole_network: bool) -> Any:
        inside = unit(writing, whole_network)

        class Counted:
            def __enter__(self) -> Any:
                self.session = inside.__enter__()
                return self.session

            def __exit__(self, *error: Any) -> Any:
                counted.append(self.session.queries)
                return inside.__exit__(*error)

        return Counted()

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(store, "_unit", counting)
        work()
    return sum(counted)


def test_a_change_costs_its_vendor_the_same_whatever_the_number_of_its_buyers(trade: Trade) -> None:
    def edit(boxes: int) -> Callable[[], object]:
        return lambda: trade.net.set("ANDES", lot="L2", values={"boxes": boxes})

    edit(5)()
    trade.net.share("ANDES", "BLOOM")  # a process that has read a company once knows its id
    few = _statements(trade, edit(6))
    for number in range(20):
        code = f"B-{number}"
        trade.net.add_company({"code": code, "currency": "USD", "timezone": "America/New_York"})
        trade.net.put("ANDES", "customers", [{"code": code, "type": "A", "company": code}])
        trade.net.put(code, "vendors", [{"code": "ANDES", "company": "ANDES", "transit_days": 1}])
        trade.net.set(code, settings={"inbound_truck_freight": True, "cube_rate": "3"})
        trade.net.propose("ANDES", code, by="ANDES")
        assert trade.net.accept("ANDES", code, by=code)["state"] == "active"
    edit(7)()
    assert _statements(trade, edit(8)) == few
    assert {told(trade.net, f"B-{number}")[-1]["available"]["ANDES/L2"] for number in range(20)} == {8}
