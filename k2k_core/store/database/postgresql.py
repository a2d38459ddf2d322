"""PostgreSQL, the engine for several workers and machines."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from peewee import PeeweeException, PostgresqlDatabase
from playhouse.pool import MaxConnectionsExceeded, PooledPostgresqlDatabase

from k2k_core.errors import NotConfigured, StoreUnavailable
from k2k_core.store.database.postgresql_address import Address, read_address
from k2k_core.store.database.statement_log import log_without_parameters

STALE_AFTER = 300
"""Seconds after which an idle connection is replaced."""

CONNECT_WITHIN = 10
"""Seconds that the server has to answer a new connection."""

IDLE, INTERVAL, COUNT = 30, 5, 3
"""After so many silent seconds each side checks whether the other is still there, at this interval and so many times: a
machine that lost its power closes no connection, and neither a waiting thread nor the rows that it held would be free
for hours."""


PLANNER = {"random_page_cost": "1.1", "enable_mergejoin": "off"}
"""What the planner of the server is told, for lists of which one page is read.

A page that is read out of order costs little more than the next one of a table, as PostgreSQL's manual has it for disks
without heads and for what is in memory. The server's own 4 is of disks that turn: for a page of 1,000 rows it would
read whole tables of 100,000 and sort them, where an index has the rows in order. A merge join reads the index of the
joined table from its beginning up to where the page is, which the planner does not count.
"""

PREPARED = 1_000
"""How many statements a connection has prepared at the most: about as many as the commands of a shop have. The driver
prepares a statement that it was given several times; with its own hundred one command would displace another's."""


class Postgresql:
    """A pool of connections; a unit of work takes one and returns it."""

    name = "postgresql"
    begin_reading = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    begin_writing = "BEGIN ISOLATION LEVEL READ COMMITTED"
    """Without READ WRITE, which a standby refuses even to a unit of work that will write nothing."""

    def __init__(self, url: str, wait: float, connections: int) -> None:
        self._wait = wait
        address = read_address(url)
        self.schema = address.schema
        self._pool = PooledPostgresqlDatabase(
            address.url,
            max_connections=connections,
            stale_timeout=STALE_AFTER,
            timeout=wait,  # without it the pool raises at once when every connection is taken
            prefer_psycopg3=True,
            **_connection_parameters(address, wait),
        )
        self.database: PostgresqlDatabase = self._pool
        log_without_parameters(self.database)

    @contextmanager
    def connection(self, writing: bool) -> Iterator[None]:  # noqa: ARG002 - readers and writers share the pool
        """A connection of the pool for this thread."""
        try:
            self.database.connect()
        except MaxConnectionsExceeded as error:
            raise StoreUnavailable(
                "No connection to the database came free for {seconds:g} seconds.", seconds=self._wait
            ) from error
        try:
            self.database.connection().prepared_max = PREPARED
            yield
        finally:
            with suppress(PeeweeException):  # closing a broken connection raises again, and says nothing new
                self.database.close()

    def close(self) -> None:
        """Close every connection of the pool."""
        self._pool.close_all()


def _connection_parameters(address: Address, wait: float) -> dict[str, object]:
    """The connection parameters that the address leaves out, and its options; `NotConfigured` for one that is not
    valid."""
    try:
        from psycopg import ProgrammingError
        from psycopg.conninfo import conninfo_to_dict

        from k2k_core.store.database.psycopg_adapters import Adapters
    except ImportError as error:
        raise NotConfigured("PostgreSQL needs its driver: pip install 'k2k[postgresql]'.") from error
    try:
        given = conninfo_to_dict(address.url)
    except ProgrammingError as error:
        raise NotConfigured("The PostgreSQL address cannot be read: {why}.", why=str(error).strip()) from error
    parameters: dict[str, object] = {
        "connect_timeout": CONNECT_WITHIN,
        "application_name": "k2k",
        "options": " ".join((*_server_settings(wait), str(given.get("options", "")), address.options)).strip(),
        "keepalives_idle": IDLE,
        "keepalives_interval": INTERVAL,
        "keepalives_count": COUNT,
        "context": Adapters(),
    }
    return {name: value for name, value in parameters.items() if name == "options" or name not in given}


def _server_settings(wait: float) -> list[str]:
    """What the server is told; the options of the address come after these, and count."""
    settings: dict[str, int | str] = {
        "lock_timeout": int(wait * 1000),  # nobody waits for a row for ever
        **PLANNER,
        "tcp_keepalives_idle": IDLE,
        "tcp_keepalives_interval": INTERVAL,
        "tcp_keepalives_count": COUNT,
    }
    return [f"-c {name}={value}" for name, value in settings.items()]
