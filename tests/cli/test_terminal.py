"""Terminal output: colours only on a terminal; tables keep their columns."""

from __future__ import annotations

import io

import pytest

from k2k_core.cli.terminal import Terminal, table


class Tty(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "environ", "coloured"),
    [
        (Tty(), {}, True),
        (Tty(), {"NO_COLOR": "1"}, False),
        (Tty(), {"NO_COLOR": ""}, True),
        (Tty(), {"TERM": "dumb"}, False),
        (io.StringIO(), {}, False),
    ],
)
def test_colours_are_for_terminals(stream: io.StringIO, environ: dict[str, str], coloured: bool) -> None:
    assert ("\033[" in Terminal.of(stream, environ).bold("roses")) is coloured


def test_nothing_has_no_colour() -> None:
    assert Terminal(Tty(), colours=True).bad("") == ""


def test_a_paragraph_is_broken_at_the_width() -> None:
    stream = io.StringIO()
    Terminal(stream, width=20).paragraph("one two three four five six seven", "  ")
    assert stream.getvalue() == "  one two three four\n  five six seven\n"


def test_a_table_is_aligned_and_has_no_trailing_blanks() -> None:
    assert list(table([("a", 1, None), ("bcd", 200, "x")], right=(1,))) == ["a      1", "bcd  200  x"]


def test_a_table_of_nothing_is_nothing() -> None:
    assert list(table([])) == []
