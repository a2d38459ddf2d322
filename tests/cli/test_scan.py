"""`k2k scan`: every input line is answered at once, whatever it contains and whatever fails meanwhile."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from k2k_core.api import K2K
from k2k_core.cli.commands.scan import LONGEST_LINE, codes
from k2k_core.errors import StoreUnavailable
from k2k_core.services.fulfilment.scanning import Receiving
from k2k_core.testing import postgres
from tests.cli.conftest import NETWORK, Ran

NOW = dt.datetime(2026, 2, 2, 14, tzinfo=dt.UTC)
TOP = Path(__file__).parents[2]
Scan = Callable[..., Ran]


def staged(url: str, boxes: int = 4) -> list[str]:
    """The codes of boxes that ANDES has confirmed to BLOOM."""
    with K2K.open(url, clock=lambda: NOW) as net:
        cart = net.add("BLOOM", "C-100", lot="ANDES/L1", boxes=boxes, ship_date="2026-02-05")
        net.checkout("BLOOM", cart=cart["cart"])
        found: list[str] = net.confirm("ANDES", cart["sales_order"])["box_codes"]
        return found


@pytest.fixture
def scan(k2k: Any, network: str, monkeypatch: pytest.MonkeyPatch) -> Scan:
    """Run `k2k scan BLOOM` on the bytes of a scanner."""

    def run(scanned: bytes, *options: str) -> Ran:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(scanned)))
        ran: Ran = k2k("scan", "BLOOM", "--database", network, *options)
        return ran

    return run


def test_each_code_is_answered_in_its_order_and_summed_up(scan: Scan, network: str) -> None:
    first, second, third, _ = staged(network)
    ran = scan(f"{second}\n{first}\n{second}\nNOPE\n{third}\n".encode())
    assert ran.out.splitlines() == [
        f"{second}  received",
        f"{first}  received",
        f"{second}  already_received: nothing was changed",
        "NOPE  unknown: no box has this code",
        f"{third}  received",
        "5 codes: 3 received, 1 already_received, 1 unknown.",
    ]
    assert (ran.status, ran.err) == (1, "")


def test_programs_read_json_line_by_line(scan: Scan, network: str) -> None:
    first, *_ = staged(network, 1)
    ran = scan(f"{first}\n{first}".encode(), "--json")
    assert [json.loads(line) for line in ran.out.splitlines()] == [
        {"box_code": first, "outcome": "received"},
        {"box_code": first, "outcome": "already_received"},
        {"codes": 2, "outcomes": {"received": 1, "already_received": 1}},
    ]
    assert ran.status == 0


def test_by_hand_the_staged_boxes_are_confirmed(scan: Scan, network: str) -> None:
    (code,) = staged(network, 1)
    with K2K.open(network, clock=lambda: NOW) as net:
        net.set("BLOOM", settings={"auto_billing": "confirm"})
    assert scan(code.encode(), "--by-hand").out.startswith(f"{code}  billed: it is on its customer's invoice")


def test_an_empty_stream_is_no_code(scan: Scan) -> None:
    for nothing in (b"", b"\n\r\n \t\n", b"\xef\xbb\xbf", b",;\0\n"):
        assert scan(nothing) == Ran(0, "0 codes.\n", "")


@pytest.mark.parametrize(
    "scanned",
    [b"A1\r\nA2\r\n", b"A1\rA2\r", b"\xef\xbb\xbfA1\n  A2  ", b"A1, A2\n", b"A1;A2", b"\tA1\tA2\t", b"A1\n\n\0\nA2"],
)
def test_line_ends_marks_and_separators_are_no_part_of_a_code(scanned: bytes) -> None:
    assert list(codes(io.BytesIO(scanned).read)) == ["A1", "A2"]


@pytest.mark.parametrize(
    "bad",
    [b"\xff\xfe\x00B", b"\x1b[2J\x1b]0;x\x07", b"x" * 10_000, b"' OR 1=1 --", b"\xd0\x96", b"\xe2\x80\xaeB01", b"\x80"],
)
def test_bad_input_is_unknown_and_cannot_reach_the_terminal(scan: Scan, network: str, bad: bytes) -> None:
    (code,) = staged(network, 1)
    ran = scan(bad + b"\n" + code.encode() + b"\n")
    *before, last, summed = ran.out.splitlines()
    assert last == f"{code}  received"
    assert before
    assert all("  unknown: " in line and line.isprintable() and len(line) < 100 for line in before)
    assert {"1 received", f"{len(before)} unknown"} <= set(summed.partition(": ")[2].rstrip(".").split(", "))


def test_a_line_without_end_is_not_kept_and_no_part_of_it_is_a_code() -> None:
    """The box A1 stands in it all the same."""
    stream = io.BytesIO(b"A1," * LONGEST_LINE + b"A1\nA2\n")
    first, *rest = codes(stream.read)
    assert (first.count("?") > 1, rest) == (True, ["A2"])
    assert len(list(codes(io.BytesIO(b"9" * 5 * LONGEST_LINE).read))) == 1


def test_an_unknown_company_is_refused_before_the_first_box(k2k: Any, network: str) -> None:
    ran = k2k("scan", "NOWHERE", "--database", network)
    assert (ran.status, ran.out) == (2, "")
    assert "error[not_found]" in ran.err


class Outage:
    """A database that is away for the next calls, and afterwards there again; time passes by its own clock."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, failures: int) -> None:
        self.failures, self.passed = failures, 0.0
        arrive = Receiving.arrive

        def interrupted(receiving: Receiving, codes: list[str]) -> list[str]:
            done = arrive(receiving, codes)
            if codes and self.failures:
                self.failures -= 1
                raise StoreUnavailable("The database did not take the work: gone away.")
            return done

        monkeypatch.setattr(Receiving, "arrive", interrupted)
        monkeypatch.setattr("k2k_core.cli.commands.scan.time.sleep", self._sleep)
        monkeypatch.setattr("k2k_core.cli.commands.scan.time.monotonic", lambda: self.passed)

    def _sleep(self, seconds: float) -> None:
        self.passed += seconds


