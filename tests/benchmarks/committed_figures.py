"""The figures of the last release, to read today's beside them: ratios and counts, which no machine changes.

`make bench COMMIT=1` writes them, for a release, on a machine that does nothing else. Figures in milliseconds are not
among them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from tests.benchmarks.interleaved_timing import Target

FILE = Path(__file__).with_name("committed.toml")
HEADER = """# What `make bench` measured for the last release: ratios within one run, and counts.
# Written by `make bench COMMIT=1`.

[figures]
"""

INDENT = " " * 7

_IN_BRACKETS = re.compile(r"\s*\([^()]*\)")
_MEASURED = re.compile(r"\d[\d,.]* (?=(ms|s|µs|above)\b)")
_TIME = re.compile(r"\b(ms|milliseconds)\b")


def read(file: Path = FILE) -> dict[str, float]:
    """The committed figures by name; none without the file."""
    if not file.exists():
        return {}
    return {str(name): float(figure) for name, figure in tomllib.loads(file.read_text("utf-8"))["figures"].items()}


def write(figures: Mapping[str, float], file: Path = FILE) -> None:
    """Commit these figures instead of those of their names; others stay."""
    every = {**read(file), **figures}
    lines = [f'"{name}" = {round(every[name], 3)}\n' for name in sorted(every)]
    file.write_text(HEADER + "".join(lines), encoding="utf-8")


class Names:
    """The names of the figures of a part: what they say without the times in it. An indented one is about the last
    that is not."""

    def __init__(self, part: str) -> None:
        self._part = part
        self._about = ""

    def of(self, target: Target) -> str | None:
        """The name of a figure; None for a time, which says nothing on another machine."""
        words = _MEASURED.sub("", _IN_BRACKETS.sub("", target.what))
        if not words.startswith(INDENT):
            self._about = words.strip()
        if _TIME.search(words):
            return None
        about = f"{self._about}: " if words.startswith(INDENT) else ""
        return f"{self._part}: {about}{words.strip()}"
