"""Job workers: each job is run by one worker at a time, and one that is killed leaves nothing undone or done twice."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.api.jobs import _perform
from k2k_core.domain.roles import Actor
from k2k_core.errors import StoreUnavailable
from k2k_core.services.jobs.runner import JobRunner, Outcome, Work
from k2k_core.store.tables import Company
from tests.services.conftest import Trade

GPM = {"changes": [{"settings": {"k2k_gpm": "35"}}]}
PRICES = b"list,season,start,end,product,price\nSPRING,spring,2026-01-01,2026-12-31,FREEDOM,0.55\n"
BEAT = 0.02


def state(net: K2K, job: Any) -> str:
    return net.job("BLOOM", job["id"])["state"]


def kill_a_worker(database: str, when: str) -> None:
    """Let a worker take the job, get stuck `before` or `after` its work, and kill it."""
    command = [sys.executable, "-m", "tests.services.jobs.stuck_worker", database, when]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as worker:
        try:
            assert worker.stdout is not None
            assert worker.stdout.readline() == "stuck\n"
        finally:
            worker.kill()


def as_of_now(trade: Trade) -> None:
    """Let the clock of the test be that of other processes."""
    trade.later(seconds=int((dt.datetime.now(dt.UTC) - trade.net.context.clock()).total_seconds()))


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_job_whose_worker_was_killed_is_taken_over_and_done_once(trade: Trade, database_url: str, when: str) -> None:
    as_of_now(trade)
    job = trade.net.submit("BLOOM", "what_if", GPM)
    kill_a_worker(database_url, when)
    assert trade.net.run_jobs() == 0, "it is on lease yet"
    assert state(trade.net, job) == "running"
    trade.later(seconds=120)
    assert trade.net.run_jobs() == 1
    assert state(trade.net, job) == "done"
    assert len(trade.net.drafts("BLOOM")["items"]) == 1


def abandon(trade: Trade, times: int) -> None:
    """Let workers take a job and not be heard of again."""

    def perform(context: Any, work: Work) -> Outcome:
        raise StoreUnavailable("The database is away.")

    for _ in range(times):
        assert JobRunner(trade.net.context, perform).run_next()
        trade.later(seconds=120)


def test_a_job_that_kills_its_workers_fails_after_three_of_them(trade: Trade) -> None:
    job = trade.net.submit("BLOOM", "what_if", GPM)
    abandon(trade, 3)
    trade.net.run_jobs()
    failed = trade.net.job("BLOOM", job["id"])
    assert failed["error"] is not None
    assert (failed["state"], failed["error"]["code"]) == ("failed", "abandoned")
    assert trade.net.drafts("BLOOM")["items"] == []


def test_labels_are_not_printed_again_when_their_worker_was_killed(trade: Trade) -> None:
    awb = trade.confirmed(1)["awb"]
    job = trade.net.submit("ANDES", "label_sheet", {"awb": awb})
    abandon(trade, 1)
    trade.net.run_jobs()
    failed = trade.net.job("ANDES", job["id"])
    assert failed["error"] is not None
    assert failed["error"]["code"] == "abandoned"


def test_each_job_is_run_by_one_of_several_workers(trade: Trade) -> None:
    ids = [trade.net.submit("BLOOM", "export_price_lists")["id"] for _ in range(12)]
    ran: list[str] = []

    def perform(context: Any, work: Work) -> Outcome:
        ran.append(work.key)
        return _perform(context, work)

    threads = [threading.Thread(target=JobRunner(trade.net.context, perform).drain) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    trade.net.run_jobs()
    assert len(set(ran)) == len(ran)
    assert {trade.net.job("BLOOM", one)["state"] for one in ids} == {"done"}


def stopping(stop: Callable[[Work], object]) -> Callable[[Any, Work], Outcome]:
    """Work that goes on for ever, and is to stop when it has begun."""

    def perform(context: Any, work: Work) -> Outcome:
        stop(work)
        done, over = 0, threading.Event()
        while not over.wait(BEAT / 4):
            done += 1
            work.progress(done, None)
            assert done < 4_000, "nobody stopped it"
        return Outcome()

    return perform


def test_a_job_that_runs_stops_between_two_parts_when_it_is_cancelled(trade: Trade) -> None:
    net = trade.net
    job = net.submit("BLOOM", "what_if", GPM)

    def cancel(work: Work) -> None:
        told = net.cancel_job("BLOOM", job["id"])
        assert (told["state"], told["cancelling"]) == ("running", True)

    assert JobRunner(net.context, stopping(cancel), beat=BEAT).run_next()
    cancelled = net.job("BLOOM", job["id"])
    assert (cancelled["state"], cancelled["cancelling"], cancelled["of"]) == ("cancelled", False, None)
    assert cancelled["done"] > 0


def test_how_far_a_job_is_can_be_read_while_its_work_writes_though_nobody_else_can(trade: Trade) -> None:
    net = trade.net
    job = net.submit("BLOOM", "what_if", GPM)
    seen = []

    def perform(context: Any, work: Work) -> Outcome:
        with net.context.store.whole_network.writing() as session:
            session.change(Company.update(name=Company.name))
            work.progress(3, 10)
            reader = threading.Thread(target=read)
            reader.start()
            reader.join()
        return Outcome()

    def read() -> None:
        told = net.job("BLOOM", job["id"])
        seen.append((told["state"], told["done"], told["of"]))

    assert JobRunner(net.context, perform).run_next()
    assert seen == [("running", 3, 10)]
    ended = net.job("BLOOM", job["id"])
    assert (ended["state"], ended["done"], ended["of"]) == ("done", 10, 10)


def test_a_job_that_was_cancelled_writes_nothing_however_quick_it_is(trade: Trade) -> None:
    net = trade.net
    job = net.submit("BLOOM", "import_price_lists", {}, PRICES)

    def perform(context: Any, work: Work) -> Outcome:
        net.cancel_job("BLOOM", job["id"])
        return _perform(context, work)

    JobRunner(net.context, perform, beat=600).run_next()
    assert state(net, job) == "cancelled"
    assert net.records("BLOOM", "price_lists")["items"] == []


def products(number: int) -> dict[str, Any]:
    """The arguments of an import of so many products."""
    rows = [{"code": f"P-{one:03}", "description": f"Rose {one}", "category": "ROSES"} for one in range(number)]
    return {"collection": "products", "rows": rows}


def test_an_import_of_rows_says_how_many_it_has_read_and_written(trade: Trade) -> None:
    net, told = trade.net, list[tuple[int, int | None]]()
    job = net.submit("BLOOM", "import_rows", products(150))

    def perform(context: Any, work: Work) -> Outcome:
        return _perform(context, work._replace(progress=lambda *done: told.append(done)))

    JobRunner(net.context, perform, beat=600).run_next()
    assert told == [(100, None), (150, None), (150, 150)]
    assert net.job_result("BLOOM", job["id"]).result["counts"]["created"] == 150


def test_an_import_of_rows_that_is_cancelled_while_it_reads_writes_none(trade: Trade) -> None:
    net = trade.net
    job = net.submit("BLOOM", "import_rows", products(150))

    def perform(context: Any, work: Work) -> Outcome:
        def progress(done: int, of: int | None) -> None:
            if done == 100:
                net.cancel_job("BLOOM", job["id"])
            work.progress(done, of)

        return _perform(context, work._replace(progress=progress))

    JobRunner(net.context, perform, beat=600).run_next()
    assert state(net, job) == "cancelled"
    assert net.records("BLOOM", "products", q="P-0")["items"] == []


def test_an_export_of_rows_is_a_job_with_a_file(trade: Trade) -> None:
    net = trade.net
    job = net.submit("BLOOM", "export_rows", {"collection": "products"})
    net.run_jobs()
    result = net.job_result("BLOOM", job["id"])
    assert result.content == net.export_rows("BLOOM", "products")
    assert result.media_type == "text/csv"
    done = net.job("BLOOM", job["id"])
    assert done["done"] == done["of"] == len(net.records("BLOOM", "products")["items"])


def submitted_by_a_key(net: K2K, kind: str, *asked: Any) -> tuple[Any, Any]:
    """A job, and the key of an ERP that submitted it."""
    made = net.add_api_key("BLOOM", "ERP", scopes=("reading", "costs", "prices"))
    actor = net.key_actor(made["secret"])
    assert actor is not None
    return net.on_behalf_of(actor).submit("BLOOM", kind, *asked), made


def test_a_job_stops_between_two_parts_when_its_key_is_revoked_and_says_why(trade: Trade) -> None:
    net = trade.net
    job, key = submitted_by_a_key(net, "what_if", GPM)
    assert JobRunner(net.context, stopping(lambda work: net.revoke_api_key("BLOOM", key["id"])), beat=BEAT).run_next()
    failed = net.job("BLOOM", job["id"])
    assert (failed["state"], failed["error"]["code"]) == ("failed", "not_allowed")
    assert failed["error"]["message"] == "The key ERP was revoked."
    assert failed["done"] > 0


def test_a_job_whose_key_was_revoked_writes_nothing_however_quick_it_is(trade: Trade) -> None:
    net = trade.net
    job, key = submitted_by_a_key(net, "import_price_lists", {}, PRICES)

    def perform(context: Any, work: Work) -> Outcome:
        net.revoke_api_key("BLOOM", key["id"])
        return _perform(context, work)

    JobRunner(net.context, perform, beat=600).run_next()
    assert state(net, job) == "failed"
    assert net.records("BLOOM", "price_lists")["items"] == []


def test_a_job_of_a_key_that_has_expired_is_not_begun(trade: Trade) -> None:
    net = trade.net
    ends = net.context.clock() + dt.timedelta(hours=1)
    made = net.add_api_key("BLOOM", "ERP", scopes=("reading", "costs"), expires_at=ends)
    actor = net.key_actor(made["secret"])
    assert actor is not None
    job = net.on_behalf_of(actor).submit("BLOOM", "what_if", GPM)
    trade.later(hours=2)
    assert net.run_jobs() == 1
    assert net.job("BLOOM", job["id"])["error"]["message"] == "The key ERP has expired."


def test_a_person_who_is_deactivated_stops_the_job_that_runs(trade: Trade) -> None:
    net = trade.net
    net.add_user("BLOOM", "ann@bloom.example", roles=["sales_manager"])
    ann = Actor("ann@bloom.example", "BLOOM", frozenset(("sales_manager",)))
    job = net.on_behalf_of(ann).submit("BLOOM", "what_if", GPM)
    gone = stopping(lambda work: net.set_active("ann@bloom.example", False))
    assert JobRunner(net.context, gone, beat=BEAT).run_next()
    assert net.job("BLOOM", job["id"])["error"]["message"] == "ann@bloom.example is no active user any more."


def test_a_worker_that_ends_puts_its_job_back(trade: Trade) -> None:
    net = trade.net
    job = net.submit("BLOOM", "what_if", GPM)
    runners: list[JobRunner] = []
    runners.append(JobRunner(net.context, stopping(lambda work: runners[0].close()), beat=BEAT))
    assert runners[0].run_next()
    assert state(net, job) == "waiting"
    assert not runners[0].run_next()
    assert net.run_jobs() == 1
    assert state(net, job) == "done"


def test_a_worker_that_was_taken_for_dead_changes_nothing_any_more(trade: Trade) -> None:
    net = trade.net
    job = net.submit("BLOOM", "what_if", GPM)

    def late(work: Work) -> None:
        trade.later(seconds=120)
        assert net.run_jobs() == 1

    JobRunner(net.context, stopping(late), beat=BEAT).run_next()
    assert state(net, job) == "done"
    assert len(net.drafts("BLOOM")["items"]) == 1


def test_how_far_a_job_is_can_be_read_while_it_runs(trade: Trade) -> None:
    net, seen = trade.net, threading.Event()
    job = net.submit("BLOOM", "what_if", GPM)

    def perform(context: Any, work: Work) -> Outcome:
        work.progress(3, 7)
        for _ in range(500):
            told = net.job("BLOOM", job["id"])
            if (told["done"], told["of"]) == (3, 7):
                seen.set()
                break
            seen.wait(BEAT)
        return Outcome()

    JobRunner(net.context, perform, beat=BEAT).run_next()
    assert seen.is_set()


def test_a_job_without_a_company_tells_nobodys_feed(trade: Trade) -> None:
    trade.net.submit(None, "verify")
    trade.net.run_jobs()
    assert [one for company in ("ANDES", "BLOOM") for one in trade.net.events(company) if "job" in one["type"]] == []