def test_while_the_database_is_away_the_same_code_is_tried_again(
    scan: Scan, network: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = staged(network, 2)
    Outage(monkeypatch, failures=5)
    ran = scan(f"{first}\n{second}\n".encode())
    assert ran.out.splitlines() == [
        f"{first}  waiting: The database did not take the work: gone away. It is tried again.",
        f"{first}  received",
        f"{second}  received",
        "2 codes: 2 received.",
    ]
    assert ran.status == 0


def test_a_database_that_stays_away_ends_it_and_says_from_where(
    scan: Scan, network: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = staged(network, 2)
    outage = Outage(monkeypatch, failures=1_000)
    ran = scan(f"{first}\n{second}\n".encode(), "--wait", "7")
    assert ran.out.splitlines()[1:] == [
        f"{first}  not scanned: scan it again, and whatever comes after it",
        "0 codes.",
    ]
    assert (ran.status, 7 <= outage.passed < 10) == (2, True)
    assert "error[store_unavailable]" in ran.err


@pytest.mark.parametrize("wait", ["-1", "nan", "1e9", "soon", "9999999"])
def test_what_is_no_number_of_seconds_is_refused(scan: Scan, wait: str) -> None:
    assert scan(b"", f"--wait={wait}").status == 2


SCANNER = """
import signal, sys
# Whoever runs the tests in the background may have Ctrl-C ignored, and so would every program started from there.
signal.signal(signal.SIGINT, signal.default_int_handler)
from k2k_core.cli import main
sys.exit(main())
"""


@pytest.fixture
def scanner(network: str) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts `k2k scan BLOOM` as a process of its own, with a pipe for the scanner."""
    started: list[subprocess.Popen[bytes]] = []

    def start(url: str = network, *options: str) -> subprocess.Popen[bytes]:
        roots = (TOP, TOP / "plugins", TOP / "config")
        command = [sys.executable, "-W", "error", "-c", SCANNER, "scan", "BLOOM", "--database", url, *options]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, roots))}
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, stderr=pipe, bufsize=0)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def say(process: subprocess.Popen[bytes], code: str) -> str:
    """Scan a code and wait for its answer, before anything else is scanned."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{code}\r\n".encode())
    return process.stdout.readline().decode().strip()


def test_an_answer_comes_before_the_next_code_and_ctrl_c_sums_up(network: str, scanner: Any) -> None:
    first, second = staged(network, 2)
    process = scanner()
    assert [say(process, code) for code in (second, first)] == [f"{second}  received", f"{first}  received"]
    process.send_signal(signal.SIGINT)
    process.wait(timeout=60)  # before its input is closed: it is Ctrl-C that ends it, not the end of the input
    out, err = process.communicate()
    assert (process.returncode, out, err) == (0, b"2 codes: 2 received.\n", b"\n")


@contextmanager
def away(server: postgres.PrivatePostgres, url: str) -> Iterator[None]:
    """Nobody reaches a database: whoever was connected is cut off."""
    name, admin = postgres.name_in(url), server.superuser_url("postgres")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        yield
        connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


@pytest.mark.needs("postgresql")
def test_a_server_that_goes_away_and_comes_back_costs_no_box(
    k2k: Any, scanner: Any, postgres_server: postgres.PrivatePostgres, postgres_template: str
) -> None:
    url = postgres_server.create_database(postgres_template)
    assert k2k("run", str(NETWORK), "--database", url).status == 0
    first, second, third = staged(url, 3)
    process = scanner(url)
    assert say(process, first) == f"{first}  received"
    with away(postgres_server, url):
        assert say(process, second).startswith(f"{second}  waiting: ")
    assert process.stdout.readline().decode().strip() == f"{second}  received"
    assert [say(process, code) for code in (third, first)] == [
        f"{third}  received",
        f"{first}  already_received: nothing was changed",
    ]
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (0, b"4 codes: 3 received, 1 already_received.\n", b"")
