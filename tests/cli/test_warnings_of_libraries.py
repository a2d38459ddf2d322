"""What libraries have to say of a file is no concern of the person who sends it: the screen has K2K's own words."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from k2k_core.api import K2K
from tests.facade.office_network import BLOOM, NOW
from tests.schemas.office_files import sheets, without_styles

FILES = {
    "prices": [["list", "season", "product", "price"], ["MAIN", "Spring", "123", "2.61"]],
    "availability": [["lot", "boxes"], ["VA-1", "12"]],
    "rows": [["code", "boxes"], ["VA-1", "12"]],
}


@pytest.mark.parametrize("command", FILES)
def test_a_workbook_of_another_program_is_read_without_a_warning(tmp_path: Path, command: str) -> None:
    url, file = f"sqlite:///{tmp_path}/network.db", tmp_path / "sent.xlsx"
    with K2K.open(url, clock=lambda: NOW) as net:
        net.load({"companies": [BLOOM]})
    (tmp_path / "network.db").chmod(0o600)
    file.write_bytes(without_styles(sheets(FILES[command])))
    of_rows = ["lots"] if command == "rows" else []
    arguments = [command, "import", "BLOOM", *of_rows, str(file), "--dry-run", "--database", url]
    asked = [sys.executable, "-m", "k2k_core.cli", *arguments]
    done = subprocess.run(asked, capture_output=True, text=True, timeout=100)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout
