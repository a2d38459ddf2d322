"""What is promised (docs/stability.md) is there: nothing public is gone or changed, and what is new is recorded."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def public(top: Path) -> Iterator[ModuleType]:
    """The module that writes the promises down."""
    sys.path.insert(0, str(top / "docs"))
    yield import_module("public_surface")
    sys.path.remove(str(top / "docs"))


@pytest.fixture(scope="module")
def promised(public: ModuleType) -> list[str]:
    """The promises, line by line."""
    lines: list[str] = public.RECORD.read_text("utf-8").splitlines()
    return lines


def test_nothing_that_is_promised_is_gone_or_changed(public: ModuleType, promised: list[str]) -> None:
    gone = public.difference(promised, public.surface()).gone
    assert gone == (), (
        "restore it, or give it a former name; on purpose only: make surface, with a line in CHANGELOG.md"
    )


def test_what_is_new_in_public_is_recorded(public: ModuleType, promised: list[str]) -> None:
    assert public.difference(promised, public.surface()).new == (), "it is promised from now on: make docs"


def test_the_record_has_promises_of_every_kind(promised: list[str]) -> None:
    parts = [
        "k2k_core.hooks.PriceResolver(0 step: str",
        "hook price_resolvers(0 context: PluginContext",
        "k2k_core.domain.pricing.PriceRequest(0 lot: Lot",
        "k2k_labels.design.barcode(0 box_code: str",
        "K2K.price(0 company: str",
        "answer LotPrice.price",
        "error insufficient_stock: InsufficientStock, 409",
        "event order.confirmed: lines",
        "setting k2k_gpm: ",
        "k2k plugin check ",
        "k2k_core.testing.factories.lot(0 ref: str = 'ANDES/L1'",
        "fixture k2k_network",
    ]
    assert [part for part in parts if not any(line.startswith(part) for line in promised)] == []
    assert promised == sorted(set(promised))
    assert [line for line in promised if re.search(r" at 0x|<class|<function", line)] == []


@pytest.mark.parametrize(
    ("now", "gone"),
    [
        (["f", "f(0 a: int", "f(1 b: int = 0"], []),
        (["f", "f(0 a: int", "f(1 b: int"], ["f(1 b: int (a new argument must have a default)"]),
        (["f", "f(0 a: str"], ["f(0 a: int"]),
        (["f(0 a: int"], ["f"]),
        (["f", "f(0 a: int", "g", "g(0 a: int"], []),
    ],
    ids=["a new argument with a default", "one that must be given", "another type", "a name less", "a new function"],
)
def test_a_break_is_told_from_an_addition(public: ModuleType, now: list[str], gone: list[str]) -> None:
    assert list(public.difference(["f", "f(0 a: int"], now).gone) == [*gone, *_demanded_too(now)]


def _demanded_too(now: list[str]) -> list[str]:
    """An argument of another type is a new one that must be given, too."""
    return ["f(0 a: str (a new argument must have a default)"] if "f(0 a: str" in now else []


def test_the_record_is_not_made_shorter_but_on_purpose(
    public: ModuleType,
    promised: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    record = tmp_path / "public-surface.txt"
    monkeypatch.setattr(public, "RECORD", record)
    record.write_text("\n".join([*promised[:-1], "k2k_core.hooks.Former"]), "utf-8")
    assert public.main([]) == 1
    told = capsys.readouterr()
    assert told.out == f"new: {promised[-1]}\ngone: k2k_core.hooks.Former\n"
    assert "make surface" in told.err
    assert "k2k_core.hooks.Former" in record.read_text("utf-8")
    assert public.main(["--on-purpose"]) == 0
    assert record.read_text("utf-8").splitlines() == promised


def test_a_former_name_warns_with_the_file_and_line_of_the_author(tmp_path: Path) -> None:
    (tmp_path / "of_k2k.py").write_text(
        "from k2k_core.former_names import former_names\n"
        "__getattr__ = former_names(__name__, {'Old': 'k2k_core.hooks:Manifest'})\n"
    )
    program = tmp_path / "my_plugin.py"
    program.write_text("import of_k2k\n\n\nclass Mine:\n    kind = of_k2k.Old\n\n\nfrom of_k2k import Old\n")
    ran = subprocess.run(
        [sys.executable, "-W", "always", str(program)], capture_output=True, text=True, check=True, timeout=60
    )
    words = "DeprecationWarning: of_k2k.Old is k2k_core.hooks.Manifest now: the former name will be removed"
    warned = [line for line in ran.stderr.splitlines() if "DeprecationWarning" in line]
    assert warned == [f"{program}:{line}: {words}" for line in (5, 8)]
