"""References in code and pages resolve: rules by number, pages by name, paths in docs/architecture.md."""

from __future__ import annotations

import configparser
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PAGES = {"domain": "docs/rules/domain.md", "pricing": "docs/rules/pricing.md", "architecture": "docs/architecture.md"}
TEXTS = frozenset((".py", ".md", ".toml", ".cfg", ".yaml", ".sql", ".html", ".css", ".js", ".sh", ""))
BREAK = re.compile(r"\n[ \t]*(?:(?:#|--|//|\*)[ \t]*)?")
"""A line break within a text, with what begins the next line of a comment."""
REFERENCE = re.compile(r"(?:\b([A-Za-z]+) )?\bsections? (\d+(?:(?:, | and |, and )\d+)*)")
WORDS = re.compile(r"\b([A-Za-z]+) sections? (\d+), \"([^\"]+)\"")
"""A place within a section, by the words that begin it there."""
WITHOUT_NUMBER = re.compile(r"\((?:domain|pricing|architecture|scenarios?), \"")
DOCUMENT = re.compile(r"[\w./-]*\b[\w-]+\.md\b")
WRITTEN_BY_TESTS = frozenset(("README.md", "X.md"))


def _texts(top: Path, own_files: list[Path]) -> Iterator[tuple[str, str]]:
    for path in own_files:
        if path.suffix in TEXTS and path.name != Path(__file__).name:
            yield str(path.relative_to(top)), BREAK.sub(" ", path.read_text("utf-8"))


@pytest.fixture(scope="module")
def headings(top: Path) -> dict[str, list[int]]:
    """Page → the numbers of its headings, as they stand."""
    return {
        name: [int(number) for number in re.findall(r"^## (\d+)\. \S", (top / path).read_text("utf-8"), re.MULTILINE)]
        for name, path in PAGES.items()
    }


def test_the_rules_are_numbered_without_a_gap(headings: dict[str, list[int]]) -> None:
    assert {name: len(numbers) for name, numbers in headings.items()} == {"domain": 7, "pricing": 10, "architecture": 8}
    assert [name for name, numbers in headings.items() if numbers != list(range(1, len(numbers) + 1))] == []


def test_every_cited_section_is_a_heading(top: Path, own_files: list[Path], headings: dict[str, list[int]]) -> None:
    """A number without the name of a page counts on a page of the rules only, for that page itself."""
    own_names = {path: name for name, path in PAGES.items()}
    unresolved, resolved = [], 0
    for path, text in _texts(top, own_files):
        for match in REFERENCE.finditer(text):
            name = (match[1] or "").lower()
            page = name if name in headings else own_names.get(path, "")
            for number in re.findall(r"\d+", match[2]):
                resolved += 1
                if int(number) not in headings.get(page, []):
                    unresolved.append(f"{path}: {match[0]}")
    assert unresolved == []
    assert resolved > 200, "the pattern finds the references"


def test_a_citation_names_a_section_and_words_that_stand_in_it(top: Path, own_files: list[Path]) -> None:
    sections = {
        (name, number): " ".join(body.split()).lower()
        for name, path in PAGES.items()
        for number, body in re.findall(r"^## (\d+)\. (.*?)(?=^## |\Z)", (top / path).read_text("utf-8"), re.M | re.S)
    }
    wrong = [
        f"{path}: {match[0]}"
        for path, text in _texts(top, own_files)
        for match in WORDS.finditer(text)
        if match[3].lower() not in sections.get((match[1].lower(), match[2]), "")
    ]
    unnumbered = [path for path, text in _texts(top, own_files) if WITHOUT_NUMBER.search(text)]
    assert wrong + unnumbered == []


def test_every_cited_document_is_in_the_repository(top: Path, own_files: list[Path]) -> None:
    names = {path.name for path in own_files if path.suffix == ".md"} | WRITTEN_BY_TESTS
    missing = [
        f"{path}: {cited}"
        for path, text in _texts(top, own_files)
        for cited in DOCUMENT.findall(text)
        if Path(cited).name not in names
    ]
    assert missing == []


def _anchor(heading: str) -> str:
    words = re.sub(r"[^\w\- ]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower())
    return words.replace(" ", "-")


def test_every_link_to_a_heading_leads_to_one(top: Path) -> None:
    pages = [top / "README.md", *(top / "docs").rglob("*.md"), *(top / "plugins").glob("*/README.md")]
    anchors = {
        page.resolve(): {
            _anchor(heading) for heading in re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
        }
        for page in pages
    }
    broken = [
        f"{page.relative_to(top)}: {target}#{anchor}"
        for page in pages
        for target, anchor in re.findall(r"\]\(([^)#\s:]*)#([^)\s]+)\)", page.read_text("utf-8"))
        if anchor not in anchors.get((page.parent / target if target else page).resolve(), set())
    ]
    assert broken == []


def _tree(page: str) -> Iterator[str]:
    """The paths of the folder tree on the page: each line is a name, indented by two blanks below its folder."""
    parents: list[str] = []
    for line in page.partition("```\n")[2].partition("```")[0].splitlines():
        indent, name = len(line) - len(line.lstrip()), line.split()[0]
        parents[indent // 2 :] = [name]
        yield "".join(parents)


def test_the_folder_tree_names_what_is_there_and_every_package(top: Path) -> None:
    named = list(_tree((top / "docs" / "architecture.md").read_text("utf-8")))
    assert [path for path in named if not (top / path).exists()] == []
    packages = {
        f"{path.parent.relative_to(top)}/"
        for pattern in ("k2k_core/*", "k2k_core/services/*", "k2k_core/store/*", "plugins/*", "console/k2k_console/**")
        for path in top.glob(f"{pattern}/__init__.py")
    }
    files = {
        str(path.relative_to(top))
        for room in ("services", "store")
        for path in (top / "k2k_core" / room).glob("*.py")
        if path.name != "__init__.py"
    }
    assert (packages | files) - set(named) == set()


def test_the_layers_on_the_page_are_those_of_the_contracts(top: Path) -> None:
    contracts = configparser.ConfigParser()
    contracts.read(top / "setup.cfg", encoding="utf-8")
    page = (top / "docs" / "architecture.md").read_text("utf-8").partition("### Layers")[2].partition("## 2. ")[0]
    core, rooms, *_ = re.findall(r"^```\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    split = rooms.splitlines()[0].index("store")
    written = {
        "layers": core.split("\n"),
        "service-rooms": [line[:split] for line in rooms.splitlines()[1:]],
        "store-rooms": [line[split:] for line in rooms.splitlines()[1:]],
    }
    for name, lines in written.items():
        agreed = contracts[f"importlinter:contract:{name}"]["layers"].replace("(", "").replace(")", "")
        assert [line.strip() for line in lines if line.strip()] == agreed.strip().splitlines(), name


def test_every_path_of_where_a_change_goes_exists(top: Path) -> None:
    table = (top / "docs" / "architecture.md").read_text("utf-8").partition("## 8. ")[2]
    rows = re.findall(r"^\| (?!you change|---)(.+) \|$", table, re.MULTILINE)
    paths = [path for row in rows for path in re.findall(r"`([\w./]+)`", row) if "/" in path]
    assert len(rows) >= 20
    assert [row for row in rows if not re.findall(r"`[\w./]+`", row.split(" | ")[1])] == []
    assert [path for path in paths if not (top / path).exists()] == []
