"""`make nightly`: the proofs in full, on every engine of this machine, with their figures. Exits 1 when one fails."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from urllib.parse import quote

from k2k_core.testing import postgres
from tests.proofs import hammer, kills, prices

ATTEMPTS, KILLS, CASES = 12_000, 100, 100_000


def run(attempts: int, killed: int, cases: int) -> bool:
    """Do every proof so many times; whether all of them held."""
    compared = prices.compare(cases)
    _say(str(compared), compared.faults)
    held = not compared.faults
    with ExitStack() as stack:
        for new in _engines(stack):
            hammered = hammer.hammer(new(), attempts)
            _say(str(hammered), hammered.errors + hammered.faults)
            oversold = hammer.hammer_naively(new(), attempts)
            _say(f"  the same attempts, read, checked and written naively: {oversold} boxes oversold", [])
            wounded = kills.kill_writers(new(), killed)
            _say(str(wounded), wounded.faults)
            held = held and hammered.sound and oversold > 0 and wounded.sound
    return held


def _engines(stack: ExitStack) -> list[Callable[[], str]]:
    """For each engine what makes a new, empty database."""
    folder, numbers = stack.enter_context(tempfile.TemporaryDirectory(prefix="k2k-proofs-")), count()
    engines = [lambda: f"sqlite:///{quote(str(Path(folder) / f'{next(numbers)}.db'))}"]
    if postgres.find_binaries() is None:
        _say(f"PostgreSQL is not proven. To prove it: {postgres.HOW_TO_PROVIDE}", [])
    else:
        engines.append(stack.enter_context(postgres.PrivatePostgres()).create_database)
    return engines


def _say(words: str, faults: list[str]) -> None:
    print(words, *(f"  {fault}" for fault in faults[:20]), sep="\n", flush=True)  # noqa: T201 - figures are to be read


if __name__ == "__main__":
    sys.exit(not run(ATTEMPTS, KILLS, CASES))
