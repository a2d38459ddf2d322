"""Four processes change one record at once, each with the version that it has read: no change is lost."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.services.conftest import Trade

PROCESSES, TIMES = 4, 10


@pytest.mark.long
@pytest.mark.parametrize("how", ["version", "expected"])
def test_every_change_of_four_programs_is_there_in_the_end(trade: Trade, database_url: str, how: str) -> None:
    net = trade.net
    net.set("BLOOM", customer="C-100", values={"name": "Corner:"})
    command = [sys.executable, "-m", "tests.facade.racing_process", database_url, how]
    programs = [subprocess.Popen([*command, mark, str(TIMES)]) for mark in "abcd"[:PROCESSES]]
    try:
        assert [program.wait(120) for program in programs] == [0] * PROCESSES
    finally:
        for program in programs:
            program.kill()
    name = str(net.record("BLOOM", "customers", "C-100")["name"])
    marks = name.removeprefix("Corner:").split(";")[:-1]
    assert sorted(marks) == sorted(f"{mark}{number}" for mark in "abcd" for number in range(TIMES))
    for mark in "abcd":
        assert [one for one in marks if one[0] == mark] == [f"{mark}{number}" for number in range(TIMES)]
    before = net.last_change("BLOOM", "customers/C-100", "name")
    assert before is not None
    assert before["after"] == name
