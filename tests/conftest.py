"""Fixtures of all tests: a database on each engine, the check of every answer's shape, and the report of tests that
this machine could not run.

A test that needs a program of the machine is marked `@pytest.mark.needs("postgresql")`. Where the program is missing
the test is deselected, and the end of the run lists what was not run with the command that installs the program. With
`K2K_ACCEPT_NOT_RUN=no` that is a failure.
"""

from __future__ import annotations

import gc
import itertools
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, settings

from k2k_core.services.administration import users
from k2k_core.store.engine import Store
from k2k_core.testing import postgres
from tests.answer_shapes import check_every_answer


class Need(NamedTuple):
    """A program of the machine that some tests need."""

    is_there: Callable[[], bool]
    command: str


def _installed(*programs: str) -> Callable[[], bool]:
    return lambda: any(shutil.which(program) for program in programs)


ZPL_RENDERER = Path(__file__).with_name("node") / "node_modules" / "zpl-renderer-js"

NEEDS = {
    "postgresql": Need(lambda: postgres.find_binaries() is not None, postgres.HOW_TO_PROVIDE),
    "chromium": Need(_installed("chromium", "chromium-browser", "google-chrome"), "apt-get install chromium"),
    "nginx": Need(_installed("nginx", "/usr/sbin/nginx"), "apt-get install nginx-light"),
    "caddy": Need(_installed("caddy"), "apt-get install caddy"),
    "openssl": Need(_installed("openssl"), "apt-get install openssl"),
    "libreoffice": Need(_installed("soffice"), "apt-get install --no-install-recommends libreoffice-calc-nogui"),
    "gnumeric": Need(_installed("ssconvert"), "apt-get install --no-install-recommends gnumeric"),
    "node": Need(
        lambda: shutil.which("node") is not None and ZPL_RENDERER.is_dir(),
        "apt-get install nodejs npm && npm ci --prefix tests/node",
    ),
}

not_run_key = pytest.StashKey["Counter[str]"]()
"""How many tests were not run, by what they need."""


def pytest_configure(config: pytest.Config) -> None:
    # No random example fails because the machine is busy.
    settings.register_profile("untimed", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("untimed")
    config.stash[not_run_key] = Counter()
    check_every_answer()
    config.addinivalue_line("markers", "long: a test of many seconds, not in the short form (tests.short_form)")
    config.addinivalue_line("markers", f"needs(program): run only where the machine has it ({', '.join(NEEDS)})")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    missing = {name for name, need in NEEDS.items() if not need.is_there()}
    taken_out = []
    for item in items:
        if lacking := {mark.args[0] for mark in item.iter_markers("needs")} & missing:
            config.stash[not_run_key].update(lacking)
            taken_out.append(item)
    if taken_out:
        config.hook.pytest_deselected(items=taken_out)
        items[:] = [item for item in items if item not in taken_out]


def pytest_collection_finish() -> None:
    # Thousands of tests stay to the end: nothing of them is searched for garbage again and again.
    gc.collect()
    gc.freeze()


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    not_run = session.config.stash[not_run_key]
    if hasattr(session.config, "workeroutput"):  # a worker of pytest-xdist: its controller reports
        session.config.workeroutput["not_run"] = dict(not_run)
    elif not_run and os.environ.get("K2K_ACCEPT_NOT_RUN") == "no" and exitstatus in (0, 5):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    # Every worker collects every test, so their counts are the same count.
    not_run = node.config.stash[not_run_key]
    not_run |= Counter(getattr(node, "workeroutput", {}).get("not_run", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    not_run = config.stash[not_run_key]
    if not_run:
        terminalreporter.section("not run")
    for name, count in sorted(not_run.items()):
        terminalreporter.line(f"NOT RUN: {name} ({count} tests). To run them: {NEEDS[name].command}")


PRODUCTION_HASHER = users._hasher
"""How passwords are hashed outside of tests."""


@pytest.fixture(scope="session", autouse=True)
def quick_hashes() -> Iterator[None]:
    """Passwords are hashed with as little memory and time as argon2 allows: a tenth of a second each time otherwise."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(users, "_hasher", lambda: quick)
        yield


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.PrivatePostgres]:
    """A PostgreSQL server of this test process."""
    with postgres.PrivatePostgres() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres_server: postgres.PrivatePostgres) -> str:
    """The name of a database with all tables and no rows; nobody is connected to it."""
    url = postgres_server.create_database()
    _migrate(url)
    return postgres.name_in(url)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with all tables and no rows."""
    path = tmp_path_factory.mktemp("template") / "network.db"
    _migrate(sqlite_url(path))
    return path


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.needs("postgresql"))])
def engine(request: pytest.FixtureRequest) -> str:
    """Each engine in turn."""
    return str(request.param)


