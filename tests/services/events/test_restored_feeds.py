"""A network is restored to an earlier state, and programs know places of its feeds that come later: they are told, and
a subscriber goes on with what happens then."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from k2k_core.errors import FeedGone
from k2k_core.store.backups import postgresql_dumps, sqlite_files
from k2k_core.store.database.sqlite import sqlite_path
from tests.conftest import OwnDatabase
from tests.services.conftest import Trade

SOON = 30.0
BackUp = Callable[[], Callable[[], None]]


@pytest.fixture
def back_up(trade: Trade, database: OwnDatabase, tmp_path: Path) -> BackUp:
    """Backs the network up; what it answers restores that, under the processes that have the network open."""
    backup = tmp_path / "backup"

    def made() -> Callable[[], None]:
        if database.url.startswith("postgresql"):
            postgresql_dumps.dump(database.url, backup)
            return lambda: _restore_on_postgresql(database.url, backup)
        path = sqlite_path(database.url)
        assert path is not None
        sqlite_files.dump(path, backup)
        return lambda: _restore_over(path, backup)

    return made


def _restore_over(path: Path, backup: Path) -> None:
    with closing(sqlite3.connect(backup)) as source, closing(sqlite3.connect(path)) as target:
        source.backup(target)


def _restore_on_postgresql(url: str, backup: Path) -> None:
    postgresql_dumps._run(
        "pg_restore", url, "--clean", "--if-exists", "--single-transaction", "--no-owner", str(backup)
    )


def places(events: list[Any]) -> list[int]:
    return [event["seq"] for event in events]


def test_a_place_that_a_restored_feed_does_not_have_is_refused_in_words(trade: Trade, back_up: BackUp) -> None:
    trade.ordered(1)
    known = trade.net.events("ANDES")[-1]["seq"]
    restore = back_up()
    trade.ordered(2)
    later = trade.net.events("ANDES")[-1]["seq"]
    restore()
    assert trade.net.events("ANDES", known) == []
    for asked in ({}, {"wait": 0}, {"types": []}, {"wait": 20}):
        with pytest.raises(FeedGone, match=f"ends at {known}, before {later}: the network was restored") as refused:
            trade.net.events("ANDES", later, **asked)
        assert (refused.value.status, refused.value.facts["last"]) == (410, known)
        assert "Read the lists anew" in refused.value.hint


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)  # pg_restore lets a reader see empty tables in between
def test_who_waits_for_events_is_told_of_the_restore(trade: Trade, back_up: BackUp) -> None:
    restore = back_up()
    trade.ordered(1)
    last = trade.net.events("ANDES")[-1]["seq"]
    told: list[FeedGone] = []

    def wait() -> None:
        with pytest.raises(FeedGone) as refused:
            trade.net.events("ANDES", last, wait=20)
        told.append(refused.value)

    waiting = threading.Thread(target=wait)
    waiting.start()
    time.sleep(0.3)
    restore()
    waiting.join(15)
    assert [one.facts["after"] for one in told] == [last]


@pytest.mark.parametrize("events_between", [0, 1, 2, 4])
def test_a_subscriber_goes_on_with_what_happens_after_a_restore(
    trade: Trade, back_up: BackUp, events_between: int, caplog: pytest.LogCaptureFixture
) -> None:
    trade.ordered(1)
    known = trade.net.events("ANDES")[-1]["seq"]
    restore = back_up()
    heard: list[Any] = []
    with trade.net.subscribe("ANDES", heard.append, types=[]) as live:
        trade.later(minutes=1)
        trade.net.set("ANDES", lot="L2", values={"boxes": 11})
        trade.later(minutes=1)
        trade.net.set("ANDES", lot="L2", values={"boxes": 12})
        assert live.wait(SOON)
        before = list(heard)
        assert places(before)[-1] > known
        trade.later(minutes=1)
        restore()
        for boxes in range(20, 20 + events_between):
            trade.net.set("ANDES", lot="L2", values={"boxes": boxes})
        _until(lambda: "is to be read anew" in caplog.text or events_between > 1)
        trade.later(minutes=1)
        trade.net.set("ANDES", lot="L2", values={"boxes": 30})
        assert live.wait(SOON)
    new = heard[len(before) :]
    assert new == trade.net.events("ANDES", known), "each once, from the place at which the restored feed ended"
    assert "the network was restored to an earlier state" in caplog.text


def test_a_subscriber_that_was_busy_while_the_feed_passed_its_place_again_notices_too(
    trade: Trade, back_up: BackUp, caplog: pytest.LogCaptureFixture
) -> None:
    trade.ordered(1)
    known = trade.net.events("ANDES")[-1]["seq"]
    restore = back_up()
    heard: list[Any] = []
    restored = threading.Event()

    def busy(event: Any) -> None:
        heard.append(event)
        restored.wait(SOON)

    with trade.net.subscribe("ANDES", busy, types=[]) as live:
        trade.later(minutes=1)
        trade.net.set("ANDES", lot="L2", values={"boxes": 11})
        _until(lambda: bool(heard))
        trade.later(minutes=1)
        restore()
        for boxes in range(20, 24):
            trade.net.set("ANDES", lot="L2", values={"boxes": boxes})
        restored.set()
        assert live.wait(SOON)
    new = [event for event in heard if event["at"] > heard[0]["at"]]
    assert new == trade.net.events("ANDES", known)
    assert "the network was restored to an earlier state" in caplog.text


def _until(done: Callable[[], bool]) -> None:
    ends = time.monotonic() + SOON
    while not done():
        assert time.monotonic() < ends
        time.sleep(0.02)
