"""PostgreSQL: `pg_dump` and `pg_restore`, and databases for trials. The password is passed in the environment, so that
no list of processes shows it."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from k2k_core.errors import AlreadyThere, BackupFailed, NotConfigured, StoreUnavailable
from k2k_core.store.database.row_security import WHOLE_NETWORK

DEBIAN = Path("/usr/lib/postgresql")


def dump(url: str, target: Path) -> None:
    """Write what the database holds at this moment into a file: the rows of every company. Row-level security is on for
    the owner of the tables too, and `pg_dump` would refuse to read under it without being told."""
    _run(
        *("pg_dump", url, "--format=custom", "--no-owner", "--no-privileges"),
        *("--enable-row-security", f"--file={target}"),
    )


def restore(backup: Path, url: str) -> None:
    """Restore a file into an empty database, completely or not at all."""
    _run("pg_restore", url, "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", str(backup))


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
        yield _address(make_conninfo(_plain(url), dbname=name))
    finally:
        with _connected(url) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _address(conninfo: str) -> str:
    """A connection string as the address of a database."""

    from psycopg.conninfo import conninfo_to_dict

    parts = {name: str(value) for name, value in conninfo_to_dict(conninfo).items()}
    name = parts.pop("dbname")
    return f"postgresql:///{quote(name)}?{urlencode(parts)}"


def _plain(url: str) -> str:
    """The address as PostgreSQL's own programs take it."""
    return "postgresql" + url.removeprefix(url.partition("://")[0])


@contextmanager
def _connected(url: str) -> Iterator[Any]:
    try:
        import psycopg
    except ImportError as error:
        raise NotConfigured("PostgreSQL needs its driver: pip install 'k2k[postgresql]'.") from error
    try:
        connection = psycopg.connect(_plain(url), autocommit=True)
    except psycopg.OperationalError as error:
        raise StoreUnavailable("The database did not take the work: {why}.", why=_first_line(str(error))) from error
    with connection:
        yield connection


def _run(program: str, url: str, *arguments: str) -> None:
    from psycopg.conninfo import conninfo_to_dict, make_conninfo

    parts = conninfo_to_dict(_plain(url))
    parts["options"] = f"{parts.get('options', '')} -c {WHOLE_NETWORK}=on".strip()
    environment = dict(os.environ)
    password = parts.pop("password", None)
    if password is not None:
        environment["PGPASSWORD"] = str(password)
    command = [_path(program), f"--dbname={make_conninfo('', **parts)}", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode:
        raise BackupFailed("{program} did not do it: {why}.", program=program, why=_first_line(done.stderr))


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
