"""The packages that K2K needs, and whether they are installed.

An installation may be updated without its requirements: the program is new, and a package that it needs is not there.
That is said when the network is opened, with every missing package, and not by whatever needs one of them first.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec

from k2k_core.errors import MissingPackages

REQUIRED: Mapping[str, str] = {
    "anyascii": "anyascii",
    "defusedxml": "defusedxml",
    "marshmallow": "marshmallow",
    "numpy": "numpy",
    "openpyxl": "openpyxl",
    "peewee": "peewee",
    "pluggy": "pluggy",
    "pypdfium2": "pypdfium2",
    "reportlab": "reportlab",
    "tzdata": "tzdata",
    "yaml": "PyYAML",
    "zint": "zint-bindings",
}
"""Name of the module -> name of the package that has it, as in `setup.cfg`."""

API, CONSOLE = "api", "console"

_SECRETS = {"argon2": "argon2-cffi", "cryptography": "cryptography"}

EXTRAS: Mapping[str, Mapping[str, str]] = {
    API: _SECRETS,
    CONSOLE: {
        **_SECRETS,
        "babel": "babel",
        "flask": "flask",
        "flask_admin": "flask-admin",
        "flask_babel": "flask-babel",
        "flask_limiter": "flask-limiter",
        "flask_login": "flask-login",
        "flask_wtf": "flask-wtf",
        "waitress": "waitress",
        "wtforms": "wtforms",
        "wtfpeewee": "wtf-peewee",
    },
}
"""The same of each extra: `pip install "k2k[console]"`."""


@cache
def require_packages() -> None:
    """Raise `MissingPackages` with the name of every package that is needed and not installed. None is imported."""
    missing = _missing(REQUIRED)
    if missing:
        raise MissingPackages("Not installed: {packages}.", packages=", ".join(missing))


@cache
def require_extra(extra: str) -> None:
    """The same for what an extra needs: the console, passwords, encryption."""
    missing = _missing(EXTRAS[extra])
    if missing:
        raise MissingPackages(
            'Not installed: {packages}. They come with the extra {extra}: pip install "k2k[{extra}]".',
            packages=", ".join(missing),
            extra=extra,
        )


def _missing(packages: Mapping[str, str]) -> list[str]:
    return sorted(package for module, package in packages.items() if find_spec(module) is None)
