"""`k2k serve`: prints its address, answers requests, releases boxes of expired carts, and stops cleanly."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from k2k_core.cli.commands.serve import free_port
from k2k_core.cli.housekeeping import housekeeping

LONGEST = 60


def _started(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "k2k_core.cli", "serve", "--port", "0", *arguments]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def _until_its_address(process: subprocess.Popen[str]) -> tuple[str, str]:
    """What it printed first, and its address."""
    watch = threading.Timer(LONGEST, process.kill)
    watch.start()
    said = ""
    assert process.stdout is not None
    for line in process.stdout:
        said += line
        if found := re.search(r"http://[\d.]+:\d+/", line):
            watch.cancel()
            return said, found.group()
    raise AssertionError(said)


@pytest.fixture
def processes() -> Iterator[list[subprocess.Popen[str]]]:
    started: list[subprocess.Popen[str]] = []
    yield started
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_a_network_until_it_is_ended(
    network: str, tmp_path: Path, processes: list[subprocess.Popen[str]], number: signal.Signals
) -> None:
    process = _started(tmp_path, "--database", network)
    processes.append(process)
    _, address = _until_its_address(process)
    with urllib.request.urlopen(f"{address}health", timeout=LONGEST) as answer:
        assert json.load(answer)["status"] == "ok"
    process.send_signal(number)
    said, _ = process.communicate(timeout=LONGEST)
    assert process.returncode == 0
    assert said.endswith("Ended.\n")
    assert "Traceback" not in said


def test_the_demo_is_served_with_log_ins_that_work_once_only(
    tmp_path: Path, processes: list[subprocess.Popen[str]]
) -> None:
    process = _started(tmp_path, "--demo")
    processes.append(process)
    said, address = _until_its_address(process)
    log_ins = dict(re.findall(r"^  (\S+@\S+)\s+(\S+)\s", said, re.MULTILINE))
    assert {"operator@k2k.example", "maria@andes.example", "dana@gotham.example"} <= set(log_ins)
    assert all(len(password) >= 12 for password in log_ins.values())
    assert len(set(log_ins.values())) == len(log_ins)
    with urllib.request.urlopen(f"{address}health", timeout=LONGEST) as answer:
        assert json.load(answer)["store"]["migrated"] is True
    assert "Valentine" in said
    assert "orders@petals.example" in log_ins
    with urllib.request.urlopen(f"{address}shop/", timeout=LONGEST) as answer:
        assert answer.url == f"{address}shop/log-in?back=/"
        assert "Gotham Floral Supply" in answer.read().decode()


def test_a_port_that_is_taken_is_refused_before_anything_is_touched(
    k2k: Any, network: str, tmp_path: Path, processes: list[subprocess.Popen[str]]
) -> None:
    process = _started(tmp_path, "--database", network)
    processes.append(process)
    port = _until_its_address(process)[1].rstrip("/").rpartition(":")[2]
    ran = k2k("serve", "--demo", "--port", port)
    assert ran.status == 2
    assert ran.err.startswith("error[usage]: ")
    assert "--port" in ran.err
    assert not (tmp_path / "build").exists()


def test_port_0_is_any_free_one() -> None:
    assert 0 < free_port("127.0.0.1", 0) <= 65535


def test_the_house_is_kept_whatever_fails_of_it() -> None:
    done: list[str] = []
    sealings: list[int] = []
    enough = threading.Event()

    class Network:
        def seal_audit(self) -> int:
            sealings.append(len(done))
            if len(sealings) == 1:
                raise OSError("the database is away")
            return 0

        def sweep(self) -> int:
            done.append("swept")
            if len(done) == 1:
                raise OSError("the database is away")
            return 2

        def tidy(self) -> int:
            done.append("tidied")
            if done.count("tidied") == 1:
                raise OSError("the database is away")
            return 0

    def expired(carts: int) -> None:
        assert carts == 2
        if done[-3:] == ["swept"] * 3:
            enough.set()

    with housekeeping(Network(), expired, seconds=0.001):  # type: ignore[arg-type]  # all that it knows of a network
        assert enough.wait(LONGEST)
    assert done[:6] == ["swept", "swept", "tidied", "swept", "tidied", "swept"], "tidied every hour, swept every time"
    assert sealings == [1, 3], "sealed whatever else fails, again when it failed, and then not for a while"
