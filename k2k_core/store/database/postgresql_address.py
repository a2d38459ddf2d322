"""The address of a PostgreSQL database, with the schema in which a network has its tables.

`postgresql://k2k@localhost/erp?schema=k2k` is an address as PostgreSQL's own programs take it, and `schema`, which they
do not know. Without one the tables are in the first schema of the user's search path, which is `public`.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from k2k_core.errors import NotConfigured

SCHEMA = "schema"
_NAME = re.compile(r"(?!pg_)[a-z_][a-z0-9_]{0,62}")
"""Names that need no quotes anywhere; those with `pg_` are the server's."""


class Address(NamedTuple):
    """Where a network is: the address for the driver, without a schema, and the schema, None for the user's own."""

    url: str
    schema: str | None

    @property
    def options(self) -> str:
        """What a connection is told so that it finds its tables."""
        return "" if self.schema is None else f"-c search_path={self.schema}"


def read_address(url: str) -> Address:
    """An address as somebody wrote it. Raises `NotConfigured` for a name that is no schema's."""
    place, _, query = ("postgresql" + url.removeprefix(url.partition("://")[0])).partition("?")
    asked = parse_qsl(query, keep_blank_values=True)
    schemas = [value for name, value in asked if name == SCHEMA]
    if not schemas:
        return Address(f"{place}?{query}" if query else place, None)
    if len(schemas) > 1 or not _NAME.fullmatch(schemas[0]):
        raise NotConfigured(
            "{schema!r} cannot be the schema of a network: write lower-case letters, digits and _, such as k2k.",
            schema=", ".join(schemas),
        )
    others = urlencode([(name, value) for name, value in asked if name != SCHEMA])
    return Address(f"{place}?{others}" if others else place, schemas[0])


def in_schema(url: str, schema: str) -> str:
    """The address of the same database with this schema. Raises `NotConfigured` for one that is not PostgreSQL's."""
    if not url.startswith(("postgresql://", "postgres://")):
        raise NotConfigured("Only PostgreSQL has schemas: on SQLite a network has a file of its own.", schema=schema)
    mark = "&" if "?" in url else "?"
    return f"{url}{mark}{urlencode({SCHEMA: schema})}"
