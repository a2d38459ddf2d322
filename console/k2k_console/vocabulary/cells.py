"""What a cell of a list or a fact of a page shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]
"""A row of an answer of the facade, or a record: the fields that its reader may see."""

Show = Callable[[Row], Any]
"""What a cell shows of a row."""

Plural = tuple[str, str]
"""A text for one and one for any other number, both with `%(count)d`."""


def counted(plural: Plural, count: int) -> str:
    """The text for a number of things."""
    return str(plural[0 if count == 1 else 1]) % {"count": count}


TONES = ("", "ok", "info", "warn", "bad")

KINDS = ("text", "code", "money", "cost", "number", "date", "moment", "state", "k2k", "split", "pack")
"""How a value is shown: `money`, `cost` (four decimals), `number`, `date` and `moment` in the reader's language and
the company's time zone, `code` in the letters of a machine, `k2k` with the mark where the row is K2K, `state` as a
`State`, `split` as a bar of line counts by state, `pack` in one line."""

NUMBERS = ("money", "cost", "number")


@dataclass(frozen=True)
class Split:
    """How the lines of a record are divided: green (`ok`), blue (`info`) and gone (`off`), with the words below."""

    ok: int
    info: int
    off: int
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class State:
    """A state: a word with its tone, hollow (`open`) while it waits for somebody, and a remark below it."""

    text: str
    tone: str = ""
    open: bool = False
    sub: str = ""

    def __str__(self) -> str:
        return str(self.text)
