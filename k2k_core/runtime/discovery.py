"""Finds the installed plugins: entry points of the group `k2k.plugins`, each loaded and checked by itself.

A plugin that cannot be used becomes a `Broken` with its owner and the command to run next; it never stops the others.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import os
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from types import ModuleType
from typing import TypeVar, cast

from k2k_core.messages import Message
from k2k_core.runtime.deadline import DeadlineExceeded, call_with_deadline
from k2k_core.runtime.error_text import contained, describe, message_of
from k2k_core.runtime.manifests import read_manifest, settings_fields
from k2k_core.runtime.plugin import BUNDLED_DISTRIBUTION, Broken, Plugin, Refused, logger, next_command
from k2k_core.runtime.signature_lint import lint

T = TypeVar("T")

GROUP = "k2k.plugins"
LOADING_SECONDS = 30.0
"""Seconds that the import of a third party's module may take."""

PLACES = 4
"""For how many states of `sys.path` it is cached which plugins are installed: reading what every distribution says of
itself takes longer than opening a network otherwise does."""


@dataclass(frozen=True, slots=True)
class Found:
    """A plugin by name, before its module is loaded."""

    name: str
    module: str
    load: Callable[[], object]
    distribution: str = ""
    version: str = ""
    owner: str = ""


def discover(
    extra: Iterable[tuple[str, ModuleType | str]] = (), *, installed: bool = True, seconds: float = LOADING_SECONDS
) -> list[Plugin | Broken]:
    """Every plugin, bundled ones first, then by name.

    `installed` uses the entry points of this environment; `extra` adds modules (or their import names) that a host or a
    test lists. Of two plugins with one name the second is broken: the bundled one, else that of the first distribution,
    is used.
    """
    found = [*_installed(), *map(_listed, extra)] if installed else [_listed(pair) for pair in extra]
    found.sort(key=lambda one: (one.distribution != BUNDLED_DISTRIBUTION, one.name, one.distribution))
    owners: dict[str, Found] = {}
    plugins: list[Plugin | Broken] = []
    for one in found:
        first = owners.setdefault(one.name, one)
        plugins.append(_load(one, seconds) if first is one else _same_name(first, one))
    return plugins


def _installed() -> Sequence[Found]:
    return _installed_in(tuple(map(_last_changed, sys.path)))


def _last_changed(folder: str) -> tuple[str, int]:
    """A folder, and when something was last put there or taken away: that is how distributions come and go."""
    try:
        return folder, os.stat(folder or os.curdir).st_mtime_ns
    except OSError:
        return folder, 0


@lru_cache(PLACES)
def _installed_in(folders: tuple[tuple[str, int], ...]) -> Sequence[Found]:  # noqa: ARG001 - they decide the answer
    identity = cache(_identity)  # many plugins may be of one distribution, and parsing its metadata takes long
    return tuple(_described(point, identity) for point in importlib.metadata.entry_points(group=GROUP))


def _described(point: importlib.metadata.EntryPoint, identity: Callable[..., tuple[str, str, str]]) -> Found:
    """An entry point with its distribution; invalid metadata of one distribution must not stop the search."""
    try:
        name, version, owner = identity(point.dist)
    except Exception as error:
        logger(point.name).warning("cannot read the metadata of the plugin: %s", describe(error))
        name = version = owner = ""
    return Found(point.name, point.value.partition(":")[0].strip(), point.load, name, version, owner)


def _identity(distribution: importlib.metadata.Distribution | None) -> tuple[str, str, str]:
    """Name, version and author of a distribution, empty where it does not say."""
    if distribution is None:
        return "", "", ""
    metadata = distribution.metadata
    name, version, author, address = (
        str(metadata[field]) if field in metadata else "" for field in ("Name", "Version", "Author", "Author-email")
    )
    return re.sub(r"[-_.]+", "-", name).lower(), version, author or address


def _listed(pair: tuple[str, ModuleType | str]) -> Found:
    name, module = pair
    if isinstance(module, str):
        return Found(name, module, lambda: importlib.import_module(module))
    return Found(name, module.__name__, lambda: module)


def _load(found: Found, seconds: float) -> Plugin | Broken:
    """Import and check one plugin. Whatever it does, the result is a value."""
    module: ModuleType | None = None
    try:
        module = _import(found, seconds)
        return _apart(found, lambda: _checked(found, module), seconds)
    except Refused as refused:
        return _broken(found, refused, module)
    except DeadlineExceeded as error:
        why = Message("reading {module}: {why}", module=found.module, why=message_of(error))
        return _broken(found, Refused("import_timeout", why), module)
    except (Exception, SystemExit) as error:
        logger(found.name).error("cannot read the plugin", exc_info=error)
        return _broken(
            found,
            Refused(
                "import_failed",
                Message("reading {module} {what}", module=found.module, what=describe(error)),
                f"k2k plugin check {found.name}",
            ),
        )


def _apart(found: Found, work: Callable[[], T], seconds: float) -> T:
    """The work, of a third party's plugin on a thread of its own: its module, manifest and signatures are its code."""
    if found.distribution == BUNDLED_DISTRIBUTION:
        return work()
    return call_with_deadline(contained(work, (Refused,)), seconds, found.name)


def _checked(found: Found, module: ModuleType) -> Plugin:
    manifest = read_manifest(found.name, module)
    lint(found.name, module)
    return Plugin(found.name, module, manifest, found.distribution, found.version, settings_fields(manifest))


def _import(found: Found, seconds: float) -> ModuleType:
    try:
        module = _apart(found, found.load, seconds)
    except DeadlineExceeded as error:
        raise Refused(
            "import_timeout", Message("importing {module}: {why}", module=found.module, why=message_of(error))
        ) from error
    except (Exception, SystemExit) as error:
        logger(found.name).error("cannot import the plugin", exc_info=error)
        raise Refused(
            "import_failed", Message("importing {module} {what}", module=found.module, what=describe(error))
        ) from error
    if not issubclass(type(module), ModuleType):
        raise Refused(
            "no_manifest",
            Message(
                "the entry point {entry_point} names {given}, not a module",
                entry_point=found.name,
                given=type(module).__name__,
            ),
        )
    return cast(ModuleType, module)


def _same_name(first: Found, second: Found) -> Broken:
    problem = Message(
        "two plugins are named {name}: of {first}, which is used, and of {second}",
        name=first.name,
        first=_origin(first),
        second=_origin(second),
    )
    return _broken(second, Refused("duplicate_name", problem))


def _origin(found: Found) -> str:
    if found.distribution:
        return Message("distribution {distribution}", distribution=found.distribution)
    return Message("module {module}", module=found.module)


def _broken(found: Found, refused: Refused, module: ModuleType | None = None) -> Broken:
    next_step = refused.next_step or next_command(refused.code, found.name, found.module, found.distribution)
    owner = _owner(module) or found.owner or found.distribution or found.module
    return Broken(found.name, owner, refused.code, refused.problem, next_step, found.distribution, found.version)


def _owner(module: ModuleType | None) -> str:
    """The owner in the manifest, if it can be read."""
    try:
        owner = getattr(getattr(module, "manifest", None), "owner", "")
    except (Exception, SystemExit):
        return ""
    return owner if isinstance(owner, str) else ""
