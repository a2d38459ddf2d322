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
    "argon2": "argon2-cffi",
    "babel": "babel",
    "cryptography": "cryptography",
    "defusedxml": "defusedxml",
    "flask": "flask",
    "flask_admin": "flask-admin",
    "flask_babel": "flask-babel",
    "flask_limiter": "flask-limiter",
    "flask_login": "flask-login",
    "flask_wtf": "flask-wtf",
    "marshmallow": "marshmallow",
    "numpy": "numpy",
    "openpyxl": "openpyxl",
    "peewee": "peewee",
    "pluggy": "pluggy",
    "pypdfium2": "pypdfium2",
    "reportlab": "reportlab",
    "tzdata": "tzdata",
    "waitress": "waitress",
    "wtforms": "wtforms",
    "wtfpeewee": "wtf-peewee",
    "yaml": "PyYAML",
    "zint": "zint-bindings",
}
"""Name of the module -> name of the package that has it, as in `setup.cfg`."""


@cache
def require_packages() -> None:
    """Raise `MissingPackages` with the name of every package that is needed and not installed. None is imported."""
    missing = sorted(package for module, package in REQUIRED.items() if find_spec(module) is None)
    if missing:
        raise MissingPackages("Not installed: {packages}.", packages=", ".join(missing))
