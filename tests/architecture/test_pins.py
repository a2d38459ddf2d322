"""Each pinned version has the digests of its files, and nothing is installed without them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

FILES = ("requirements.txt", "tests/requirements.txt")
PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)((?: \\\n    --hash=sha256:[0-9a-f]{64})*)$", re.MULTILINE)


@pytest.mark.parametrize("name", FILES)
def test_each_line_is_a_pin_with_digests(top: Path, name: str) -> None:
    text = (top / name).read_text("utf-8")
    left = PIN.sub("", text).split("\n")
    assert [line for line in left if line and not line.startswith(("#", "-r "))] == []
    assert [package for package, _, digests in PIN.findall(text) if "--hash" not in digests] == []


def test_the_set_up_installs_nothing_without_its_digest(top: Path) -> None:
    lines = [line for line in (top / ".ci/setup").read_text("utf-8").splitlines() if "pip install" in line]
    assert all("--require-hashes" in line or "--no-deps -e ." in line for line in lines)
    assert sum("--require-hashes" in line for line in lines) == 1
