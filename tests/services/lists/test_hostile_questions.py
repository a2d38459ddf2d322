"""Whatever a list is asked, it answers a page or an error with a code, and never fails in another way: edited cursors,
and filters, sorts, limits, fields and counts of every kind of value, at every method that answers pages."""

from __future__ import annotations

import datetime as dt
import inspect
from collections.abc import Iterator
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.errors import CursorMismatch, Invalid, K2KError
from k2k_core.store.database.paging import Listing
from tests.benchmarks.list_questions import questioned_filters
from tests.services.conftest import Trade
from tests.services.lists.declared_lists import Business, paged_methods
from tests.services.lists.test_paged_methods import ask, takes

VALUES: tuple[Any, ...] = (
    *(None, True, 0, -1, 2**70, float("nan"), float("inf"), b"x", "", " ", "\x00", "\ud800", "%_\\'\"", "x" * 20_001),
    *([], [None], [[1]], ["a", 1], {}, {"a": {"b": 1}}, dt.date.min, dt.datetime.max, object()),
)
ODD = {"sort", "cursor", "limit", "fields", "q", "count"}


@pytest.fixture
def net(trade: Trade) -> K2K:
    return Business(trade).net


def tampered(cursor: str) -> Iterator[Any]:
    """A cursor with one sign changed, in each of its parts, cut, doubled, and things that are none."""
    for place in range(0, len(cursor), 5):
        yield cursor[:place] + ("A" if cursor[place] != "A" else "B") + cursor[place + 1 :]
    yield from (
        cursor[:-1],
        cursor + "A",
        cursor * 2,
        cursor.swapcase(),
        cursor[::-1],
        "",
        "c_",
        "c_e30",
        "x" * 100_000,
    )


@pytest.mark.long
def test_an_edited_cursor_is_refused_by_its_code(net: K2K) -> None:
    for method in paged_methods():
        cursor = ask(net, method, limit=1)["next"]
        assert cursor is not None, method
        for one in tampered(cursor):
            with pytest.raises((CursorMismatch, Invalid)):
                ask(net, method, limit=1, cursor=one)


def test_a_cursor_of_a_program_that_sorts_by_other_keys_is_refused_by_its_code(
    net: K2K, monkeypatch: pytest.MonkeyPatch
) -> None:
    cursor, keys = net.offers("BLOOM", sort="description", limit=1)["next"], Listing.keys
    monkeypatch.setattr(Listing, "keys", lambda listing, asked: (*keys(listing, asked)[:1], *keys(listing, asked)))
    with pytest.raises(CursorMismatch):
        net.offers("BLOOM", sort="description", limit=1, cursor=cursor)


def test_every_argument_of_a_page_takes_any_value_or_names_itself(net: K2K) -> None:
    for method in paged_methods():
        for argument in sorted(one for one in ODD if takes(method, one)):
            for value in VALUES:
                answered(net, method, {argument: value}, argument)


@pytest.mark.long
def test_every_filter_takes_any_value_or_names_itself_counted_or_not(net: K2K) -> None:
    for method in [one for one in paged_methods() if takes(one, "filters")]:
        for name in questioned_filters():
            for value in VALUES:
                answered(net, method, {"filters": {name: value}, "count": True}, name)


def test_every_other_argument_of_a_page_takes_any_value_or_says_what_is_wrong_with_it(net: K2K) -> None:
    for method in paged_methods():
        for argument in others(method):
            for value in VALUES:
                error = refusal(net, method, {argument: value})
                asked = (method, argument, value, error)
                assert error is None or error.status < 500, asked
                if isinstance(error, Invalid):
                    assert is_named(argument, error) or is_shown(value, error), asked


def is_named(argument: str, error: Invalid) -> bool:
    """Whether a fault is that of an argument, or of the filter that it is."""
    return any(argument in fault["path"] or fault["path"] in argument for fault in error.faults)


def is_shown(value: Any, error: Invalid) -> bool:
    """Whether a refusal shows what was given; a list is written item by item."""
    return isinstance(value, list | dict) or any(shown in str(error) for shown in (str(value), repr(value)))


def others(method: str) -> list[str]:
    """The arguments that a method can be asked without: filters with a name of their own, and what its rows say
    besides."""
    known = inspect.signature(getattr(K2K, method)).parameters.values()
    return [one.name for one in known if one.default is not one.empty and one.name not in {*ODD, "filters"}]


def answered(net: K2K, method: str, asked: dict[str, Any], argument: str) -> None:
    """Ask, and hold a refusal to what it has to say."""
    error = refusal(net, method, asked)
    assert error is None or error.status < 500, (method, asked, error)
    if isinstance(error, Invalid) and not isinstance(error, CursorMismatch):
        paths = [fault["path"] for fault in error.faults]
        assert any(argument in path for path in paths), (method, asked, paths)


def refusal(net: K2K, method: str, asked: dict[str, Any]) -> K2KError | None:
    """The error that a question has, None where it has a page; any other error fails the test."""
    try:
        found = ask(net, method, **asked)
    except K2KError as error:
        return error
    if asked.get("limit", 1) is not None:  # without one some answer no page, but all of it
        assert isinstance(found["items"], list), (method, asked)
    return None
