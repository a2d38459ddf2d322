"""A private PostgreSQL server for tests: from the machine's own binaries, on a Unix socket, removed afterwards.

    with PrivatePostgres() as server:
        store = Store(server.create_database())

It needs no account, no port and no configuration; it works as root too (the server then runs as another user).
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from types import TracebackType

import psycopg
from psycopg import sql

DEBIAN = Path("/usr/lib/postgresql")
HOW_TO_PROVIDE = "apt-get install postgresql"
UNPRIVILEGED = ("postgres", "nobody")
USER, SUPERUSER = "k2k", "postgres"
"""Who owns the databases, and is under row-level security as a superuser is not."""

STARTS_WITHIN = 30.0
"""Seconds that a server may take to start or to stop."""

_CREATE = "CREATE DATABASE {} TEMPLATE {} OWNER {} STRATEGY file_copy"

FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
SMALL = ("max_connections=100", "shared_buffers=64MB", "listen_addresses=", "unix_socket_permissions=0777")


def find_binaries() -> Path | None:
    """The folder of this machine's server binaries, the newest version first; None when there are none."""
    on_path = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    versions = sorted(DEBIAN.glob("*/bin"), key=lambda folder: _version(folder.parent.name), reverse=True)
    for folder in [*versions, *on_path]:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    return None


MEMORY = Path("/dev/shm")
"""A file system in memory, on Linux: a new database is there in a tenth of the time that a disk takes."""


ENOUGH = 2 * 1024**3
"""Bytes that must be free there: hundreds of small databases come and go."""


def _memory() -> Path | None:
    """Where temporary files go: into memory where that can be, else where temporary files go."""
    if not MEMORY.is_dir() or not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < ENOUGH:
        return None
    return MEMORY