class OwnDatabase:
    """The database of one test, made when it is first needed: empty, or as a function fills it. What the function wrote
    is kept, and copied for the next test that names the same."""

    def __init__(self, request: pytest.FixtureRequest) -> None:
        self._request = request
        self._url: str | None = None
        self._filled: dict[tuple[type[OwnDatabase], str], Any] = request.getfixturevalue("filled_databases")

    @property
    def url(self) -> str:
        """Its address."""
        if self._url is None:
            self._url = self.copy(self.empty())
        return self._url

    def fill(self, name: str, load: Callable[[str], object]) -> None:
        """Make it what `load(address)` writes into an empty one."""
        if (type(self), name) not in self._filled:
            self._filled[type(self), name] = self.keep(load)
        self._url = self.copy(self._filled[type(self), name])

    def empty(self) -> Any:
        """What a database with all tables and no rows is copied from."""
        raise NotImplementedError

    def keep(self, load: Callable[[str], object]) -> Any:
        """Fill a database that outlives this test; what it is copied from."""
        raise NotImplementedError

    def copy(self, template: Any) -> str:
        """Make this test's database; its address."""
        raise NotImplementedError

    def remove(self) -> None:
        """Remove this test's database if it is there."""


class OwnFile(OwnDatabase):
    """A SQLite file in the test's folder."""

    def __init__(self, request: pytest.FixtureRequest, folder: Path) -> None:
        super().__init__(request)
        self._path = folder / "network.db"

    def empty(self) -> Path:
        return self._request.getfixturevalue("sqlite_template")

    def keep(self, load: Callable[[str], object]) -> Path:
        path = self._request.getfixturevalue("tmp_path_factory").mktemp("filled") / "network.db"
        shutil.copyfile(self.empty(), path)
        load(sqlite_url(path))
        return path

    def copy(self, template: Path) -> str:
        shutil.copyfile(template, self._path)
        return sqlite_url(self._path)


class OnServer(OwnDatabase):
    """A database of this process's PostgreSQL server."""

    @property
    def _server(self) -> postgres.PrivatePostgres:
        return self._request.getfixturevalue("postgres_server")

    def empty(self) -> str:
        return self._request.getfixturevalue("postgres_template")

    def keep(self, load: Callable[[str], object]) -> str:
        url = self._server.create_database(self.empty())
        load(url)
        return postgres.name_in(url)

    def copy(self, template: str) -> str:
        if self._url is None:
            return self._server.create_database(template)
        self._server.replace_database(self._url, template)
        return self._url

    def remove(self) -> None:
        if self._url is not None:
            self._server.drop_database(self._url)


@pytest.fixture(scope="session")
def filled_databases() -> dict[tuple[type[OwnDatabase], str], Any]:
    """What databases that were filled once are copied from, by engine and name."""
    return {}


@pytest.fixture
def database(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OwnDatabase]:
    """A database of this test's own, made when it is first needed, on each engine in turn."""
    made = OwnFile(request, tmp_path) if engine == "sqlite" else OnServer(request)
    yield made
    made.remove()


@pytest.fixture
def database_url(database: OwnDatabase) -> str:
    """The address of a database of this test's own, with all tables and no rows, on each engine in turn."""
    return database.url


@pytest.fixture
def new_database(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """What makes databases without tables and answers their addresses, on each engine in turn."""
    numbers = itertools.count()
    if engine == "sqlite":
        yield lambda: sqlite_url(tmp_path / f"empty{next(numbers)}.db")
        return
    server: postgres.PrivatePostgres = request.getfixturevalue("postgres_server")
    made: list[str] = []

    def create() -> str:
        made.append(server.create_database())
        return made[-1]

    yield create
    for url in made:
        server.drop_database(url)


@pytest.fixture
def empty_database_url(new_database: Callable[[], str]) -> str:
    """The address of a database without tables, on each engine in turn."""
    return new_database()


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """An open store with all tables and no rows, on each engine in turn."""
    opened = Store(database_url)
    yield opened
    opened.close()


def sqlite_url(path: Path) -> str:
    """The address of a SQLite file."""
    return f"sqlite:///{quote(str(path))}"


def _migrate(url: str) -> None:
    opened = Store(url)
    opened.migrate()
    opened.close()
