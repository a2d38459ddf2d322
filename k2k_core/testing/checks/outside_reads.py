"""Notes what a plugin's code reads besides what it was handed, and on which of its lines.

It is seen at the call itself, however the function was imported and named, and also through a library that the plugin
calls. Imports, logging and time zones read files and the clock for reasons of their own: those are left out.
"""

from __future__ import annotations

import datetime as dt
import decimal
import gc
import os
import random
import sys
import threading
from collections.abc import Mapping
from types import FrameType, ModuleType
from typing import Any, NamedTuple, Self

from k2k_core.testing.checks.places import Sources

CLOCK, CHANCE, ENVIRONMENT, FILES = "the clock", "random numbers", "the environment", "files"
NETWORK, DATABASE, CONTEXT = "the network", "a database", "the decimal context"
PRIVATE = "what is private to K2K"

_FUNCTIONS: Mapping[str, tuple[str, frozenset[str]]] = {
    "time": (
        CLOCK,
        frozenset(
            ("time", "time_ns", "localtime", "gmtime", "ctime", "monotonic", "monotonic_ns", "perf_counter", "sleep")
        ),
    ),
    "posix": (FILES, frozenset(("open", "stat", "lstat", "listdir", "scandir", "getcwd", "read", "access"))),
    "nt": (FILES, frozenset(("open", "stat", "lstat", "listdir", "scandir", "getcwd", "read", "access"))),
    "_io": (FILES, frozenset(("open", "open_code"))),
    "io": (FILES, frozenset(("open", "open_code"))),
}
"""By module what its functions read; the module of a function is that of its `__self__`."""

_CHANCE = frozenset(("urandom", "getrandom"))
_DAYS = frozenset(("today", "now", "utcnow"))
_TYPES = {
    "_socket": NETWORK, "socket": NETWORK, "_ssl": NETWORK, "select": NETWORK, "sqlite3": DATABASE,
    "psycopg": DATABASE, "psycopg_binary": DATABASE, "psycopg2": DATABASE, "_random": CHANCE,
}  # fmt: skip
"""By the module of an object's type, or of a function, what its methods reach."""

_LIBRARIES = {
    "socket": NETWORK, "urllib.request": NETWORK, "http.client": NETWORK, "requests": NETWORK, "urllib3": NETWORK,
    "httpx": NETWORK, "smtplib": NETWORK, "ftplib": NETWORK, "aiohttp": NETWORK, "subprocess": "another program",
    "sqlite3": DATABASE, "psycopg": DATABASE, "psycopg2": DATABASE, "peewee": DATABASE, "sqlalchemy": DATABASE,
    "pymongo": DATABASE, "redis": DATABASE,
}  # fmt: skip
"""Functions of Python in these modules reach that."""

_FOR_THEMSELVES = frozenset(
    (
        "reportlab",
        "logging",
        "importlib",
        "_frozen_importlib",
        "_frozen_importlib_external",
        "zoneinfo",
        "warnings",
        "linecache",
    )
)
"""reportlab reads the clock for the date of a PDF; that a label comes out the same twice is a check of its own."""

PUBLIC = ("k2k_core.hooks", "k2k_core.domain", "k2k_core.errors", "k2k_core.messages", "k2k_core.testing")
"""The packages of the core that a plugin may import."""
_HANDED_OVER = ("k2k_core.runtime.isolation", "k2k_core.lazy_imports", "k2k_core.texts")
"""Requests are made of the first, and what is public leads to the others, without the plugin's doing."""


def is_private(module: str) -> bool:
    """Whether a module belongs to K2K and not to what plugins may use of it."""
    root = module.partition(".")[0]
    if root in ("k2k_console", "k2k_shop", "k2k_config"):
        return True
    named = module == root or any(module == one or module.startswith(f"{one}.") for one in PUBLIC)
    return root == "k2k_core" and not named


class Reading(NamedTuple):
    """What is read, by which function, and the line of the plugin that does it."""

    what: str
    function: str
    place: str


