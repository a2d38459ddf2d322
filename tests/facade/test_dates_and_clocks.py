"""Days and moments at the edges of the calendar, and clocks that are wrong: each method of the facade answers, or
refuses with an error of its own. The methods and their arguments are read from the facade."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.errors import ClockUnusable, K2KError
from tests.facade.test_invalid_arguments import good, methods, wrong
from tests.services.conftest import BEGINNING, Trade

FIRST = dt.datetime(1900, 1, 1, tzinfo=dt.UTC)
LAST = dt.datetime(9000, 12, 31, 23, 59, 59, 999_999, tzinfo=dt.UTC)
EAST, WEST = dt.timezone(dt.timedelta(hours=14)), dt.timezone(dt.timedelta(hours=-12))

DAYS: tuple[Any, ...] = (
    *(dt.date.min, dt.date.max, dt.date(1899, 12, 31), dt.date(1900, 1, 1), dt.date(9000, 12, 31), dt.date(9001, 1, 1)),
    *("0001-01-01", "0001-01-02", "0002-12-31", "1582-10-10", "9998-12-31", "9999-12-30", "9999-12-31", "10000-01-01"),
    *("2026-02-29", "2028-02-29", "2026-2-3", "20260203", "2026-W06-2", "02/03/2026", "-001-01-01", "0000-00-00", ""),
    *("٢٠٢٦-٠٢-٠٣", "2026-02-03T00:00:00Z", dt.datetime(2026, 2, 3), dt.datetime(2026, 2, 3, tzinfo=dt.UTC), 20260203),
    *(1.5, float("inf"), dt.time(1, 30)),
)
MOMENTS: tuple[Any, ...] = (
    *(dt.datetime.min, dt.datetime.max, dt.datetime.min.replace(tzinfo=EAST), dt.datetime.max.replace(tzinfo=WEST)),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"),
    *("1899-12-31T23:59:59Z", "1900-01-01T00:00:00+14:00", "9000-12-31T23:59:59-12:00", "9001-01-01T00:00:00Z"),
    *("2026-02-02T09:00:00", "2026-03-08T02:30:00-05:00", "2026-11-01T01:30:00-04:00", "2026-02-02T24:00:00Z"),
    *("2026-12-31T23:59:60Z", "2026-02-02T09:00:00+24:00", "2026-02-02T09:00:00-23:59", "2026-02-02", 1_700_000_000),
    *(10**18, -(10**18), float("nan"), "now", "0"),
)


@pytest.fixture
def busy(open_trade: Callable[..., Trade]) -> Trade:
    return open_trade()


def texts(arguments: dict[str, Any]) -> Iterator[str]:
    """Arguments that may be a day or a moment: every one that is not a mapping, a list or a file."""
    return (name for name in arguments if any(part in name for part in ("date", "at", "since", "until", "as_of", "on")))


def calls(names: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each method with each argument that takes a day or a moment, and with each filter of it, at every edge."""
    for method, arguments in methods().items():
        base = {name: names[name] for name, needed in arguments.items() if needed}
        for name in texts(arguments):
            yield from ((method, base | {name: value}) for value in (*DAYS, *MOMENTS))
        if "filters" in arguments:
            for asked in ("since", "until", "ship_date", "from", "to", "arrival_date", "at"):
                yield from ((method, base | {"filters": {asked: value}}) for value in (*DAYS, *MOMENTS))


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_day_or_a_moment_at_the_edge_of_the_calendar_is_answered_or_refused_in_words(busy: Trade) -> None:
    made = [wrong(busy.net, method, call) for method, call in calls(good(busy))]
    assert "\n".join(sorted({problem for problem in made if problem})) == ""
    assert len(made) > 2_000
    assert busy.net.verify() == []


def dated(busy: Trade) -> Iterator[tuple[str, dict[str, Any]]]:
    """Records, rows, settings and files of which a field is a day."""
    for value in (*DAYS, *MOMENTS):
        lot = {
            "code": "L-EDGE",
            "inventory_type": "open_market_boxes",
            "product": "FREEDOM",
            "box_type": "HB",
            "boxes": 1,
        }
        packed = {"units_per_box": 250, "unit_type": "stem"}
        yield "put", {"company": "ANDES", "collection": "lots", "rows": [lot | packed | {"arrival_date": value}]}
        yield "set", {"company": "ANDES", "lot": "L1", "values": {"arrival_date": value}}
        season = {"name": "S", "start": value, "end": value, "rows": [{"product": "FREEDOM", "price": "1"}]}
        lists = [{"code": "EDGE", "type": "all", "seasons": [season]}]
        yield "put", {"company": "BLOOM", "collection": "price_lists", "rows": lists}
        for kind in ("arrival_date", "ship_date", "order_date", "from", "until", "as_of"):
            yield "set", {"company": "BLOOM", "customer": "C-100", "values": {kind: value}}
        table = f"list,season,start,end,product,price\nEDGE,S,{value},{value},FREEDOM,1\n".encode()
        yield "import_price_lists", {"company": "BLOOM", "content": table}


