"""A plugin in two fresh interpreters that order sets differently: whether it imports alone, what it imports on the way,
and whether it answers the same in both.

The module is run there as a script, before anything else of K2K: what the plugin imports must not lean on that.
"""

from __future__ import annotations

import builtins
import importlib
import json
import os
import subprocess
import sys
import traceback
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

SEEDS = ("1", "2")
WITHIN = 120
"""Seconds that an interpreter may take."""


@dataclass(frozen=True, slots=True)
class Apart:
    """What two interpreters found: why the plugin cannot be imported, with the place and what to do; the private
    modules that it imports, by place; and answers that differ, by contribution."""

    failed: str
    place: str
    mend: str
    private: tuple[tuple[str, str], ...]
    different: tuple[tuple[str, str, str], ...]


def of_plugin(plugin: str, module: str, settings: Mapping[str, object]) -> Apart:
    """What two fresh interpreters find of a plugin, asked once for all the checks of a run."""
    return _found(plugin, module, json.dumps(settings, default=str))


@cache
def _found(plugin: str, module: str, settings: str) -> Apart:
    paths = [path for path in sys.path if path]
    code = f"import sys; sys.path[:0] = {paths!r}; from k2k_core.testing.checks import apart; apart.main()"
    running = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", code, plugin, module, settings],
            env={**os.environ, "PYTHONHASHSEED": seed}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for seed in SEEDS
    ]  # fmt: skip
    ended = [process.communicate(timeout=WITHIN) for process in running]
    answers = [json.loads(out.rpartition("\n")[2]) if out.strip() else {"failed": error} for out, error in ended]
    first, second = answers
    if first.get("failed"):
        mend = "Import what it needs itself, and mend what a warning says"
        return Apart(first["failed"].strip().splitlines()[-1], first.get("place", ""), mend, (), ())
    pairs = zip(first["answers"], second.get("answers", ()), strict=False)
    different = tuple((one[0], one[1], other[1]) for one, other in pairs if one != other)
    return Apart("", "", "", tuple((one[0], one[1]) for one in first["private"]), different)


def main() -> None:
    """In the fresh interpreter: import the plugin, ask it, and print what was found as one line of JSON."""
    plugin, module, settings = sys.argv[1:]
    imports = _Imports(module.partition(".")[0])
    found: dict[str, Any] = {"failed": "", "answers": [], "private": imports.private}
    with imports:
        try:
            importlib.import_module(module)
        except BaseException as error:
            found["failed"] = "".join(traceback.format_exception_only(error))
            found["place"] = imports.place_of(error)
        warnings.simplefilter("ignore")
        if not found["failed"]:
            from k2k_core.testing.checks import answers

            found["answers"] = answers.of(plugin, json.loads(settings))
    sys.stdout.write(f"\n{json.dumps(found)}")


class _Imports:
    """Watches what the modules of a package import while they are loaded and asked, in every way that Python has."""

    def __init__(self, package: str) -> None:
        self._package = package
        self.private: list[tuple[str, str]] = []

    def __enter__(self) -> None:
        self._plain, self._by_name = builtins.__import__, importlib.import_module
        builtins.__import__ = self._statement
        importlib.import_module = self._called

    def __exit__(self, *_: object) -> None:
        builtins.__import__ = self._plain
        importlib.import_module = self._by_name

    def _statement(self, name: str, *rest: Any, **named: Any) -> Any:
        wanted = [*(rest[2] or ())] if len(rest) > 2 else [*(named.get("fromlist") or ())]
        self._note([f"{name}.{one}" for one in wanted] if name == "k2k_core" and wanted else [name])
        return self._plain(name, *rest, **named)

    def _called(self, name: str, package: str | None = None) -> Any:
        self._note([name])
        return self._by_name(name, package)

    def _note(self, names: list[str]) -> None:
        private = [name for name in names if _is_private(name)]
        if not private:
            return
        frame = sys._getframe(2)
        if str(frame.f_globals.get("__name__", "")).partition(".")[0] == self._package:
            self.private += [(self._shown(frame.f_code.co_filename, frame.f_lineno), name) for name in private]

    def place_of(self, error: BaseException) -> str:
        """The innermost line of the package through which an exception came."""
        place, step = "", error.__traceback__
        while step is not None:
            if str(step.tb_frame.f_globals.get("__name__", "")).partition(".")[0] == self._package:
                place = self._shown(step.tb_frame.f_code.co_filename, step.tb_lineno)
            step = step.tb_next
        return place

    def _shown(self, file: str, line: int) -> str:
        parts = file.replace(os.sep, "/").split("/")
        start = parts.index(self._package) if self._package in parts else len(parts) - 1
        return f"{'/'.join(parts[start:])}:{line}"


def _is_private(name: str) -> bool:
    """As `outside_reads.is_private`, which cannot be imported before the plugin."""
    if name.partition(".")[0] in ("k2k_console", "k2k_shop", "k2k_config"):
        return True
    rooms = ("hooks", "domain", "errors", "messages", "testing")
    room = name.split(".")[1:2]
    return name.startswith("k2k_core.") and room[0] not in rooms
