"""`k2k worker`, `webhook` and `deliveries`: a separate process sends events, and deliveries can be listed and
retried."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.store import tables
from tests.delivery.receivers import Receiver, Reply, receiving

LONGEST = 60


@pytest.fixture(autouse=True)
def _local(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("K2K_WEBHOOK_LOCAL", "on")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


def happens(network: str, times: int = 1) -> None:
    """Something that an endpoint of ANDES is told of, in one event each time: what its buyer says of a lot."""
    with K2K.open(network) as k2k:
        for number in range(times):
            k2k.map("BLOOM", "ANDES/L1", confirmed=number % 2 == 0)


def test_a_worker_sends_what_waits_and_says_so(k2k: Any, network: str, receiver: Receiver) -> None:
    added = k2k("webhook", "add", "ANDES", "erp", receiver.url, "--database", network)
    assert re.search(r"whsec_[A-Za-z0-9+/=]{40,}", added.out)
    happens(network, 2)
    ran = k2k("worker", "--once", "--name", "night", "--database", network)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("Worker night/")
    assert "2 delivered" in ran.out
    assert receiver.seqs() == [event["seq"] for event in _feed(network)][-2:]


def _feed(network: str) -> list[dict[str, Any]]:
    with K2K.open(network) as k2k:
        return k2k.events("ANDES")


def test_no_secret_is_shown_twice_or_written_down(k2k: Any, network: str, receiver: Receiver) -> None:
    secrets = [
        re.findall(r"whsec_\S+", k2k("webhook", *words, "--database", network).out)[0]
        for words in (("add", "ANDES", "erp", receiver.url), ("rotate", "ANDES", "erp"))
    ]
    happens(network)
    shown = [k2k("worker", "--once", "--database", network).out]
    shown += [k2k("webhook", "list", "ANDES", *more, "--database", network).out for more in ((), ("--json",))]
    shown += [k2k("deliveries", "list", *more, "--database", network).out for more in ((), ("--json",))]
    shown += [k2k("webhook", "test", "ANDES", "erp", "--database", network).out]
    with K2K.open(network) as opened, opened.context.store.whole_network.reading() as session:
        known = [tables.Audit, tables.Event, tables.Delivery, tables.Notification, tables.Idempotency]
        shown += [str(session.rows(table.select())) for table in known]
    assert len(set(secrets)) == 2
    assert not [text for text in shown for secret in secrets if secret.removeprefix("whsec_") in text]


def test_an_endpoint_is_listed_changed_disabled_enabled_and_tried(k2k: Any, network: str, receiver: Receiver) -> None:
    def hook(*words: str) -> Any:
        return k2k("webhook", *words, "--database", network)

    hook("add", "ANDES", "erp", receiver.url, "--event", "order.confirmed")
    assert hook("test", "ANDES", "erp").out.startswith("The test arrived")
    assert receiver.posted[0].told["type"] == "webhook.test"
    receiver.answering = lambda posted: Reply(500)
    assert hook("test", "ANDES", "erp").status == 1
    assert "is sent every event" in hook("change", "ANDES", "erp", "--all-events").out
    assert hook("disable", "ANDES", "erp").status == 0
    happens(network)
    (shown,) = json.loads(hook("list", "ANDES", "--json").out)
    assert (shown["state"], shown["why"], shown["behind"], shown["events"]) == ("disabled", "by hand", 1, [])
    assert "disabled" in hook("list", "ANDES").out
    receiver.answering = lambda posted: Reply()
    assert hook("enable", "ANDES", "erp").status == 0
    assert "1 delivered" in k2k("worker", "--once", "--database", network).out
    assert hook("change", "ANDES", "erp").status == 2
    assert hook("list", "BLOOM").out == "BLOOM has no endpoint.\n"


@pytest.mark.parametrize("url", ["http://erp.example/hook", "https://127.0.0.1/", "https://[::1]/", "https://0x7f.1/"])
def test_an_address_in_the_house_is_refused(k2k: Any, network: str, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.delenv("K2K_WEBHOOK_LOCAL")
    ran = k2k("webhook", "add", "ANDES", "erp", url, "--database", network)
    assert ran.status == 2
    assert ran.err.startswith("error[invalid]: The endpoint is not valid: url: ")


def test_what_is_dead_is_shown_checked_and_replayed(k2k: Any, network: str, receiver: Receiver) -> None:
    def run(*words: str) -> Any:
        return k2k(*words, "--database", network)

    assert run("deliveries", "check").status == 0
    run("webhook", "add", "ANDES", "erp", receiver.url)
    receiver.answering = lambda posted: Reply(500)
    happens(network)
    told = run("worker", "--once").out
    assert "1 failed" in told
    assert "1 not sent yet" in told
    assert run("deliveries", "check", "--minutes", "1").status == 0
    with K2K.open(network) as opened, opened.context.store.whole_network.writing() as session:
        session.run("UPDATE delivery SET attempts = 999, next_at = 0")
    assert "1 dead" in run("worker", "--once").out
    assert run("deliveries", "check").status == 1
    assert json.loads(run("deliveries", "check", "--json").out)["dead"] == 1
    assert "answered 500" in run("deliveries", "list", "ANDES", "--state", "dead").out
    receiver.answering = lambda posted: Reply()
    assert run("deliveries", "replay", "ANDES", "--endpoint", "erp").out.startswith("1 dead")
    assert "1 delivered" in run("worker", "--drain").out
    assert run("deliveries", "check").status == 0


def test_who_fails_rests_as_the_list_says_and_is_tried_at_once_when_it_is_enabled(
    k2k: Any, network: str, receiver: Receiver
) -> None:
    def run(*words: str) -> Any:
        return k2k(*words, "--database", network)

    run("webhook", "add", "ANDES", "erp", receiver.url)
    happens(network)
    receiver.answering = lambda posted: Reply(503, headers={"Retry-After": "3000"})
    assert "1 failed" in run("worker", "--once").out
    receiver.answering = lambda posted: Reply()
    assert "1 not sent yet" in run("worker", "--once").out
    assert re.search(r"\nerp rests until \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d UTC", run("webhook", "list", "ANDES").out)
    with K2K.open(network) as opened, opened.context.store.whole_network.writing() as session:
        session.run("UPDATE delivery SET state = 'dead'")
    told = run("deliveries", "replay", "ANDES").out
    assert "`k2k webhook enable ANDES erp` retries at once" in told
    run("webhook", "enable", "ANDES", "erp")
    assert "rests" not in run("webhook", "list", "ANDES").out
    assert "1 delivered" in run("worker", "--once").out


@pytest.fixture
def processes() -> Iterator[list[subprocess.Popen[str]]]:
    started: list[subprocess.Popen[str]] = []
    yield started
    for process in started:
        process.kill()
        process.communicate()


def test_a_worker_that_is_told_to_end_sends_what_it_has_begun_and_leaves_no_lease(
    k2k: Any, network: str, receiver: Receiver, tmp_path: Path, processes: list[subprocess.Popen[str]]
) -> None:
    begun = threading.Event()

    def slowly(posted: Any) -> Reply:
        begun.set()
        return Reply(after=0.7)

    receiver.answering = slowly
    k2k("webhook", "add", "ANDES", "erp", receiver.url, "--database", network)
    happens(network, 3)
    command = [sys.executable, "-m", "k2k_core.cli", "worker", "--database", network]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, cwd=tmp_path, env=os.environ, stdout=pipe, stderr=subprocess.STDOUT, text=True)
    processes.append(process)
    assert begun.wait(LONGEST)
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=LONGEST)
    assert process.returncode == 0, said
    assert said.endswith("Ended.\n")
    assert "Traceback" not in said
    rows = json.loads(k2k("deliveries", "list", "ANDES", "--json", "--database", network).out)
    assert [row["leased_until"] for row in rows] == [None] * 3
    assert sum(row["state"] == "delivered" for row in rows) == len(receiver.posted) >= 1


def test_serving_a_sqlite_network_sends_too(
    k2k: Any, network: str, receiver: Receiver, tmp_path: Path, processes: list[subprocess.Popen[str]]
) -> None:
    k2k("webhook", "add", "ANDES", "erp", receiver.url, "--database", network)
    command = [sys.executable, "-m", "k2k_core.cli", "serve", "--port", "0", "--database", network]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    processes.append(process)
    assert process.stdout is not None
    assert any("http://" in line for line in process.stdout)  # it is there
    happens(network)
    deadline = time.monotonic() + LONGEST
    while not receiver.accepted and time.monotonic() < deadline:
        threading.Event().wait(0.05)
    assert len(receiver.accepted) == 1
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=LONGEST)
    assert process.returncode == 0