@pytest.mark.long
def test_a_record_with_such_a_day_is_written_or_refused_and_what_is_written_can_be_read(busy: Trade) -> None:
    made = [wrong(busy.net, method, call) for method, call in dated(busy)]
    reads: dict[str, Any] = good(busy)
    for method in (
        "catalog",
        "price",
        "explain_price",
        "seasons",
        "export_price_lists",
        "lots",
        "ship_dates",
        "checks",
    ):
        if method in methods():
            call = {name: reads[name] for name, needed in methods()[method].items() if needed}
            made.append(wrong(busy.net, method, call))
    assert "\n".join(sorted({problem for problem in made if problem})) == ""
    assert busy.net.verify() == []


WIDEST: dict[str, Any] = {"ship_days_offset": 365, "max_order_days_in_advance": 3650}


def given(method: str, names: dict[str, Any]) -> dict[str, Any]:
    """The arguments that a method needs, and its days."""
    return {name: names[name] for name, needed in methods()[method].items() if needed or name in ("ship_date", "at")}


@pytest.mark.long
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12", "America/New_York", "Africa/Monrovia"])
@pytest.mark.parametrize("now", [FIRST, LAST], ids=["the first moment", "the last moment"])
def test_a_clock_at_the_edge_of_what_k2k_knows_is_no_error_in_any_zone(
    open_trade: Callable[..., Trade], now: dt.datetime, zone: str
) -> None:
    def move(companies: dict[str, Any]) -> None:
        for code in ("ANDES", "BLOOM"):
            companies[code]["timezone"] = zone

    moved = open_trade(move)
    names = good(moved)
    for name, value in WIDEST.items():
        wrong(moved.net, "set", {"company": "ANDES", "settings": {name: value}})
        wrong(moved.net, "set", {"company": "BLOOM", "settings": {name: value}})
    moved._now[0] = now
    for day in (FIRST.date(), LAST.date()):
        at = dt.datetime.combine(now.date(), dt.time(12), dt.UTC)
        dated_names = names | {"ship_date": day, "order_date": day, "at": at}
        made = [wrong(moved.net, method, given(method, dated_names)) for method in methods()]
        assert "\n".join(sorted({problem for problem in made if problem})) == ""


@pytest.mark.parametrize(
    "told",
    [
        *(dt.datetime(2026, 2, 2, 14), dt.datetime.min, dt.datetime.min.replace(tzinfo=dt.UTC), dt.date(2026, 2, 2)),
        *(dt.datetime.max.replace(tzinfo=dt.UTC), dt.datetime.min.replace(tzinfo=EAST), LAST + dt.timedelta(seconds=1)),
        *(FIRST - dt.timedelta(seconds=1), None, 1_770_000_000, 1_770_000_000.5, "2026-02-02T14:00:00Z", dt.time(14)),
    ],
    ids=str,
)
def test_a_clock_that_cannot_be_used_is_named_by_whatever_asks_it(busy: Trade, told: Any) -> None:
    names = good(busy)
    busy._now[0] = told
    refused = set()
    for method, arguments in methods().items():
        try:
            getattr(busy.net, method)(**{name: names[name] for name, needed in arguments.items() if needed})
        except K2KError as error:
            refused.add(error.code)
    assert "clock_unusable" in refused
    with pytest.raises(ClockUnusable) as raised:
        busy.net.add("BLOOM", "C-100", lot="ANDES/L2", boxes=1, ship_date="2026-02-05")
    assert raised.value.code == "clock_unusable"
    busy._now[0] = BEGINNING
    assert busy.net.verify() == []


def test_a_network_is_not_opened_with_such_a_clock(database_url: str) -> None:
    with pytest.raises(ClockUnusable, match="without a time zone"):
        K2K.open(database_url, clock=lambda: dt.datetime(2026, 2, 2, 14))


BACK = (dt.timedelta(seconds=1), dt.timedelta(hours=1), dt.timedelta(days=1), dt.timedelta(days=400))


@pytest.mark.parametrize("back", BACK, ids=str)
def test_a_clock_that_is_put_back_loses_nothing_and_sells_nothing_twice(busy: Trade, back: dt.timedelta) -> None:
    """What was written stays; days and cut-offs are those of the present time; holds last until their own moment."""
    before = busy.available("ANDES/L2")
    first = busy.ordered(2, lot="ANDES/L2")
    order = busy.checked_out(1, lot="ANDES/L2")
    feed = [event["seq"] for event in busy.net.events("BLOOM")]
    busy._now[0] -= back
    assert busy.available("ANDES/L2") == before - 3
    busy.net.sweep()
    assert busy.available("ANDES/L2") == before - 3
    busy.net.checkout("BLOOM", cart=first["cart"])
    busy.net.confirm("ANDES", order["sales_order"])
    later = [event["seq"] for event in busy.net.events("BLOOM")]
    assert later[: len(feed)] == feed
    assert len(later) > len(feed)
    assert busy.net.verify() == []
    busy._now[0] += back
    assert busy.available("ANDES/L2") == before - 3
    assert busy.net.verify() == []


@pytest.mark.parametrize("back", BACK, ids=str)
def test_what_is_cached_is_not_answered_for_a_time_before_it_was_computed(
    busy: Trade, database_url: str, back: dt.timedelta
) -> None:
    def seen(net: K2K) -> Any:
        wanted = {"buyer": "BLOOM", "customer": "C-100", "ship_date": "2026-02-05"}
        return net.catalog(**wanted), net.ship_dates("BLOOM", "C-100", "ANDES")

    seen(busy.net)
    busy._now[0] -= back
    with K2K.open(database_url, clock=lambda: busy._now[0]) as fresh:
        assert seen(busy.net) == seen(fresh)
