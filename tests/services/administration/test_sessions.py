"""Sessions of users: made by a log-in, listed, and ended by their user, an admin, another password or deactivation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.clock import moment_text
from k2k_core.domain.roles import Actor
from k2k_core.errors import NotAllowed, NotFound, SessionMoved, StoreFull
from k2k_core.store import tables

NOW = dt.datetime(2026, 2, 2, 14, tzinfo=dt.UTC)
ANA, BEN, ADMIN, OPERATOR = "ana@andes.example", "ben@bloom.example", "admin@andes.example", "op@k2k.example"


class Clock:
    """A clock that a test sets."""

    now = NOW

    def __call__(self) -> dt.datetime:
        return self.now

    def advance(self, **by: int) -> None:
        self.now += dt.timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def net(database_url: str, clock: Clock) -> Iterator[K2K]:
    with K2K.open(database_url, clock=clock) as opened:
        for code in ("ANDES", "BLOOM"):
            opened.add_company({"code": code, "currency": "USD", "timezone": "America/Bogota"})
        opened.add_user("ANDES", ANA, name="Ana", roles=["warehouse"], password="seven red roses")
        opened.add_user("ANDES", ADMIN, roles=["admin"])
        opened.add_user("BLOOM", BEN, roles=["admin"])
        opened.add_user(None, OPERATOR)
        yield opened


def as_(net: K2K, email: str, company: str | None, *roles: str) -> K2K:
    return net.on_behalf_of(Actor(email, company, frozenset(roles)))


def full(*_: object, **__: object) -> None:
    raise StoreFull("The disk is full.")


def is_live(net: K2K, started: Any) -> bool:
    return net.session_user(started["token"]) is not None


def test_a_session_says_whose_it_is_with_their_present_roles(net: K2K) -> None:
    net.set_roles(ANA, ["setup"])
    token = net.start_session(ANA, "10.0.0.7", "Firefox")["token"]
    net.set_preferences(ANA, {"theme": "dark", "locale": "es"})
    user = net.session_user(token)
    assert user is not None
    assert (user["email"], user["name"], user["company"], user["roles"]) == (ANA, "Ana", "ANDES", ["setup"])
    assert (user["preferences"]["theme"], user["preferences"]["locale"]) == ("dark", "es")
    assert net.session_user("nonsense") is None


def test_an_operator_has_sessions_of_no_company(net: K2K) -> None:
    started = net.start_session(OPERATOR)
    user = net.session_user(started["token"])
    assert user is not None
    assert user["company"] is None
    assert as_(net, OPERATOR, None).end_sessions(OPERATOR) == {"email": OPERATOR, "ended": 1}
    assert not is_live(net, started)


def test_the_token_is_stored_as_a_digest_alone(net: K2K) -> None:
    token = net.start_session(ANA)["token"]
    with net.context.store.whole_network.reading() as session:
        rows = session.rows(tables.UserSession.select())
    assert len(rows) == 1
    assert token not in str(rows)


def test_the_list_names_when_and_from_where_each_was_used_the_newest_first(net: K2K, clock: Clock) -> None:
    first = net.start_session(ANA, "10.0.0.7", "Firefox\n" + "x" * 400)
    clock.advance(minutes=5)
    net.start_session(ANA, "10.0.0.8", "Chrome")
    clock.advance(seconds=30)
    assert net.session_user(first["token"], "10.0.0.9") is not None
    newer, older = net.sessions(ANA)
    assert (newer["agent"], newer["address"], older["address"]) == ("Chrome", "10.0.0.8", "10.0.0.9")
    assert older["made_at"] == moment_text(NOW)
    assert older["seen_at"] == moment_text(NOW + dt.timedelta(minutes=5, seconds=30))
    assert older["expires_at"] == moment_text(NOW + dt.timedelta(hours=12, minutes=5, seconds=30))
    assert older["agent"].startswith("Firefoxx")
    assert len(older["agent"]) == 300


def test_a_use_is_noted_once_a_minute(net: K2K, clock: Clock) -> None:
    token = net.start_session(ANA)["token"]
    clock.advance(seconds=59)
    net.session_user(token)
    assert net.sessions(ANA)[0]["seen_at"] == moment_text(NOW)
    clock.advance(seconds=1)
    net.session_user(token)
    assert net.sessions(ANA)[0]["seen_at"] == moment_text(NOW + dt.timedelta(minutes=1))


def test_whoever_is_logged_in_goes_on_reading_where_nothing_can_be_written(
    net: K2K, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = net.start_session(ANA)
    clock.advance(minutes=5)
    monkeypatch.setattr(net.context.store, "_transact", full)
    with pytest.raises(StoreFull):
        net.start_session(ANA)
    assert is_live(net, started)


def test_a_session_that_is_not_used_for_twelve_hours_has_ended_and_is_tidied_away(net: K2K, clock: Clock) -> None:
    started = net.start_session(ANA)
    clock.advance(hours=11, minutes=59)
    assert is_live(net, started)
    clock.advance(hours=11, minutes=59)
    assert is_live(net, started), "it was used meanwhile"
    clock.advance(hours=12)
    assert not is_live(net, started)
    assert net.sessions(ANA) == []
    net.tidy()
    with net.context.store.whole_network.reading() as session:
        assert session.rows(tables.UserSession.select()) == []


def test_a_session_ends_thirty_days_after_its_log_in_however_often_it_is_used(net: K2K, clock: Clock) -> None:
    started = net.start_session(ANA)
    for _ in range(2 * 30 + 1):
        clock.advance(hours=11, minutes=59)
        net.session_user(started["token"])
    assert not is_live(net, started)


def test_one_session_all_but_one_or_all_are_ended(net: K2K) -> None:
    first, second, third = (net.start_session(ANA) for _ in range(3))
    own = as_(net, ANA, "ANDES", "warehouse")
    assert own.end_sessions(ANA, session=first["session"])["ended"] == 1
    assert [is_live(net, one) for one in (first, second, third)] == [False, True, True]
    assert own.end_sessions(ANA, but=third["session"])["ended"] == 1
    assert [is_live(net, one) for one in (second, third)] == [False, True]
    assert own.end_sessions(ANA)["ended"] == 1
    assert not is_live(net, third)
    assert own.end_sessions(ANA)["ended"] == 0


def test_a_session_that_is_not_there_is_neither_ended_nor_spared(net: K2K) -> None:
    bens, live = net.start_session(BEN), net.start_session(ANA)
    for wrong in ("", "x", "²", "0", "-1", "9" * 40, bens["session"]):
        for named in ({"session": wrong}, {"but": wrong}):
            with pytest.raises(NotFound):
                net.end_sessions(ANA, **named)
    with pytest.raises(NotFound):
        net.change_password(ANA, "eight red roses", but=bens["session"])
    assert is_live(net, live)
    assert is_live(net, bens)


def test_an_admin_sees_and_ends_sessions_of_their_own_company_and_nobody_else_does(net: K2K) -> None:
    started = net.start_session(ANA)
    for other in (as_(net, "colleague@andes.example", "ANDES", "setup"), as_(net, ADMIN, "ANDES")):
        for call in (other.sessions, other.end_sessions):
            with pytest.raises(NotAllowed):
                call(ANA)
    for stranger in (as_(net, BEN, "BLOOM", "admin"), as_(net, ANA, "BLOOM", "admin")):
        for call in (stranger.sessions, stranger.end_sessions):
            with pytest.raises(NotFound):
                call(ANA)
    admin = as_(net, ADMIN, "ANDES", "admin")
    assert [one["session"] for one in admin.sessions(ANA)] == [started["session"]]
    assert admin.end_sessions(ANA)["ended"] == 1
    assert not is_live(net, started)


def test_only_the_host_begins_and_reads_sessions(net: K2K) -> None:
    own = as_(net, ANA, "ANDES", "admin")
    calls: list[Callable[[], object]] = [lambda: own.start_session(ANA), lambda: own.session_user("x")]
    for call in calls:
        with pytest.raises(NotAllowed):
            call()


def test_another_password_ends_all_sessions_but_the_one_that_is_named(net: K2K) -> None:
    first, second = net.start_session(ANA), net.start_session(ANA)
    net.change_password(ANA, "eight red roses", but=second["session"])
    assert [is_live(net, one) for one in (first, second)] == [False, True]
    net.change_password(ANA, "nine red roses!")
    assert not is_live(net, second)


def test_whoever_is_deactivated_has_no_session_and_gets_none_back(net: K2K) -> None:
    started = net.start_session(ANA)
    net.set_active(ANA, False)
    assert not is_live(net, started)
    with pytest.raises(NotFound):
        net.start_session(ANA)
    net.set_active(ANA, True)
    assert not is_live(net, started)
    assert net.sessions(ANA) == []


def test_other_roles_end_the_sessions_and_the_same_ones_do_not(net: K2K) -> None:
    started = net.start_session(ANA)
    present = net.session_user(started["token"])
    assert present is not None
    net.set_roles(ANA, present["roles"])
    assert is_live(net, started)
    net.set_roles(ANA, [])
    assert not is_live(net, started)
    user = net.session_user(net.start_session(ANA)["token"])
    assert user is not None
    assert user["roles"] == []


def test_whoever_types_their_own_address_in_capitals_needs_the_present_password_too(net: K2K) -> None:
    own = net.on_behalf_of(Actor(ANA, "ANDES", frozenset({"admin"})))
    with pytest.raises(NotAllowed):
        own.change_password(ANA.upper(), "eleven red roses")
    net.set_roles(ANA.upper(), ["warehouse"])
    assert [one["roles"] for one in net.users("ANDES") if one["email"] == ANA] == [["warehouse"]]


def test_more_than_fifty_sessions_of_one_user_end_the_oldest(net: K2K) -> None:
    first, second, *_ = [net.start_session(ANA) for _ in range(51)]
    assert [is_live(net, one) for one in (first, second)] == [False, True]
    assert len(net.sessions(ANA)) == 50


def test_ending_sessions_is_audited_and_a_log_in_is_not(net: K2K) -> None:
    net.start_session(ANA)
    net.end_sessions(ANA)
    rows = net.audit("ANDES", limit=100)["items"]
    assert [one["action"] for one in rows if "session" in one["action"]] == ["user.sessions_ended"]


def test_a_use_from_another_address_with_another_browser_ends_the_session_for_good(net: K2K, clock: Clock) -> None:
    token = net.start_session(ANA, "10.0.0.7", "Firefox/128")["token"]
    assert net.session_user(token, "10.0.0.9", "Firefox/129") is not None
    clock.advance(hours=1)
    assert net.session_user(token, "10.0.0.9", "Firefox/129") is not None
    for address, agent in (("192.0.2.1", "curl/8"), ("10.0.0.9", "Firefox/129")):
        with pytest.raises(SessionMoved) as refused:
            net.session_user(token, address, agent)
        assert refused.value.code == "session_moved"
    assert net.sessions(ANA) == []


def test_from_where_it_was_used_last_is_what_counts(net: K2K, clock: Clock) -> None:
    token = net.start_session(ANA, "10.0.0.7", "Firefox")["token"]
    for address, agent in (("10.0.0.9", "Firefox"), ("10.0.0.9", "Chrome"), ("10.0.0.8", "Chrome")):
        clock.advance(minutes=1)
        assert net.session_user(token, address, agent) is not None
    assert (net.sessions(ANA)[0]["address"], net.sessions(ANA)[0]["agent"]) == ("10.0.0.8", "Chrome")


@pytest.mark.parametrize(
    ("begun", "used"),
    [(("", ""), ("192.0.2.1", "curl")), (("10.0.0.7", "Firefox"), ("192.0.2.1", None)), (("10.0.0.7", ""), ("x", "y"))],
    ids=["nothing was told", "the use names no browser", "the log-in named no browser"],
)
def test_what_a_host_does_not_tell_ends_nothing(net: K2K, begun: tuple[str, str], used: tuple[str, str | None]) -> None:
    assert net.session_user(net.start_session(ANA, *begun)["token"], *used) is not None


def test_a_session_of_nobodys_company_ends_so_too(net: K2K) -> None:
    token = net.start_session(OPERATOR, "10.0.0.7", "Firefox")["token"]
    with pytest.raises(SessionMoved):
        net.session_user(token, "192.0.2.1", "curl")
    with net.context.store.whole_network.reading() as session:
        entries = session.rows(tables.Audit.select(tables.Audit.subject, tables.Audit.action))
    assert (OPERATOR, "user.session_moved") in [tuple(row) for row in entries]


def test_a_session_that_ran_out_is_unknown_wherever_it_is_used(net: K2K, clock: Clock) -> None:
    token = net.start_session(ANA, "10.0.0.7", "Firefox")["token"]
    clock.advance(hours=12)
    assert net.session_user(token, "192.0.2.1", "curl") is None


def test_where_nothing_can_be_written_it_is_refused_all_the_same(net: K2K, monkeypatch: pytest.MonkeyPatch) -> None:
    token = net.start_session(ANA, "10.0.0.7", "Firefox")["token"]

    monkeypatch.setattr(net.context.store, "_transact", full)
    with pytest.raises(SessionMoved):
        net.session_user(token, "192.0.2.1", "curl")
