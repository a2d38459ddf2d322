"""Output to a terminal: wrapped texts, tables, chapters; colours only where they are visible."""

from __future__ import annotations

import os
import shutil
import textwrap
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TextIO

WIDEST = 110
"""Columns: longer lines are hard to read, however wide the terminal is."""

BOLD, DIM, RED, GREEN, BLUE, MAGENTA = "1", "2", "31", "32", "34", "35"


@dataclass(frozen=True)
class Terminal:
    """Writes to a stream. Without `colours` every text is plain, as for a file or a pipe."""

    stream: TextIO
    colours: bool = False
    width: int = WIDEST

    @classmethod
    def of(cls, stream: TextIO, environ: Mapping[str, str] = os.environ) -> Terminal:
        """The terminal of a stream: coloured on a terminal, unless `NO_COLOR` is set or the terminal is dumb."""
        seen = stream.isatty()
        plain = environ.get("NO_COLOR") or environ.get("TERM") == "dumb"
        return cls(stream, seen and not plain, min(WIDEST, shutil.get_terminal_size().columns) if seen else WIDEST)

    def line(self, text: str = "") -> None:
        """One line, unchanged."""
        self.stream.write(text + "\n")

    def lines(self, texts: Iterable[str], indent: str = "") -> None:
        """Lines, each indented."""
        for text in texts:
            self.line((indent + text).rstrip())

    def paragraph(self, text: str, indent: str = "") -> None:
        """A text of any length, wrapped to the terminal's width."""
        self.lines(textwrap.wrap(" ".join(text.split()), self.width - len(indent)), indent)

    def flush(self) -> None:
        """Show what was written so far."""
        self.stream.flush()

    def bold(self, text: str) -> str:
        """Bold text."""
        return self._inked(text, BOLD)

    def dim(self, text: str) -> str:
        """Dimmed text."""
        return self._inked(text, DIM)

    def good(self, text: str) -> str:
        """A text about a success."""
        return self._inked(text, GREEN)

    def bad(self, text: str) -> str:
        """A text about a failure."""
        return self._inked(text, RED)

    def colored(self, text: str, color: str | None) -> str:
        """A text in the color that an answer has for it: blue, green or none."""
        ink = {"blue": BLUE, "green": GREEN}.get(color or "")
        return self._inked(text, ink) if ink else text

    def title(self, text: str) -> str:
        """The title of a chapter."""
        return self._inked(self._inked(text, BOLD), MAGENTA)

    def _inked(self, text: str, ink: str) -> str:
        return f"\033[{ink}m{text}\033[0m" if self.colours and text else text


def table(rows: Iterable[Sequence[object]], right: Collection[int] = ()) -> Iterator[str]:
    """Rows as lines of aligned columns; those numbered in `right` are aligned to the right. None is left empty."""
    cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
    if not cells:
        return
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    for row in cells:
        padded = (
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join(padded).rstrip()
