"""PostgreSQL: `pg_dump` and `pg_restore`, and databases for trials. The password is passed in the environment, so that
no list of processes shows it."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from k2k_core.errors import AlreadyThere, BackupFailed, NotConfigured, StoreUnavailable
from k2k_core.store.database.postgresql_address import SCHEMA, read_address
from k2k_core.store.database.row_security import WHOLE_NETWORK

DEBIAN = Path("/usr/lib/postgresql")
PUBLIC = "public"
_TABLE = re.compile(r"^\d+; \d+ \d+ TABLE (?P<schema>\S+) schema_version ", re.MULTILINE)
"""A line of the list that `pg_restore` makes of a file."""


def dump(url: str, target: Path) -> None:
    """Write what the network holds at this moment into a file: the rows of every company. Row-level security is on for
    the owner of the tables too, and `pg_dump` would refuse to read under it without being told."""
    schema = read_address(url).schema
    only = () if schema is None else (f"--schema={schema}",)
    _run(
        *("pg_dump", url, "--format=custom", "--no-owner", "--no-privileges"),
        *("--enable-row-security", f"--file={target}", *only),
    )


def restore(backup: Path, url: str) -> None:
    """Restore a file into an empty database, or schema of one, completely or not at all. Raises `NotConfigured` for
    another schema than that of the file."""
    schema, of_backup = read_address(url).schema, _schema_of(backup)
    if of_backup not in (schema or PUBLIC, None):
        raise NotConfigured(
            "The backup is of the schema {schema}: restore it at an address that ends with ?schema={schema}.",
            schema=of_backup,
        )
    if schema is not None:
        _drop_empty(url, schema)  # the file makes it
    _run("pg_restore", url, "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", str(backup))


def _schema_of(backup: Path) -> str | None:
    """The schema of the tables in a file; None in one without tables."""
    listed = _output([_path("pg_restore"), "--list", str(backup)], dict(os.environ))
    found = _TABLE.search(listed)
    return found and found["schema"]


def _drop_empty(url: str, schema: str) -> None:
    from psycopg import sql

    with _connected(url) as connection:
        connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {}").format(sql.Identifier(schema)))


def require_empty(url: str) -> None:
    """AlreadyThere when a database has tables."""
    from psycopg import sql

    query = sql.SQL("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()")
    with _connected(url) as connection:
        found = connection.execute(query).fetchone()
    if found[0]:
        raise AlreadyThere("The database has tables already. Restore into an empty one.")


@contextmanager
def trial_database(url: str) -> Iterator[str]:
    """The address of a new, empty database on the same server, removed in the end."""
    from psycopg import Error, sql
    from psycopg.conninfo import make_conninfo

    name = f"k2k_trial_{secrets.token_hex(6)}"
    with _connected(url) as connection:
        try:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        except Error as error:
            raise BackupFailed(
                "The database for a trial restore cannot be created: {why}.", why=_first_line(str(error))
            ) from error
    try:
        yield _address(make_conninfo(read_address(url).url, dbname=name), read_address(url).schema)
    finally:
        with _connected(url) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _address(conninfo: str, schema: str | None) -> str:
    """A connection string as the address of a database, or of a schema of one."""

    from psycopg.conninfo import conninfo_to_dict

    parts = {name: str(value) for name, value in conninfo_to_dict(conninfo).items()}
    name = parts.pop("dbname")
    parts |= {} if schema is None else {SCHEMA: schema}
    return f"postgresql:///{quote(name)}?{urlencode(parts)}"


def _connection_facts(url: str) -> dict[str, Any]:
    """How to connect to an address, as PostgreSQL's own programs take it."""
    from psycopg.conninfo import conninfo_to_dict

    address = read_address(url)
    facts = conninfo_to_dict(address.url)
    return {**facts, "options": f"{facts.get('options', '')} {address.options}".strip()}


@contextmanager
def _connected(url: str) -> Iterator[Any]:
    try:
        import psycopg
    except ImportError as error:
        raise NotConfigured("PostgreSQL needs its driver: pip install 'k2k[postgresql]'.") from error
    try:
        connection = psycopg.connect(**_connection_facts(url), autocommit=True)
    except psycopg.OperationalError as error:
        raise StoreUnavailable("The database did not take the work: {why}.", why=_first_line(str(error))) from error
    with connection:
        yield connection


def _run(program: str, url: str, *arguments: str) -> None:
    from psycopg.conninfo import make_conninfo

    parts = _connection_facts(url)
    parts["options"] = f"{parts['options']} -c {WHOLE_NETWORK}=on".strip()
    environment = dict(os.environ)
    password = parts.pop("password", None)
    if password is not None:
        environment["PGPASSWORD"] = str(password)
    _output([_path(program), f"--dbname={make_conninfo('', **parts)}", *arguments], environment)


def _output(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode:
        program = Path(command[0]).name
        raise BackupFailed("{program} did not do it: {why}.", program=program, why=_first_line(done.stderr))
    return done.stdout


def _path(program: str) -> str:
    """Where one of PostgreSQL's own programs is; NotConfigured where there is none."""
    found = shutil.which(program)
    if found is None:
        newest = sorted(DEBIAN.glob(f"*/bin/{program}"))
        found = str(newest[-1]) if newest else None
    if found is None:
        raise NotConfigured("{program} is not installed. It comes with PostgreSQL's client programs.", program=program)
    return found


def _first_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[0].rstrip(".") if lines else ""
