"""Who installs the core alone has the facade, the command line, plugins and labels, and no package of the console."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from k2k_core.required_packages import EXTRAS

OTHERS = ("psycopg", "psycopg_pool", "gunicorn", "werkzeug", "jinja2", "pytest")
BLOCKED = sorted({module for extra in EXTRAS.values() for module in extra} | set(OTHERS))
ALONE = f"import sys\nsys.modules |= dict.fromkeys({BLOCKED!r})\n"
"""Every package of an extra is as if it were not installed."""

TRADE = """
from k2k_core import K2K
from k2k_core.testing.small_network import NETWORK, MONDAY
with K2K.open("sqlite://", clock=lambda: MONDAY) as k2k:
    k2k.load(NETWORK)
    sold = k2k.add("BLOOM", "C-100", lot="ANDES/L1", boxes=2, ship_date="2026-02-05")
    k2k.checkout("BLOOM", cart=sold["cart"])
    order = k2k.confirm("ANDES", sold["sales_order"])
    for form in ("pdf", "zpl"):
        assert len(k2k.labels("ANDES", awb=order["awb"], format=form)) == 2
    assert k2k.catalog("BLOOM", "C-200", "2026-02-05")["lines"]
    assert k2k.export_rows("BLOOM", "customers", format="xlsx")
    assert k2k.ship("ANDES", order["awb"]) and k2k.invoice_file("ANDES", "I-1001").content
    assert k2k.verify() == []
    assert [one["name"] for one in k2k.plugins() if one["state"] != "ok"] == []
"""


def _alone(program: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", ALONE + program], cwd=folder, capture_output=True, text=True, timeout=240, check=False
    )


def test_the_core_trades_without_the_packages_of_any_extra(tmp_path: Path) -> None:
    ran = _alone(TRADE, tmp_path)
    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.parametrize("arguments", [["--help"], ["init"], ["plugins"], ["run", "a.yaml"]], ids=" ".join)
def test_the_command_line_needs_none_of_them(tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "a.yaml").write_text((Path(__file__).parents[1] / "cli" / "small_network.yaml").read_text("utf-8"))
    if arguments == ["plugins"]:
        assert _command(["init"], tmp_path).returncode == 0
    ran = _command(arguments, tmp_path)
    assert (ran.returncode, ran.stderr) == (0, "")


def _command(arguments: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return _alone(f"from k2k_core.cli import main\nsys.exit(main({arguments!r}))", folder)


@pytest.mark.parametrize(
    ("arguments", "extra"),
    [(["serve", "--demo"], "console"), (["secrets", "key"], "api"), (["user", "add", "a@b.example"], "api")],
    ids=["the console", "encryption", "passwords"],
)
def test_what_needs_an_extra_names_it_with_the_command_that_installs_it(
    tmp_path: Path, arguments: list[str], extra: str
) -> None:
    assert _command(["init"], tmp_path).returncode == 0
    if arguments[0] == "user":
        program = "from io import StringIO\nsys.stdin = StringIO('a long password of mine\\n')\n"
        arguments = [*arguments, "--operator", "--password-stdin"]
    else:
        program = ""
    ran = _alone(f"{program}from k2k_core.cli import main\nsys.exit(main({arguments!r}))", tmp_path)
    assert ran.returncode == 2, ran.stderr
    assert "error[missing_packages]: Not installed: argon2-cffi, " in ran.stderr
    assert f'pip install "k2k[{extra}]"' in ran.stderr
