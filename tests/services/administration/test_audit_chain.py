"""The audit is a chain: entries are hashed when they are written, sealed afterwards, and whoever edits, deletes,
inserts, swaps, cuts off or hashes anew is found."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from peewee import IntegrityError

from k2k_core.api import K2K
from k2k_core.domain.audit_chain import HashedEntry, beginning, entry_hash, next_seal
from k2k_core.domain.roles import Actor
from k2k_core.errors import Invalid, NotAllowed
from k2k_core.services.administration.backups import back_up, copy, restore
from k2k_core.store import verification
from k2k_core.store.database.session import Session
from k2k_core.store.events import audit_sealing
from tests.conftest import OwnDatabase
from tests.damage import past_the_guards

Trade = Any
NIGHT = dt.datetime(2026, 2, 14, 3, tzinfo=dt.UTC)
_ALL = "SELECT id, company_id, person, action, subject, before, after, at FROM audit ORDER BY id"


@pytest.fixture
def trade(open_unsound_trade: Callable[..., Trade]) -> Trade:
    """A network with some entries of each company in its audit, all sealed."""
    made = open_unsound_trade()
    for number in range(4):
        write(made.net, number)
    made.net.seal_audit()
    return made


def write(net: K2K, number: int) -> None:
    """An entry in the audit of each company."""
    net.set("BLOOM", settings={"cart_minutes": 20 + number})
    net.set("ANDES", settings={"cart_minutes": 20 + number})


def tamper(net: K2K, *statements: str) -> None:
    """Run statements as somebody does who may do anything."""

    def work(session: Session) -> None:
        with past_the_guards(session):
            for statement in statements:
                session.run(statement)

    net.context.store.whole_network.transact(work)


def bloom(net: K2K) -> int:
    with net.context.store.whole_network.reading() as session:
        return int(session.ready_rows("SELECT id FROM company WHERE code = 'BLOOM'", (), (None,))[0][0])


def faults(net: K2K, anchor: Any = None) -> list[str]:
    return [fault["message"] for fault in net.verify_audit(anchor)["faults"]]


def seal_anew(net: K2K) -> None:
    """Make every hash and every seal anew, as whoever knows how they are made can."""

    def work(session: Session) -> None:
        ends: dict[Any, tuple[int, str]] = {}
        with past_the_guards(session):
            session.run("UPDATE audit SET place = NULL, seal = NULL")
            for entry_id, *values in session.ready_rows(_ALL, (), (None,) * 8):
                entry = HashedEntry(*values)
                place, seal = ends.get(entry.company_id, (0, beginning(entry.company_id)))
                seal = next_seal(seal, place + 1, entry_id, entry_hash(entry))
                ends[entry.company_id] = (place + 1, seal)
                session.run(
                    "UPDATE audit SET hash = ?, place = ?, seal = ? WHERE id = ?",
                    (entry_hash(entry), place + 1, seal, entry_id),
                )
            for company_id, (place, seal) in ends.items():
                session.run(
                    "UPDATE audit_head SET place = ?, seal = ? WHERE COALESCE(company_id, 0) = ?",
                    (place, seal, company_id or 0),
                )

    net.context.store.whole_network.transact(work)


def test_what_was_written_is_sealed_and_whole(trade: Trade) -> None:
    proof = trade.net.verify_audit()
    assert (proof["faults"], proof["unsealed"], proof["late"]) == ([], 0, False)
    assert proof["sealed"] == 8
    write(trade.net, 9)
    trade.later(minutes=10)
    waiting = trade.net.audit_health()
    assert (waiting["unsealed"], waiting["oldest_seconds"], waiting["late"], waiting["broken"]) == (2, 600, True, [])
    assert (trade.net.seal_audit(), trade.net.seal_audit()) == (2, 0)
    assert trade.net.verify_audit()["sealed"] == proof["sealed"] + 2


ATTACKS = {
    "edited": ("UPDATE audit SET person = 'nobody' WHERE id = {second}", "at place 2, is not what was written"),
    "deleted": ("DELETE FROM audit WHERE id = {second}", "the entry at place 2 is missing"),
    "cut off": ("DELETE FROM audit WHERE company_id = {bloom} AND place > 2", "from place 3 to"),
    "hashed anew": (
        "UPDATE audit SET hash = '1:' || substr(seal, 1, 64) WHERE id = {second}",
        "at place 2, is not what was written",
    ),
    "sealed by hand": ("UPDATE audit SET seal = 'x' WHERE id = {second}", "sealed at place 2"),
    "inserted": (
        "INSERT INTO audit (company_id, person, action, subject, at) VALUES ({bloom}, 'nobody', 'a', 's', 5)",
        "edited or inserted",
    ),
    "moved to another company": (
        "UPDATE audit SET company_id = NULL, place = 900 WHERE id = {second}",
        "the entry at place",
    ),
}


def undone(session: Session, statement: str) -> list[str]:
    """What the proof says after an attack, which is taken back."""
    found: list[str] = []
    with suppress(_TakenBack), session.savepoint():
        session.run(statement)
        found += [fault["message"] for fault in verification.audit_faults(session, [])]
        raise _TakenBack
    return found


class _TakenBack(Exception):
    """Ends a unit of work without a trace."""


def test_an_attack_names_the_first_bad_entry(trade: Trade) -> None:
    company = bloom(trade.net)
    with trade.net.context.store.whole_network.reading() as session:
        query = "SELECT id FROM audit WHERE company_id = ? AND place = 2"
        second = session.ready_rows(query, (company,), (None,))[0][0]
    with trade.net.context.store.whole_network.writing() as session, past_the_guards(session):
        for attack, (statement, problem) in ATTACKS.items():
            found = undone(session, statement.format(second=second, bloom=company))
            assert found, attack
            assert problem in found[0] or problem in found[-1], (attack, found)
    assert faults(trade.net) == []
    tamper(trade.net, ATTACKS["edited"][0].format(second=second))
    assert [fault["message"] for fault in trade.net.verify() if fault["check"] == "audit"] == faults(trade.net) != []


def test_entries_that_were_swapped_are_named(trade: Trade) -> None:
    company = bloom(trade.net)
    tamper(
        trade.net,
        f"UPDATE audit SET place = 900 WHERE company_id = {company} AND place = 2",
        f"UPDATE audit SET place = 2 WHERE company_id = {company} AND place = 3",
        f"UPDATE audit SET place = 3 WHERE company_id = {company} AND place = 900",
    )
    assert len(faults(trade.net)) == 1
    assert "sealed at place 2: it was inserted, swapped or hashed anew" in faults(trade.net)[0]


def test_an_entry_that_was_inserted_with_its_place_is_named(trade: Trade) -> None:
    company = bloom(trade.net)
    entry = HashedEntry(company, "nobody", "a", "s", None, None, 5)
    tamper(
        trade.net,
        f"UPDATE audit SET place = place + 1000 WHERE company_id = {company} AND place > 2",
        "INSERT INTO audit (company_id, person, action, subject, at, hash, place, seal)"
        f" VALUES ({company}, 'nobody', 'a', 's', 5, '{entry_hash(entry)}', 3, 'x')",
        f"UPDATE audit SET place = place - 999 WHERE company_id = {company} AND place > 1000",
    )
    assert "sealed at place 3" in faults(trade.net)[0]


def test_a_chain_that_was_written_anew_as_a_whole_is_found_by_an_anchor_alone(trade: Trade) -> None:
    anchor = trade.net.audit_anchor()
    write(trade.net, 8)
    trade.net.seal_audit()
    assert faults(trade.net, anchor) == []
    company = bloom(trade.net)
    tamper(trade.net, f"UPDATE audit SET person = 'nobody' WHERE company_id = {company} AND place = 2")
    seal_anew(trade.net)
    assert faults(trade.net) == []
    assert len(faults(trade.net, anchor)) == 1
    assert "another one than in the anchor: it was written anew" in faults(trade.net, anchor)[0]


def test_an_end_that_was_cut_off_with_its_record_is_found_by_an_anchor_alone(trade: Trade) -> None:
    anchor = trade.net.audit_anchor()
    company = bloom(trade.net)
    tamper(
        trade.net,
        f"DELETE FROM audit WHERE company_id = {company} AND place > 2",
        "UPDATE audit_head SET place = 2, seal = (SELECT seal FROM audit WHERE place = 2 AND company_id = "
        f"{company}) WHERE company_id = {company}",
    )
    assert faults(trade.net) == []
    assert "its end was cut off" in faults(trade.net, anchor)[0]


def test_the_record_of_an_end_is_held_to_its_last_entry(trade: Trade) -> None:
    company = bloom(trade.net)
    tamper(trade.net, f"UPDATE audit_head SET seal = 'x' WHERE company_id = {company}")
    assert trade.net.audit_health()["broken"] == ["BLOOM"]
    assert "its end on record is another one" in faults(trade.net)[0]
    tamper(trade.net, f"DELETE FROM audit_head WHERE company_id = {company}")
    assert "its end is not on record" in faults(trade.net)[0]


REFUSED = (
    "UPDATE audit SET person = 'nobody'",
    "UPDATE audit SET hash = 'x'",
    "UPDATE audit SET place = NULL, seal = NULL WHERE place = 2",
    "UPDATE audit SET seal = 'x' WHERE place = 2",
    "DELETE FROM audit",
    "UPDATE audit_head SET place = place - 1",
    "UPDATE audit_head SET seal = 'x'",
    "DELETE FROM audit_head",
    "UPDATE event SET type = 'x'",
    "DELETE FROM event",
    "UPDATE feed SET seq = seq + 1000",
    "DELETE FROM feed",
    "UPDATE lot_ledger SET reason = 'x'",
    "DELETE FROM lot_ledger",
)


def refused(net: K2K, statement: str) -> None:
    with pytest.raises(IntegrityError), net.context.store.whole_network.writing() as session:
        session.run(statement)


def test_audit_events_feeds_and_ledger_are_appended_to_and_nothing_else(trade: Trade) -> None:
    for statement in REFUSED:
        refused(trade.net, statement)


def test_what_an_age_allows_is_deleted_and_nothing_else(trade: Trade) -> None:
    trade.later(days=100)
    write(trade.net, 7)
    trade.net.tidy()
    assert [fault for fault in trade.net.verify() if fault["check"] == "feeds"] == []
    refused(trade.net, "DELETE FROM feed")
    refused(trade.net, "UPDATE retention SET first = first - 1")
    tamper(trade.net, "DELETE FROM feed WHERE seq = (SELECT min(seq) FROM feed)")
    assert {fault["check"] for fault in trade.net.verify()} == {"feeds"}


def test_two_sealers_at_once_make_one_chain(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_sealing, "AT_ONCE", 3)
    for number in range(10):
        write(trade.net, 30 + number)
    sealed: list[int] = []
    sealers = [threading.Thread(target=lambda: sealed.append(trade.net.seal_audit())) for _ in range(4)]
    for sealer in sealers:
        sealer.start()
    for sealer in sealers:
        sealer.join()
    assert sum(sealed) == 20
    assert trade.net.verify_audit()["unsealed"] == 0
    assert faults(trade.net) == []


def test_a_sealer_that_fails_half_way_has_sealed_nothing_since_its_last_commit(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_sealing, "AT_ONCE", 3)
    for number in range(5):
        write(trade.net, 40 + number)
    write_anyway, calls = audit_sealing._write, [0]

    def failing(*given: Any) -> None:
        calls[0] += 1
        write_anyway(*given)
        if calls[0] == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(audit_sealing, "_write", failing)
    with pytest.raises(KeyboardInterrupt):
        trade.net.seal_audit()
    assert trade.net.verify_audit()["unsealed"] == 7
    assert trade.net.seal_audit() == 7
    assert faults(trade.net) == []


def test_an_event_says_once_a_day_where_the_chain_of_a_company_ends(trade: Trade) -> None:
    def told() -> list[Any]:
        return [event["data"] for event in trade.net.events("BLOOM", 0) if event["type"] == "audit.anchored"]

    assert told() == []
    for hours in (25, 1, 25):
        trade.later(hours=hours)
        write(trade.net, hours)
        trade.net.seal_audit()
    ends = {chain["company"]: chain for chain in trade.net.audit_anchor()["chains"]}
    assert len(told()) == 2
    assert (told()[1]["id"], told()[1]["place"], told()[1]["seal"]) == ("BLOOM", *list(ends["BLOOM"].values())[1:])


def test_a_backup_holds_the_anchor_and_a_restored_and_a_copied_network_have_the_same_chain(
    trade: Trade, database: OwnDatabase, tmp_path: Path, new_database: Callable[[], str]
) -> None:
    write(trade.net, 6)
    made = back_up(database.url, tmp_path, NIGHT)
    assert made.faults == []
    held = json.loads(made.path.read_text())["contents"]
    ends = trade.net.audit_anchor()
    assert (held["audit"]["chains"], ends["unsealed"]) == (ends["chains"], 0)
    elsewhere = new_database()
    assert restore(made.path, elsewhere, NIGHT).faults == []
    other = f"sqlite:///{tmp_path / 'copy.db'}"
    assert copy(database.url, other, lambda table, rows: None) == []
    for url in (elsewhere, other):
        with K2K.open(url) as net:
            assert faults(net, ends) == []
            assert net.audit_anchor()["chains"] == ends["chains"]


def test_what_is_no_anchor_of_this_network_is_refused(trade: Trade) -> None:
    anchor = trade.net.audit_anchor()
    for wrong in ({}, {**anchor, "format": 2}, {**anchor, "network": "x"}, {**anchor, "chains": [{}]}):
        with pytest.raises(Invalid):
            trade.net.verify_audit(wrong)


def test_the_chains_of_the_network_are_for_whoever_runs_it(trade: Trade) -> None:
    admin = trade.net.on_behalf_of(Actor("a@bloom.example", "BLOOM", frozenset(("admin",))))
    for ask in (admin.seal_audit, admin.audit_anchor, admin.verify_audit, admin.audit_health):
        with pytest.raises(NotAllowed):
            ask()
    operator = trade.net.on_behalf_of(Actor("o@k2k.example", None))
    assert operator.verify_audit()["faults"] == []
