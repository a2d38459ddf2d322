"""`k2k scan`: receives boxes with a hand scanner; each code is answered at once.

No input stops it: what is no code of a box is `unknown`. While the database is unavailable it says so and retries the
same code, with the same idempotency key, so that a box is received once whatever failed.
"""

from __future__ import annotations

import json
import re
import sys
import time
import uuid
from argparse import ArgumentTypeError, Namespace
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from io import BufferedReader
from typing import TYPE_CHECKING, Any, cast

from k2k_core.cli.commands.database import opened
from k2k_core.cli.language import said, words
from k2k_core.cli.options import add_command, add_json, add_positionals
from k2k_core.cli.terminal import Terminal
from k2k_core.domain import parsing
from k2k_core.domain.box_codes import SAFE, UNKNOWN, WORDS, codes_in, readings
from k2k_core.errors import Invalid, StoreUnavailable
from k2k_core.messages import Message

if TYPE_CHECKING:
    from k2k_core.api import K2K

LONGEST_LINE = 65_536
"""Bytes of a line; a longer one is no list of codes, and is not held in memory."""

SHOWN = 40
"""Characters of a code that are printed: no box code has more."""

CHUNK = 4096
PAUSES = (0.2, 0.5, 1.0, 2.0)
"""Seconds between attempts while the database is away; the last one again and again."""

_LINE_END = re.compile(rb"[\r\n]")
_NO_CODE = re.compile(rb"[^A-Za-z0-9]")


def add_to(commands: Any) -> None:
    """Add `k2k scan`."""
    command = add_command(
        commands,
        "scan",
        scan,
        "receive boxes with a hand scanner",
        "Box codes come on standard input, one a line or a pasted list, and each is answered at once: received,\n"
        "billed, already_received, cancelled, not_yours or unknown. Scanning twice or out of order does no harm.\n"
        "While the database is unavailable the same code is retried.\n\n"
        "  k2k scan BLOOM\n"
        "  k2k scan BLOOM --json < codes.txt\n\n"
        "Exit status: 1 when a box was cancelled, not_yours or unknown.",
    )
    add_positionals(command, "COMPANY")
    command.add_argument("--by-hand", action="store_true", help="confirm staged boxes without a scanner")
    about = Message("how long to wait for an unavailable database (default: 60)")
    command.add_argument("--wait", type=seconds, default=60, metavar="SECONDS", help=about)
    add_json(command)


def scan(options: Namespace) -> int:
    """Receive the codes of standard input until its end or Ctrl-C; 1 when a box needs attention."""
    counter = _Counter(options.screen, as_json=options.json)
    with opened(options.database) as k2k:
        receive = k2k.receive if options.by_hand else k2k.scan
        receive(options.company, [])  # an unknown company is refused before the first box
        if sys.stdin.isatty():
            sys.stderr.write(words("Scan box codes, one a line. Ctrl-D or Ctrl-C ends.") + "\n")
        try:
            for code in codes(cast(BufferedReader, sys.stdin.buffer).read1):
                counter.answer(code, _outcome(k2k, options, code, counter))
        except KeyboardInterrupt:
            sys.stderr.write("\n")
        except StoreUnavailable:
            counter.end()
            raise
    counter.end()
    return 0 if counter.all_safe else 1


def seconds(text: str) -> int:
    """Seconds to wait, as an argument."""
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise ArgumentTypeError(words("{text!r} is no number of seconds", text=text))
    return int(text)


def codes(read: Callable[[int], bytes]) -> Iterator[str]:
    """Every code in a stream of bytes, as soon as its line has ended; `read` returns the next bytes, or nothing at the
    end. Any bytes are decoded to text."""
    for line in _lines(read):
        yield from codes_in(line.decode("utf-8", "replace"))


def _lines(read: Callable[[int], bytes]) -> Iterator[bytes]:
    rest, skipping = b"", False
    while chunk := read(CHUNK):
        *whole, rest = _LINE_END.split(rest + chunk)
        for line in whole:
            if not skipping:
                yield line
            skipping = False
        if len(rest) > LONGEST_LINE:
            if not skipping:
                yield _NO_CODE.sub(b"?", rest[:SHOWN]) + b"?"  # which is no code, so that no part of it is one
            rest, skipping = b"", True
    if not skipping:
        yield rest


def _outcome(k2k: K2K, options: Namespace, code: str, counter: _Counter) -> str:
    """The outcome of one code. Raises `StoreUnavailable` when the database stays unavailable longer than the wait."""
    if not any(_can_be_code(one) for one in (code, *readings(code))):
        return UNKNOWN
    receive, key = (k2k.receive if options.by_hand else k2k.scan), f"scan-{uuid.uuid4()}"
    until, pauses = time.monotonic() + options.wait, iter(PAUSES)
    while True:
        try:
            return str(receive(options.company, [code], key=key)[0]["outcome"])
        except StoreUnavailable as problem:
            if time.monotonic() >= until:
                counter.lost(code)
                raise
            counter.waiting(code, problem)
            time.sleep(next(pauses, PAUSES[-1]))


def _can_be_code(text: str) -> bool:
    try:
        parsing.code(text)
    except Invalid:
        return False
    return True


class _Counter:
    """Prints the outcome of each code, and totals."""

    def __init__(self, screen: Terminal, *, as_json: bool) -> None:
        self._screen, self._as_json = screen, as_json
        self._outcomes: Counter[str] = Counter()
        self._waits_for = ""

    @property
    def all_safe(self) -> bool:
        """Whether no box needs attention."""
        return set(self._outcomes) <= set(SAFE)

    def answer(self, code: str, outcome: str) -> None:
        """Print the outcome of a code."""
        self._outcomes[outcome] += 1
        text = f"{_shown(code)}  {outcome}" + (f": {said(WORDS[outcome])}" if WORDS[outcome] else "")
        self._print(text, {"box_code": _shown(code), "outcome": outcome})

    def waiting(self, code: str, problem: StoreUnavailable) -> None:
        """Print, once for a code, that the database cannot be reached."""
        if self._waits_for != code:
            self._waits_for = code
            text = words("{code}  waiting: {problem} It is tried again.", code=_shown(code), problem=problem.message)
            self._print(text, {"box_code": _shown(code), "waiting": problem.message})

    def lost(self, code: str) -> None:
        """Print that a code was not scanned."""
        text = words("{code}  not scanned: scan it again, and whatever comes after it", code=_shown(code))
        self._print(text, {"box_code": _shown(code), "outcome": None})

    def end(self) -> None:
        """Print the totals."""
        counts = ", ".join(f"{count} {outcome}" for outcome, count in self._outcomes.most_common())
        number = self._outcomes.total()
        text = words("{number} {number:code|codes}", number=number)
        self._print(text + (f": {counts}." if counts else "."), {"codes": number, "outcomes": dict(self._outcomes)})

    def _print(self, text: str, facts: Mapping[str, object]) -> None:
        self._screen.line(json.dumps(facts) if self._as_json else text)
        self._screen.flush()


def _shown(code: str) -> str:
    """A code for the terminal: shortened, without control characters."""
    plain = "".join(letter if letter.isprintable() else "?" for letter in code[:SHOWN])
    return plain + ("..." if len(code) > SHOWN else "")
