"""`k2k init` and `k2k migrate`, and how other commands open the database: none of them creates one by accident."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit, urlunsplit

import k2k_core
from k2k_core.cli.language import spoken, words
from k2k_core.cli.options import add_command
from k2k_core.cli.terminal import table
from k2k_core.clock import Clock, utc_now
from k2k_core.errors import NoDatabase, NotConfigured, NotMigrated
from k2k_core.messages import Message
from k2k_core.services import administration
from k2k_core.settings.delivery_settings import in_production

if TYPE_CHECKING:
    from k2k_core.api import K2K

DEFAULT = "sqlite:///var/k2k.db"
VARIABLE = "K2K_DATABASE"

NEXT = (
    ("k2k user add you@example.com --operator", Message("an operator of the whole network")),
    ("k2k serve", Message("the console, where companies are added and set up")),
    ("k2k worker", Message("with PostgreSQL: sends webhooks and mails (on SQLite, k2k serve does)")),
    ("k2k demo", Message("or first a demonstration on sample data")),
)
"""Suggestions for a new network."""


def add_to(commands: Any) -> None:
    """Add `k2k init` and `k2k migrate`."""
    add_command(
        commands,
        "init",
        init,
        "create the database of a network",
        "Creates the folder, the file and the tables. Nothing is changed if they exist.\n\n"
        "  k2k init\n"
        "  k2k init --database postgresql://k2k@localhost/k2k",
    )
    add_command(
        commands,
        "migrate",
        migrate,
        "migrate the database to the version of this program",
        "Make a backup first: `k2k backup`.",
    )


def shown(url: str) -> str:
    """The address of a database without its password."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{parts.username}:***@{place}"))


@contextmanager
def opened(url: str, clock: Clock = utc_now) -> Iterator[K2K]:
    """The network in an existing database with the tables of this program.

    Raises `NoDatabase`, `NotMigrated`, and the errors of opening it.
    """
    require_file(url)
    k2k = k2k_core.K2K(k2k_core.bootstrap.open_context(url, clock=clock).in_language(spoken()))
    try:
        if not k2k.context.store.migrated():
            raise NotMigrated("The database {database} does not have the tables of this program.", database=shown(url))
        _require_policies(k2k, url)
        yield k2k
    finally:
        k2k.close()


def _require_policies(k2k: K2K, url: str) -> None:
    """Raise `NotConfigured` in production for a user of the database who is above row-level security."""
    if in_production(os.environ) and k2k.context.store.passes_policies():
        raise NotConfigured(
            "The user of {database} is a superuser or bypasses row-level security: production needs another one.",
            database=shown(url),
        )


def require_file(url: str) -> None:
    """Raise `NoDatabase` for a SQLite file that does not exist."""
    path = file_of(url)
    if path is not None and not path.exists():
        raise NoDatabase("There is no database at {database}.", database=shown(url))


def folder_of(url: str) -> Path:
    """The folder for files that belong to this database."""
    path = file_of(url)
    return Path("var") if path is None else path.parent


def file_of(url: str) -> Path | None:
    """The file of a SQLite address, whether it exists or not; None for any other address."""
    path = unquote(urlsplit(url).path).removeprefix("/")
    return Path(path) if url.startswith("sqlite://") and path else None


def init(options: Namespace) -> int:
    """`k2k init`: create the folder, the file and the tables; harmless if they exist."""
    path = file_of(options.database)
    if path is not None:
        make_folder(path.parent)
    if _brought_up_to_date(options.database):
        options.screen.line(words("The network in {database} is ready.", database=shown(options.database)))
    else:
        options.screen.line(words("The network in {database} was ready already.", database=shown(options.database)))
    options.screen.lines(("", words("What comes next:")))
    options.screen.lines(table(NEXT), "  ")
    return 0


def migrate(options: Namespace) -> int:
    """`k2k migrate`: migrate the tables to the version of this program."""
    require_file(options.database)
    if _brought_up_to_date(options.database):
        options.screen.line(words("{database} was brought up to date.", database=shown(options.database)))
    else:
        options.screen.line(words("{database} is up to date.", database=shown(options.database)))
    return 0


def make_folder(folder: Path) -> None:
    """Make a folder that is not there yet; NotConfigured when that cannot be done."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NotConfigured(
            "The folder {folder} cannot be made: {why}.", folder=folder, why=error.strerror or error
        ) from None


def _brought_up_to_date(url: str) -> bool:
    """Migrate the tables; returns whether there was something to do."""
    k2k = k2k_core.K2K(k2k_core.bootstrap.open_context(url))
    try:
        behind = k2k.context.store.migrate()
        changed = administration.plugin_records.record_bundled(k2k.context)
        changed += administration.stored_secrets.encrypt_plain(k2k.context)
    finally:
        k2k.close()
    return behind or changed > 0
