"""The same command twice with one idempotency key: executed once, answered the same twice."""

from __future__ import annotations

import threading

import pytest

from k2k_core.errors import IdempotencyMismatch, Invalid, NotFound
from k2k_core.store.database.idempotency import run_once, stored_answer
from k2k_core.store.engine import Store
from k2k_core.store.tables import Company


@pytest.fixture
def company_id(store: Store) -> int:
    with store.whole_network.writing() as session:
        return session.insert(Company, code="BLOOM", name="Bloom", currency="USD", timezone="UTC")


def test_the_second_time_answers_as_the_first_and_does_nothing(store: Store, company_id: int) -> None:
    done: list[int] = []

    def work() -> dict[str, int]:
        done.append(1)
        return {"boxes": len(done)}

    for _ in range(3):
        answer = store.whole_network.transact(
            lambda session: run_once(session, company_id, "add", "k1", {"lot": "L1"}, work)
        )
        assert answer == {"boxes": 1}
    assert done == [1]


def test_the_same_key_with_another_request_is_refused(store: Store, company_id: int) -> None:
    store.whole_network.transact(lambda session: run_once(session, company_id, "add", "k1", {"lot": "L1"}, dict))
    with pytest.raises(IdempotencyMismatch):
        store.whole_network.transact(lambda session: run_once(session, company_id, "add", "k1", {"lot": "L2"}, dict))


def test_a_key_belongs_to_one_operation(store: Store, company_id: int) -> None:
    store.whole_network.transact(lambda session: run_once(session, company_id, "add", "k1", {}, lambda: ["added"]))
    other = store.whole_network.transact(
        lambda session: run_once(session, company_id, "cancel", "k1", {}, lambda: ["cancelled"])
    )
    assert other == ["cancelled"]


def test_work_that_fails_leaves_its_key_free(store: Store, company_id: int) -> None:
    def fail() -> dict[str, str]:
        raise NotFound("no such lot")

    with pytest.raises(NotFound):
        store.whole_network.transact(lambda session: run_once(session, company_id, "add", "k1", {}, fail))
    assert store.whole_network.transact(
        lambda session: run_once(session, company_id, "add", "k1", {}, lambda: ["done"])
    ) == ["done"]


def test_an_answer_can_be_recalled_without_any_work(store: Store, company_id: int) -> None:
    with store.whole_network.reading() as session:
        assert stored_answer(session, company_id, "add", "k1", {}) is None
    store.whole_network.transact(lambda session: run_once(session, company_id, "add", "k1", {}, lambda: ["done"]))
    with store.whole_network.reading() as session:
        assert stored_answer(session, company_id, "add", "k1", {}) == ["done"]


def test_without_a_key_the_work_is_simply_done(store: Store, company_id: int) -> None:
    done: list[int] = []
    for _ in range(2):
        store.whole_network.transact(
            lambda session: run_once(session, company_id, "add", None, {}, lambda: done.append(1))
        )
    assert done == [1, 1]


@pytest.mark.parametrize("key", ["", "x" * 201, "line\nbreak"])
def test_a_key_is_a_short_printable_text(store: Store, company_id: int, key: str) -> None:
    with pytest.raises(Invalid):
        store.whole_network.transact(lambda session: run_once(session, company_id, "add", key, {}, dict))


def test_of_two_at_once_one_works_and_both_get_its_answer(store: Store, company_id: int) -> None:
    done: list[int] = []
    answers: list[list[int]] = []
    start = threading.Barrier(4)

    def send() -> None:
        start.wait(timeout=30)
        answers.append(
            store.whole_network.transact(lambda session: run_once(session, company_id, "add", "k1", {}, work))
        )

    def work() -> list[int]:
        done.append(1)
        return [len(done)]

    senders = [threading.Thread(target=send) for _ in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(timeout=60)
    assert answers == [[1]] * 4
    assert done == [1]
