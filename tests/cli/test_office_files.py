"""Files as offices send them, through the commands that import them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from k2k_core.api import K2K
from k2k_core.cli import main
from tests.facade.office_network import BLOOM, NOW
from tests.schemas.office_files import READ, REFUSED, Table

COMMANDS: dict[str, tuple[list[str], Table]] = {
    "prices": (
        ["prices", "import", "BLOOM"],
        [["list", "season", "product", "box_type", "price"], ["MAIN", "Spring", "123", "", "2.61"]],
    ),
    "availability": (["availability", "import", "BLOOM"], [["lot", "boxes", "va_price"], ["VA-1", "12", ""]]),
    "rows": (["rows", "import", "BLOOM", "lots"], [["code", "boxes"], ["VA-1", "12"]]),
}
Run = Callable[[str, bytes], int]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs a command of these, dry, on a file; answers its exit status."""
    url, sent = f"sqlite:///{tmp_path}/network.db", tmp_path / "sent"
    with K2K.open(url, clock=lambda: NOW) as net:
        net.load({"companies": [BLOOM]})

    def call(name: str, content: bytes) -> int:
        sent.write_bytes(content)
        return main([*COMMANDS[name][0], str(sent), "--dry-run", "--database", url])

    return call


@pytest.mark.long
@pytest.mark.parametrize("name", COMMANDS)
def test_a_file_is_read_whoever_wrote_it(run: Run, capsys: pytest.CaptureFixture[str], name: str) -> None:
    for what, made in READ.items():
        assert run(name, made(COMMANDS[name][1])) == 0, (what, capsys.readouterr())


@pytest.mark.parametrize("name", COMMANDS)
def test_a_file_of_another_kind_is_refused_as_what_it_is(
    run: Run, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    for what, (made, called) in REFUSED.items():
        capsys.readouterr()
        assert run(name, made(COMMANDS[name][1])) == 2, what
        said = " ".join(capsys.readouterr().err.split())
        assert re.search(called, said), (what, said)
