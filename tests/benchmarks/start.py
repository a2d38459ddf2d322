"""How long a start takes: of the facade, of the command line, and of the console until its first answer.

Seconds of the processor, which other programs of the machine do not lengthen, as multiples of the start of a bare
interpreter in the same run.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from k2k_core import K2K
from tests.benchmarks.interleaved_timing import Target
from tests.benchmarks.networks import network

BARE = [sys.executable, "-c", "pass"]
FACADE = [sys.executable, "-c", "from k2k_core import K2K"]
COMMAND_LINE = [sys.executable, "-m", "k2k_core.cli"]

STARTS = 8.5
"""The most that a start of the facade or of the command line may take, in starts of a bare interpreter: these 20 ms and
150 more on the machine that the target was set on."""

FIRST_ANSWER = 75
"""The same for the first answer of the console: 1.5 seconds."""

PATIENCE = 60.0


def measure(folder: Path, rounds: int) -> list[Target]:
    """Start each of them in turns; the best round counts."""
    url = f"sqlite:///{folder / 'start.db'}"
    with K2K.open(url) as k2k:
        k2k.load(network(20))
    works: dict[str, Callable[[], object]] = {
        "bare": lambda: _run(BARE),
        "from k2k_core import K2K": lambda: _run(FACADE),
        "k2k --help": lambda: _run([*COMMAND_LINE, "--help"]),
        "k2k serve until its first answer": lambda: _serve(url, folder),
    }
    best = {name: min(_seconds(work) for _ in range(rounds)) for name, work in works.items()}
    bare = best.pop("bare")
    return [_target(name, seconds, bare) for name, seconds in best.items()]


def _target(name: str, seconds: float, bare: float) -> Target:
    limit = FIRST_ANSWER if "serve" in name else STARTS
    return Target(f"{name} ({seconds * 1e3:.0f} ms), in bare starts ({bare * 1e3:.0f} ms)", seconds / bare, limit)


def _seconds(work: Callable[[], object]) -> float:
    """Seconds of the processor that the processes of a work take."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _run(command: list[str]) -> None:
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)


def _serve(url: str, folder: Path) -> None:
    """Serve, ask for the page of the log-in until it is answered, and end it at once."""
    command = [*COMMAND_LINE, "serve", "--port", "0", "--database", url]
    environment = {**os.environ, "K2K_ENV": "test", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            said = next(line for line in server.stdout if "http://" in line)
            _answered(said[said.index("http://") :].split()[0])
        finally:
            server.send_signal(signal.SIGKILL)  # an orderly end is no part of the start


def _answered(address: str) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with urlopen(address, timeout=PATIENCE) as answer:
                assert answer.status == 200
                return
        except URLError:
            if time.monotonic() > until:
                raise
            time.sleep(0.01)
