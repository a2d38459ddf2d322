"""What is wrong with a manifest, or with what a hook returns, is told with the file and the line."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

import pytest

from k2k_core.runtime import Broken, discover, load, read_hierarchies

HEAD = """
from k2k_core.hooks import EligibilityRule, Manifest, PriceResolver, hookimpl, each
from k2k_core.domain.pricing import NoValue

"""
MANIFEST = 'manifest = Manifest("acme_placed", "Acme", "nobody")\n'


def broken(folder: Path, monkeypatch: pytest.MonkeyPatch, source: str) -> Broken:
    """What is reported of a plugin with this source."""
    package = folder / "acme_placed"
    package.mkdir()
    (package / "__init__.py").write_text(HEAD + textwrap.dedent(source), "utf-8")
    monkeypatch.syspath_prepend(folder)
    (found,) = discover([("acme_placed", "acme_placed")], installed=False)
    if isinstance(found, Broken):
        return found
    (refused,) = load([found], "BLOOM", {}, read_hierarchies({})).broken
    return refused


@pytest.fixture(autouse=True)
def _forget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "acme_placed", raising=False)


@pytest.mark.parametrize(
    ("source", "code", "place"),
    [
        ('manifest = Manifest("another", "Acme", "nobody")\n', "bad_manifest", "acme_placed/__init__.py:5"),
        ('\n\nmanifest = Manifest("acme_placed", "", "nobody")\n', "bad_manifest", "acme_placed/__init__.py:7"),
        ("manifest = None\n", "no_manifest", "acme_placed/__init__.py:5"),
        ("", "no_manifest", "acme_placed/__init__.py:1"),
        ('manifest = Manifest("acme_placed", "A", "b", api_version=99)\n', "api_version", "acme_placed/__init__.py:5"),
        (
            'manifest = Manifest("acme_placed", "A", "b", defaults={"x": 1})\n',
            "bad_settings",
            "acme_placed/__init__.py:5",
        ),
    ],
)
def test_a_fault_of_the_manifest_says_where_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, code: str, place: str
) -> None:
    found = broken(tmp_path, monkeypatch, source)
    assert (found.code, found.problem.endswith(f"({place})")) == (code, True), found


@pytest.mark.parametrize(
    ("returned", "code"),
    [
        ('PriceResolver("A Name", each(lambda request: NoValue("x")))', "bad_contribution"),
        ('PriceResolver("named", each(lambda request: NoValue("x")), frozenset(["moon"]))', "bad_contribution"),
        ('EligibilityRule("named", lambda request: None)', "wrong_shape"),
        ('"named"', "wrong_shape"),
    ],
)
def test_a_fault_of_what_a_hook_returns_says_where_the_hook_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, returned: str, code: str
) -> None:
    hook = f"\n@hookimpl\ndef price_resolvers():\n    return [{returned}]\n"
    found = broken(tmp_path, monkeypatch, MANIFEST + hook)
    assert found.code == code
    assert "(acme_placed/__init__.py:7: price_resolvers())" in found.problem, found


def test_a_function_that_cannot_be_called_says_its_own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    returned = '    return [PriceResolver("named", nothing)]'
    hook = f"\n@hookimpl\ndef price_resolvers():\n{returned}\n\ndef nothing():\n    pass\n"
    found = broken(tmp_path, monkeypatch, MANIFEST + hook)
    assert found.problem.count("acme_placed/__init__.py:") == 1
    assert "(acme_placed/__init__.py:11: nothing())" in found.problem, found
