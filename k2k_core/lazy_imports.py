"""Imports modules when they are first used, so that a program starts without those that it does not need.

`from k2k_core.services import documents` costs nothing; `documents.credits.credit(...)` imports `credits`, once. It is
the standard mechanism for it: a module's own `__getattr__` (PEP 562). A package that has it names its modules for the
type checker:

    if TYPE_CHECKING:
        from k2k_core.services.documents import credits as credits
    else:
        __getattr__ = submodules_of(__name__)

The facade (`k2k_core.api`) reaches the services this way, and commands what they alone need. The services import each
other where they need each other.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from types import ModuleType


def submodules_of(package: str) -> Callable[[str], ModuleType]:
    """The `__getattr__` of a package: its modules, each imported when it is first asked for."""

    def submodule(name: str) -> ModuleType:
        path = f"{package}.{name}"
        if not name.startswith("_"):
            try:
                return import_module(path)
            except ModuleNotFoundError as error:
                if error.name != path:
                    raise
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    return submodule