class PrivatePostgres:
    """One server in a temporary folder. `durable` keeps fsync on: slower, and what a crash test needs."""

    def __init__(self, *, durable: bool = False) -> None:
        """Prepare; nothing runs before `start`. FileNotFoundError when the machine has no server binaries."""
        binaries = find_binaries()
        if binaries is None:
            raise FileNotFoundError(f"this machine has no PostgreSQL server: {HOW_TO_PROVIDE}")
        self._binaries = binaries
        self._durable = durable
        self._settings = SMALL if durable else SMALL + FAST
        self._owner = _server_user()
        self._numbers = count(1)
        self._server: subprocess.Popen[bytes] | None = None
        self._folder: Path | None = None

    def __enter__(self) -> PrivatePostgres:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def folder(self) -> Path:
        """Where its files and its socket are; only while it runs."""
        if self._folder is None:
            raise RuntimeError("the server is not running")
        return self._folder

    def start(self) -> None:
        """Create the server's files and start it; RuntimeError with its log when it does not come up."""
        self._folder = Path(tempfile.mkdtemp(prefix="k2k-pg-", dir=None if self._durable else _memory()))
        if self._owner:
            shutil.chown(self._folder, self._owner)
        try:
            self._run("initdb", "-D", str(self._data), "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
            self._launch()
            self._wait_until_ready()
            self._administer("CREATE ROLE {} LOGIN CREATEDB", USER)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server (a fast shutdown: clients are cut off) and remove its files."""
        if self._server is not None and self._server.poll() is None:
            self._server.send_signal(signal.SIGINT)
            try:
                self._server.wait(STARTS_WITHIN)
            except subprocess.TimeoutExpired:
                self._server.kill()
                self._server.wait()
        self._server = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def crash(self) -> None:
        """Kill the server with all its processes at once; its files stay as they were at that moment."""
        if self._server is None:
            raise RuntimeError("the server is not running")
        self._server.send_signal(signal.SIGSTOP)  # so that it starts nobody in the place of the first that is killed
        family = [self._server.pid, *_children(self._server.pid)]
        for pid in family:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._server.wait(STARTS_WITHIN)
        _wait_until_gone(family)

    def as_standby(self, standby: bool) -> None:
        """Make the server follow another one, which does not exist, from its next start on: it is read-only."""
        signal_file = self._data / "standby.signal"
        signal_file.touch() if standby else signal_file.unlink()

    def revive(self) -> None:
        """Start the server again on the files that it left, and wait until it has recovered."""
        self._launch()
        self._wait_until_ready()

    def url(self, database: str) -> str:
        """The URL of a database of this server, for `Store` and for `psycopg.connect`."""
        return self._url(database, USER)

    def superuser_url(self, database: str) -> str:
        """The same for the server's administrator, who may do what the owner of a database may not."""
        return self._url(database, SUPERUSER)

    def create_database(self, template: str = "template0") -> str:
        """A new database, empty or a copy of `template` (which nobody may be connected to); its address."""
        name = f"k2k_{next(self._numbers)}"
        self._administer(_CREATE, name, template, USER)
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Remove a database of this server, whoever is still connected."""
        self._administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", name_in(url))

    def replace_database(self, url: str, template: str) -> None:
        """Make a database of this server a copy of `template`; nobody may be connected to either."""
        self.drop_database(url)
        self._administer(_CREATE, name_in(url), template, USER)

    def _url(self, database: str, user: str) -> str:
        return f"postgresql:///{database}?host={self.folder}&user={user}"

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    @property
    def _log(self) -> Path:
        return self.folder / "server.log"

    def _launch(self) -> None:
        settings = [word for setting in self._settings for word in ("-c", setting)]
        command = [str(self._binaries / "postgres"), "-D", str(self._data), "-k", str(self.folder), *settings]
        with self._log.open("wb") as log:
            self._server = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                user=self._owner,
                extra_groups=[] if self._owner else None,
                start_new_session=True,  # Ctrl-C in the terminal stops the tests; they stop the server
            )

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + STARTS_WITHIN
        while True:
            try:
                psycopg.connect(self.superuser_url("postgres")).close()
                return
            except psycopg.OperationalError:
                died = self._server is None or self._server.poll() is not None
                if died or time.monotonic() >= deadline:
                    raise RuntimeError(f"PostgreSQL did not start:\n{self._log.read_text()}") from None
            time.sleep(0.02)

    def _run(self, program: str, *arguments: str) -> None:
        command: Sequence[str] = [str(self._binaries / program), *arguments]
        extra_groups: list[str] | None = [] if self._owner else None
        done = subprocess.run(
            command, capture_output=True, text=True, cwd=self.folder, user=self._owner, extra_groups=extra_groups
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed:\n{done.stdout}{done.stderr}")

    def _administer(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.superuser_url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def name_in(url: str) -> str:
    """The name of the database in one of this server's addresses."""
    return url.removeprefix("postgresql:///").partition("?")[0]


def _server_user() -> str | None:
    """The user that the server runs as: PostgreSQL refuses root, so an unprivileged one instead."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    for name in UNPRIVILEGED:
        if name in known:
            return name
    raise RuntimeError(f"PostgreSQL does not run as root, and none of {', '.join(UNPRIVILEGED)} exists here")


def _children(parent: int) -> list[int]:
    """The processes that a process started and that still live, on Linux."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        status = _status(int(folder.name))
        if status is not None and status[1] == parent:
            found.append(int(folder.name))
    return found


def _wait_until_gone(pids: Sequence[int]) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while any((status := _status(pid)) is not None and status[0] != "Z" for pid in pids):
        if time.monotonic() >= deadline:
            raise RuntimeError("the processes of the server do not die")
        time.sleep(0.002)


def _status(pid: int) -> tuple[str, int] | None:
    """The state of a process and its parent; None for one that is gone."""
    try:
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return words[0], int(words[1])


def _version(name: str) -> tuple[int, ...]:
    return tuple(int(part) for part in name.split(".") if part.isdigit())