class OutsideReads:
    """Within it, what code of a plugin reads is noted in `found`, also on threads that begin meanwhile.

    Nothing is collected meanwhile: finalizers of others, and who times the collector, would read in the midst of it.
    """

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self.found: list[Reading] = []

    def __enter__(self) -> Self:
        self._before = sys.getprofile()
        self._of_threads = threading.getprofile()
        self._collected = gc.isenabled()
        gc.disable()
        threading.setprofile(self._event)
        sys.setprofile(self._event)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(self._before)
        threading.setprofile(self._of_threads)
        if self._collected:
            gc.enable()

    def of(self, *kinds: str) -> list[Reading]:
        """Those of some kinds."""
        return [one for one in self.found if one.what in kinds]

    def _event(self, frame: FrameType, event: str, called: Any) -> None:
        if event == "c_call":
            what = _read_by(called)
            function = _name_of(called)
        elif event == "call":
            what = self._entered(frame)
            function = f"{frame.f_globals.get('__name__')}.{frame.f_code.co_qualname}"
        else:
            return
        if what and (place := self._place(frame, by_library=what not in (ENVIRONMENT, FILES))):
            reading = Reading(what, function, place)
            if reading not in self.found:
                self.found.append(reading)

    def _entered(self, frame: FrameType) -> str:
        """What a function of Python that is entered reads."""
        name = frame.f_globals.get("__name__", "")
        if name == "os" and frame.f_code.co_qualname.startswith("_Environ."):
            return ENVIRONMENT
        if name.startswith(("k2k_core.", "k2k_console", "k2k_shop", "k2k_config")):
            caller = frame.f_back
            by_plugin = caller is not None and self._sources.owns(caller.f_globals.get("__name__"))
            return PRIVATE if by_plugin and is_private(name) and name not in _HANDED_OVER else ""
        return _LIBRARIES.get(name) or _LIBRARIES.get(name.partition(".")[0], "")

    def _place(self, frame: FrameType | None, *, by_library: bool) -> str:
        """The line of the plugin that leads here; empty where something reads for itself. A library may read files and
        variables of its own, such as fonts, unless what it reads counts `by_library` too."""
        while frame is not None:
            name = frame.f_globals.get("__name__", "")
            if self._sources.owns(name):
                return self._sources.line(frame.f_code.co_filename, frame.f_lineno)
            root = name.partition(".")[0]
            if root in _FOR_THEMSELVES or not (by_library or root in sys.stdlib_module_names):
                return ""
            frame = frame.f_back
        return ""


def _read_by(called: Any) -> str:
    """What a function of C reads."""
    owner, name = getattr(called, "__self__", None), getattr(called, "__name__", "")
    if isinstance(owner, type) and issubclass(owner, dt.date) and name in _DAYS:
        return CLOCK
    if isinstance(owner, ModuleType) or owner is None:
        module = owner.__name__ if isinstance(owner, ModuleType) else getattr(called, "__module__", None) or ""
        what, names = _FUNCTIONS.get(module, ("", frozenset()))
        if name in names:
            return what
        if module == os.name or name in _CHANCE:
            return CHANCE if name in _CHANCE else ""
        if called in (decimal.getcontext, decimal.setcontext):
            return CONTEXT
        return _TYPES.get(module, "")
    return _of_object(owner, name)


def _of_object(owner: object, name: str) -> str:
    """What a method of an object reads; a generator of random numbers with a seed of its own reads nothing."""
    if isinstance(owner, random.Random):
        return CHANCE if owner is getattr(random, "_inst", None) else ""
    module = type(owner).__module__
    if module == "_io" and name.startswith("read") and type(owner).__name__ not in ("BytesIO", "StringIO"):
        return FILES
    return _TYPES.get(module, "")


def _name_of(called: Any) -> str:
    owner = getattr(called, "__self__", None)
    if isinstance(owner, ModuleType):
        return f"{owner.__name__}.{called.__name__}"
    kind = owner if isinstance(owner, type) else type(owner)
    return f"{kind.__module__}.{kind.__name__}.{getattr(called, '__name__', '?')}".replace("builtins.NoneType.", "")
