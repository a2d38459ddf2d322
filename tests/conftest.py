"""Fixtures of all tests: a database on each engine, the check of every answer's shape, and the report of tests that
this machine could not run.

A test that needs a program of the machine is marked `@pytest.mark.needs("postgresql")`. Where the program is missing
the test is deselected, and the end of the run lists what was not run with the command that installs the program. With
`K2K_ACCEPT_NOT_RUN=no` that is a failure.
"""

from __future__ import annotations

import itertools
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest

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
    "openssl": Need(_installed("openssl"), "apt-get install openssl"),
    "node": Need(
        lambda: shutil.which("node") is not None and ZPL_RENDERER.is_dir(),
        "apt-get install nodejs npm && npm ci --prefix tests/node",
    ),
}

not_run_key = pytest.StashKey["Counter[str]"]()
"""How many tests were not run, by what they need."""


def pytest_configure(config: pytest.Config) -> None:
    config.stash[not_run_key] = Counter()
    check_every_answer()
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


@pytest.fixture
def database_url(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database of this test's own, with all tables and no rows, on each engine in turn."""
    if engine == "sqlite":
        shutil.copyfile(request.getfixturevalue("sqlite_template"), tmp_path / "network.db")
        yield sqlite_url(tmp_path / "network.db")
        return
    server: postgres.PrivatePostgres = request.getfixturevalue("postgres_server")
    url = server.create_database(request.getfixturevalue("postgres_template"))
    yield url
    server.drop_database(url)


@pytest.fixture(scope="session")
def filled_databases() -> dict[tuple[str, str], str]:
    """Databases that `fill` has filled once, by engine and name: the path of a file, or the name of a template."""
    return {}


@pytest.fixture
def fill(
    engine: str, database_url: str, filled_databases: dict[tuple[str, str], str], request: pytest.FixtureRequest
) -> Callable[[str, Callable[[str], object]], None]:
    """Fills this test's database with what `load(address)` writes; the next test that names the same gets a copy."""

    def from_file(name: str, load: Callable[[str], object]) -> None:
        if (engine, name) not in filled_databases:
            path = request.getfixturevalue("tmp_path_factory").mktemp("filled") / "network.db"
            shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
            load(sqlite_url(path))
            filled_databases[engine, name] = str(path)
        shutil.copyfile(filled_databases[engine, name], request.getfixturevalue("tmp_path") / "network.db")

    def from_template(name: str, load: Callable[[str], object]) -> None:
        server: postgres.PrivatePostgres = request.getfixturevalue("postgres_server")
        if (engine, name) not in filled_databases:
            url = server.create_database(request.getfixturevalue("postgres_template"))
            load(url)
            filled_databases[engine, name] = postgres.name_in(url)
        server.replace_database(database_url, filled_databases[engine, name])

    return from_file if engine == "sqlite" else from_template


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
