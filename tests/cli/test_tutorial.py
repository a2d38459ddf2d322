"""docs/plugins.md, followed word by word: from an empty folder to an installed wheel, in an environment of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sysconfig
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
PAGE = (TOP / "docs" / "plugins.md").read_text("utf-8")
BLOCK = re.compile(r"^```(sh|\w+ file=(\S+))\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An environment in which K2K and the tools of its tests are installed, and nothing has been added yet; without a
    network, pip builds with the setuptools that is there."""
    home = tmp_path / "environment"
    venv.create(home, symlinks=True)
    (packages,) = (home / "lib").glob("python3*/site-packages")
    installed = [sysconfig.get_path("purelib"), *(str(TOP / name) for name in ("", "plugins", "console", "config"))]
    (packages / "k2k_is_installed.pth").write_text("\n".join(installed) + "\n")
    for name, module in {"k2k": "k2k_core.cli", "pip": "pip._internal.cli.main"}.items():
        command = home / "bin" / name
        command.write_text(f"#!{home}/bin/python\nimport sys\nfrom {module} import main\nsys.exit(main())\n")
        command.chmod(0o755)
    offline = {"PIP_NO_INDEX": "1", "PIP_NO_BUILD_ISOLATION": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    paths = os.pathsep.join([str(home / "bin"), os.environ["PATH"]])
    return {**os.environ, **offline, "PATH": paths, "VIRTUAL_ENV": str(home)}


def _steps() -> Iterator[str]:
    """The page as a script: its commands as they stand, and its files written where they are shown."""
    yield "set -e"
    for language, file, text in BLOCK.findall(PAGE):
        yield text if language == "sh" else f"cat >{file} <<'END OF {file}'\n{text}END OF {file}"


@pytest.mark.long
def test_the_page_leads_from_an_empty_folder_to_an_installed_wheel(tmp_path: Path, environment: dict[str, str]) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    ran = subprocess.run(
        ["sh", "-c", "\n".join(_steps())], cwd=folder, env=environment, capture_output=True, text=True, timeout=900
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.count("It can be released.") == 2
    assert re.search(r"^acme_friends +1.0 +ok", ran.stdout, re.MULTILINE), ran.stdout
    shown = subprocess.run(
        ["pip", "show", "--files", "acme-friends"], env=environment, capture_output=True, text=True, check=True
    )
    assert "acme_friends/README.md" in shown.stdout
    assert str(tmp_path / "environment") in shown.stdout


def test_every_command_of_the_page_is_a_block() -> None:
    """So that it is executed: no command stands in an indented line."""
    prose = re.sub(r"^ *```.*?^ *```$", "", PAGE, flags=re.MULTILINE | re.DOTALL)
    assert re.findall(r"^    (?:k2k|pip|python|make) .*$", prose, re.MULTILINE) == []
    assert len([1 for language, _, _ in BLOCK.findall(PAGE) if language == "sh"]) >= 6
