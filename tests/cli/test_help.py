"""Help texts are complete, and the documentation names only commands, `make` targets and links that exist."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from k2k_core.cli.parser import read

TOP = Path(__file__).resolve().parents[2]
PAGES = [TOP / "README.md", *sorted((TOP / "docs").glob("*.md"))]
COMMANDS = (
    *(["demo"], ["serve"], ["init"], ["migrate"], ["user", "add"], ["run"], ["plugins"], ["verify"]),
    *(
        ["backup"],
        ["restore"],
        ["copy"],
        ["explain", "price"],
        ["explain", "sharing"],
        ["explain", "visible"],
        ["explain", "dates"],
    ),
    *(["worker"], ["webhook", "add"], ["deliveries", "list"]),
)


def _help(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as ended:
        read([*arguments, "--help"])
    assert ended.value.code == 0
    return capsys.readouterr().out


def test_k2k_alone_says_what_can_be_done(k2k: Any) -> None:
    ran = k2k()
    assert ran.status == 0
    assert "begin here" in ran.out
    assert ran.err == ""


def test_the_help_names_every_command_and_what_to_do_first(capsys: pytest.CaptureFixture[str]) -> None:
    shown = _help([], capsys)
    assert "k2k demo" in shown.partition("commands:")[0]
    for command in COMMANDS:
        assert re.search(rf"^ +{command[0]} ", shown, re.MULTILINE), command


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    shown = _help(list(command), capsys)
    assert f"usage: k2k {' '.join(command)}" in shown
    assert len(shown.splitlines()) > 5


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_is_in_its_page(command: list[str]) -> None:
    assert f"`k2k {' '.join(command)}" in (TOP / "docs" / "cli.md").read_text("utf-8")


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        read(["--version"])
    assert ended.value.code == 0
    assert re.fullmatch(r"k2k \d+\.\d+\.\d+\n", capsys.readouterr().out)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_make_target_that_a_page_names_is_there(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (TOP / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", page.read_text("utf-8"), re.MULTILINE))
    assert named <= targets


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_table_of_contents_has_every_page() -> None:
    contents = (TOP / "docs" / "index.md").read_text("utf-8")
    assert [page.name for page in PAGES[1:] if page.name != "index.md" and f"({page.name})" not in contents] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_k2k_command_in_a_page_can_be_called(page: Path) -> None:
    blocks = re.findall(r"```sh\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    lines = [line.partition("#")[0].strip() for block in blocks for line in block.splitlines()]
    for line in lines:
        if line.startswith("k2k "):
            assert read(shlex.split(line)[1:]).run is not None, line
