"""Which packages may import which third-party packages. The layers inside are contracts in setup.cfg, checked by
import-linter."""

from __future__ import annotations

import sys
from typing import Any

ALLOWED: dict[str, frozenset[str]] = {
    "k2k_core.errors": frozenset(),
    "k2k_core.domain": frozenset(),
    "k2k_core.hooks": frozenset(("pluggy", "marshmallow")),
    "k2k_core.runtime": frozenset(("pluggy", "marshmallow")),
    "k2k_core.settings": frozenset(("marshmallow",)),
    "k2k_core.store": frozenset(("peewee", "playhouse", "psycopg", "psycopg_pool", "cryptography")),
    "k2k_core.schemas": frozenset(("marshmallow", "openpyxl")),
    "k2k_core.printing": frozenset(("reportlab", "anyascii")),
    "k2k_core.services": frozenset(("argon2", "numpy")),
    "k2k_core.bootstrap": frozenset(),
    "k2k_core.api": frozenset(),
    "k2k_core.scenario": frozenset(("yaml", "marshmallow")),
    "k2k_core.http": frozenset(("flask", "flask_smorest", "marshmallow", "webargs", "apispec", "werkzeug")),
    "k2k_core.cli": frozenset(("waitress",)),
    "k2k_core.testing": frozenset(
        ("pytest", "hypothesis", "peewee", "marshmallow", "pluggy", "psycopg", "pypdfium2", "PIL", "zxingcpp")
    ),
    "k2k_labels": frozenset(("zint", "reportlab", "pypdfium2", "PIL", "anyascii", "pluggy", "marshmallow")),
    "k2k_shop": frozenset(("flask", "flask_babel", "flask_limiter", "flask_wtf", "werkzeug", "babel")),
    "k2k_config": frozenset(),
}
PLUGIN = frozenset(("pluggy", "marshmallow"))
PURE_ROOMS = ("k2k_core.domain", "k2k_core.hooks")
WORLD = frozenset(
    (
        *("asyncio", "http", "io", "multiprocessing", "os", "pathlib", "random", "secrets", "shutil", "signal"),
        *("socket", "sqlite3", "subprocess", "tempfile", "threading", "time", "urllib", "uuid"),
    )
)
"""Standard library modules that reach files, the network, threads, chance or the clock."""


def _room(name: str) -> str:
    parts = name.split(".")
    return ".".join(parts[:2]) if parts[0] == "k2k_core" else parts[0]


def _outside(module: Any) -> set[str]:
    tops = {name.split(".")[0] for name in module.imported}
    return {top for top in tops if top not in sys.stdlib_module_names and not top.startswith("k2k_")}


def test_each_room_imports_only_the_third_parties_it_was_given(modules: list[Any]) -> None:
    strangers = [
        f"{module.name} imports {', '.join(sorted(extra))}"
        for module in modules
        if not module.name.startswith("k2k_console")
        and (extra := _outside(module) - ALLOWED.get(_room(module.name), PLUGIN))
    ]
    assert strangers == []


def test_the_pure_rooms_do_not_reach_the_world(modules: list[Any]) -> None:
    reaching = [
        f"{module.name} imports {', '.join(sorted(found))}"
        for module in modules
        if module.name.startswith(PURE_ROOMS) and (found := WORLD & {name.split(".")[0] for name in module.imported})
    ]
    assert reaching == []


def test_the_pure_rooms_never_ask_the_clock(modules: list[Any]) -> None:
    asking = [
        f"{module.name}: {call}"
        for module in modules
        if module.name.startswith(PURE_ROOMS)
        for call in (".now(", ".utcnow(", ".today(")
        if call in module.source
    ]
    assert asking == []


def test_the_configuration_package_holds_no_logic(modules: list[Any]) -> None:
    assert [module.name for module in modules if module.name.startswith("k2k_config.")] == []
