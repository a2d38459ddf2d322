"""The documentation is as the code says: the generated pages are current and nothing public is left out."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from k2k_core.errors import K2KError, catalogue


@pytest.fixture(scope="module")
def reference(top: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("reference", top / "docs" / "reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_generated_pages_are_current(reference: ModuleType, top: Path) -> None:
    stale = [
        name
        for name, page in reference.PAGES.items()
        if (top / "docs" / name).read_text("utf-8") != page().rstrip("\n") + "\n"
    ]
    assert stale == [], "run `make docs`"


def test_every_error_code_is_documented(top: Path) -> None:
    documented = re.findall(r"^## `(\w+)`$", (top / "docs" / "errors.md").read_text("utf-8"), re.MULTILINE)
    assert documented == [error.code for error in catalogue()]


@pytest.mark.parametrize("error", list(catalogue()), ids=lambda error: error.code)
def test_every_error_says_what_it_means_and_what_to_do(error: type[K2KError]) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", error.code)
    assert 400 <= error.status <= 599
    assert error.__doc__
    assert error.hint.endswith(".")


def test_every_link_between_the_pages_leads_somewhere(top: Path) -> None:
    pages = [top / "README.md", top / "CHANGELOG.md", *(top / "docs").rglob("*.md"), *(top / "plugins").rglob("*.md")]
    broken = [
        f"{page.relative_to(top)}: {target}"
        for page in pages
        if page.is_file()
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert broken == []
