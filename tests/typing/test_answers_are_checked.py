"""mypy --strict finds nothing wrong in a correct host program, and every mistake that is planted in others.

A planted mistake is a line with a comment `# error: ...`, which is a part of mypy's message for that line.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from k2k_core.domain import answers

HERE = Path(__file__).parent
TOP = HERE.parents[1]
PLANTED = sorted((HERE / "planted").glob("*.py"))
MARKS = [
    (path.stem, number, marked[1])
    for path in PLANTED
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
    if (marked := re.search(r"# error: (.*)$", line))
]
LEAST = 6
"""How many mistakes are planted about each area of answers."""

_REPORTED = re.compile(r"(?P<file>[^:]+):(?P<line>\d+): error: (?P<message>.*)")
Reported = dict[tuple[str, int], list[str]]
"""What mypy says, by the name of the file and the line."""


@pytest.fixture(scope="module")
def reported() -> Reported:
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--hide-error-context", "--no-pretty"]
    files = [str(path.relative_to(TOP)) for path in (HERE / "host_program.py", *PLANTED)]
    done = subprocess.run([*command, *files], cwd=TOP, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    found: Reported = defaultdict(list)
    for line in done.stdout.splitlines():
        if said := _REPORTED.match(line):
            found[Path(said["file"]).stem, int(said["line"])].append(said["message"])
    return found


def test_there_are_mistakes_about_every_area_of_answers() -> None:
    areas = {path.stem for path in Path(answers.__path__[0]).glob("*.py")} - {"__init__", "field_types"}
    few = {area: count for area in areas if (count := sum(name == area for name, _, _ in MARKS)) < LEAST}
    assert few == {}


def test_nothing_is_wrong_in_a_sound_program(reported: Reported) -> None:
    assert {place: said for place, said in reported.items() if place[0] == "host_program"} == {}


def test_nothing_is_reported_but_what_is_planted(reported: Reported) -> None:
    assert set(reported) - {(name, line) for name, line, _ in MARKS} == set()


@pytest.mark.parametrize(("name", "line", "expected"), MARKS, ids=[f"{name}-{line}" for name, line, _ in MARKS])
def test_a_planted_mistake_is_reported_at_its_line(reported: Reported, name: str, line: int, expected: str) -> None:
    assert any(expected in said for said in reported[name, line]), reported[name, line]
