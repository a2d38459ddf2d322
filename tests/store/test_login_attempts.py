"""Login attempts are counted over all processes, until they expire."""

from __future__ import annotations

import datetime as dt
import threading

import pytest

from k2k_core.store import login_attempts
from k2k_core.store.engine import Store
from k2k_core.store.tables import Attempt

NOON = dt.datetime(2026, 2, 2, 12, tzinfo=dt.UTC)


@pytest.fixture
def now() -> list[dt.datetime]:
    return [NOON]


@pytest.fixture
def clocked(database_url: str, now: list[dt.datetime]) -> Store:
    """A store whose clock the test moves."""
    return Store(database_url, clock=lambda: now[0])


def note(store: Store, name: str = "max@bloom.test", most: int = 3) -> bool:
    return store.whole_network.transact(lambda session: login_attempts.note(session, name, most, 60))


def counted(store: Store, name: str = "max@bloom.test") -> tuple[int, dt.datetime | None]:
    with store.whole_network.reading() as session:
        return login_attempts.counted(session, name)


def test_so_many_attempts_are_noted_and_no_more(clocked: Store, now: list[dt.datetime]) -> None:
    assert [note(clocked) for _ in range(5)] == [True, True, True, False, False]
    assert counted(clocked) == (3, NOON)
    assert note(clocked, "eve@andes.test")
    clocked.close()


def test_an_attempt_is_forgotten_in_time_and_its_row_with_it(clocked: Store, now: list[dt.datetime]) -> None:
    note(clocked)
    now[0] += dt.timedelta(seconds=30)
    note(clocked)
    now[0] += dt.timedelta(seconds=30)
    assert counted(clocked) == (1, NOON + dt.timedelta(seconds=30))
    assert note(clocked, "eve@andes.test")
    with clocked.whole_network.reading() as session:
        assert len(session.rows(Attempt.select())) == 2
    clocked.close()


def test_what_is_counted_is_named_nowhere(clocked: Store) -> None:
    note(clocked)
    with clocked.whole_network.reading() as session:
        assert "bloom" not in str(session.dicts(Attempt.select()))
    clocked.close()


def test_counting_can_begin_again(clocked: Store) -> None:
    note(clocked)
    note(clocked, "eve@andes.test")
    assert clocked.whole_network.transact(lambda session: login_attempts.forget(session, "max@bloom.test")) == 1
    assert [counted(clocked, name)[0] for name in ("max@bloom.test", "eve@andes.test")] == [0, 1]
    assert clocked.whole_network.transact(login_attempts.forget_all) == 1
    clocked.close()


def test_many_at_once_are_all_counted(clocked: Store, now: list[dt.datetime]) -> None:
    note(clocked, "of before")
    now[0] += dt.timedelta(hours=1)  # everybody wants to forget the same row
    threads = [threading.Thread(target=lambda: [note(clocked, most=1000) for _ in range(5)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert counted(clocked)[0] == 20
    clocked.close()


def test_of_many_at_once_no_more_are_let_in_than_may(clocked: Store) -> None:
    names = [f"{one}@bloom.test" for one in range(10)]
    let_in: list[str] = []
    together = threading.Barrier(8)

    def try_all() -> None:
        for name in names:
            together.wait(30)
            if note(clocked, name):
                let_in.append(name)

    threads = [threading.Thread(target=try_all) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(let_in) == sorted(names * 3)
    assert {counted(clocked, name)[0] for name in names} == {3}
    clocked.close()
