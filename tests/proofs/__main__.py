"""The proofs in full, on every engine of this machine, with their figures. Exits 1 when one fails.

python -m tests.proofs                     all of them, as `make nightly` and `make proofs`
python -m tests.proofs crashes full_disk   only these
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from urllib.parse import quote

from k2k_core.testing import postgres
from tests.proofs import (
    arrivals,
    backups,
    console_pages,
    crashes,
    deliveries,
    full_disk,
    hammer,
    invoicing,
    kills,
    labels,
    lists,
    migrating,
    misbehaving,
    prices,
    quantities,
    sealing,
    subscribers,
    tampering,
    traded_network,
    versions,
)

CASES, ATTEMPTS, MATRIX_ATTEMPTS = 100_000, 12_000, 1_200
KILLS, MIGRATIONS, CRASHES, SERVER_CRASHES, FULL_DISKS = 100, 60, 200, 25, 20
BOXES = 2_000
ROWS_OF_LISTS, ROWS_OF_PAGES, STRETCHES_OF_LISTS = 100_000, 1_000, 10
STEPS, STEPS_KILLED = 100_000, 100
EVENTS, SENDERS_KILLED, DELAYS = 5_000, 20, 1_000
EVENTS_HEARD = 10_000
CHANGES_RACED = 250
BACKUPS, NIGHTS, COPIED_LINES, FEWER_LINES = 20, 31, 200_000, 20_000
VERIFIED_A_SECOND, MORE_MEMORY = 5_000, 1.25
COMPANIES_OF_PLUGINS, FORBIDDEN_ORDERS = 200, 200


class Machine:
    """What the proofs run on: files on a real disk, and PostgreSQL where it is installed, with or without its haste."""

    def __init__(self, closing: ExitStack) -> None:
        self._closing = closing
        self._folder = closing.enter_context(tempfile.TemporaryDirectory(prefix="k2k-proofs-"))
        self._numbers = count()
        self._durable: postgres.PrivatePostgres | None = None
        self._hasty: postgres.PrivatePostgres | None = None
        self.has_postgresql = postgres.find_binaries() is not None

    def sqlite(self) -> str:
        """The address of a file that is not there yet."""
        return f"sqlite:///{quote(str(Path(self._folder) / f'{next(self._numbers)}.db'))}"

    def durable(self) -> postgres.PrivatePostgres:
        """A server that waits for its disk, as in earnest."""
        self._durable = self._durable or self._closing.enter_context(postgres.PrivatePostgres(durable=True))
        return self._durable

    def engines(self) -> list[Callable[[], str]]:
        """For each engine what makes a new, empty database; nothing here is to survive a crash."""
        if not self.has_postgresql:
            return [self.sqlite]
        return [self.sqlite, self.hasty().create_database]

    def hasty(self) -> postgres.PrivatePostgres:
        """A server that waits for no disk."""
        self._hasty = self._hasty or self._closing.enter_context(postgres.PrivatePostgres())
        return self._hasty


def prove_prices(machine: Machine) -> Iterator[bool]:
    """Prices are those of the written rules, in fractions."""
    compared = prices.compare(CASES)
    yield _say(str(compared), not compared.faults, compared.faults)


def prove_hammer(machine: Machine) -> Iterator[bool]:
    """Nothing is sold twice, and the same hammer hits a naive program."""
    for new in machine.engines():
        hammered = hammer.hammer(new(), ATTEMPTS)
        yield _say(str(hammered), hammered.sound, hammered.errors + hammered.faults)
        oversold = hammer.hammer_naively(new(), ATTEMPTS)
        words = f"  the same attempts, read, checked and written naively: {oversold} boxes oversold"
        yield _say(words, oversold > 0)


def prove_matrix(machine: Machine) -> Iterator[bool]:
    """The same for every way of ordering, with more processes, on fewer and on more lots."""
    _say(hammer.HEADING)
    for new in machine.engines():
        for cell in hammer.matrix(new, MATRIX_ATTEMPTS):
            yield _say(cell.row, cell.sound, cell.errors + cell.faults)


def prove_kills(machine: Machine) -> Iterator[bool]:
    """A writer that is killed beside another one loses nothing."""
    for new in machine.engines():
        wounded = kills.kill_writers(new(), KILLS)
        yield _say(str(wounded), wounded.sound, wounded.faults)
        numbered = invoicing.kill_desks(new(), KILLS)
        yield _say(str(numbered), numbered.sound, numbered.faults)
        sealed = sealing.kill_sealers(new(), KILLS)
        yield _say(str(sealed), sealed.sound, sealed.faults)


def prove_quantities(machine: Machine) -> Iterator[bool]:
    """Nothing is oversold by statements that come late, twice or in the wrong order, though commands are killed."""
    for new in machine.engines():
        simulated = quantities.simulate(new(), STEPS, STEPS_KILLED)
        yield _say(str(simulated), simulated.sound, simulated.counts.faults)


def prove_migrations(machine: Machine) -> Iterator[bool]:
    """A migration of a database with every kind of order that is killed leaves nothing half done."""
    for new in machine.engines():
        migrated = migrating.kill_migrations(new, MIGRATIONS)
        yield _say(str(migrated), migrated.sound, migrated.faults)


def prove_crashes(machine: Machine) -> Iterator[bool]:
    """All processes killed at once, and the server of PostgreSQL: on disks, with everything that makes them durable."""
    crashed = [crashes.kill_all_clients(machine.sqlite(), CRASHES)]
    _say(str(crashed[0]))
    if machine.has_postgresql:
        crashed.append(crashes.kill_all_clients(machine.durable().create_database(), CRASHES))
        _say(str(crashed[1]))
        crashed.append(crashes.crash_the_server(machine.durable(), SERVER_CRASHES))
        _say(str(crashed[2]))
    for found in crashed:
        yield _say("", found.sound, found.faults)
        yield _say("", found.in_time, [f"ready again after {found.worst:.1f} s, not {crashes.READY_WITHIN:g}"])


def prove_full_disk(machine: Machine) -> Iterator[bool]:
    """A full disk is said, loses nothing and is forgotten once there is room."""
    if not full_disk.may_mount():
        _say("Full disks are not proven: only the administrator of a machine may mount a small file system.")
        return
    found = full_disk.fill_sqlite(FULL_DISKS)
    yield _say(str(found), found.sound, found.faults)
    if machine.has_postgresql:
        found = full_disk.fill_postgresql(machine.durable(), FULL_DISKS)
        yield _say(str(found), found.sound, found.faults)


def prove_deliveries(machine: Machine) -> Iterator[bool]:
    """Events reach a sick receiver and a healthy one, though the sender is killed."""
    for new in machine.engines():
        delivered = deliveries.survive(new(), EVENTS, SENDERS_KILLED)
        yield _say(str(delivered), delivered.sound, delivered.faults)
        delayed = deliveries.delay(new(), DELAYS)
        yield _say(str(delayed), delayed.sound)


def prove_subscribers(machine: Machine) -> Iterator[bool]:
    """What other processes commit is heard once, in order, within a second."""
    for new in machine.engines():
        heard = subscribers.hear_others(new(), EVENTS_HEARD)
        yield _say(str(heard), heard.sound and heard.in_time)


def prove_versions(machine: Machine) -> Iterator[bool]:
    """Who changes what somebody else has changed meanwhile is refused: no change is lost unseen."""
    for new in machine.engines():
        for raced in versions.race(new(), CHANGES_RACED):
            yield _say(str(raced), raced.lost == 0 and raced.refused > 0)


def prove_labels(machine: Machine) -> Iterator[bool]:
    """Labels with hostile texts are read again out of every format, 300 of each."""
    formats = ("pdf", "png", "zpl") if labels.may_print_zpl() else ("pdf", "png")
    if "zpl" not in formats:
        _say("ZPL is not proven: its renderer wants node, and npm ci --prefix tests/node.")
    for format in formats:
        found = labels.read_back(format, labels.boxes())
        yield _say(str(found), found.sound, found.faults)


def prove_lists(machine: Machine) -> Iterator[bool]:
    """Every list of many rows is read page by page, in bounded work, while others write."""
    # The sorts are read in stretches: all of the rows of each would take an hour more.
    sizes = lists.Sizes(ROWS_OF_LISTS, ROWS_OF_PAGES, STRETCHES_OF_LISTS)
    engines = [(new(), sizes, new() if new == machine.sqlite else None) for new in machine.engines()]
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as processes:
        for walked in processes.map(lists.walk, *zip(*engines, strict=True)):
            yield _say(str(walked), walked.sound, walked.faults)


def prove_arrivals(machine: Machine) -> Iterator[bool]:
    """Two scanners at once receive each box of an AWB exactly once, from its printed label."""
    for new in machine.engines():
        arrived = arrivals.arrive(new(), BOXES)
        yield _say(str(arrived), arrived.sound, arrived.faults)


def prove_console_pages(machine: Machine) -> Iterator[bool]:
    """No page of the console shuts anybody out, in any language, theme or width."""
    found = console_pages.sweep(machine.sqlite())
    yield _say(str(found), not found.faults, found.faults)


def prove_plugins(machine: Machine) -> Iterator[bool]:
    """Plugins that misbehave concern nobody else; what one process forbids no other one sells."""
    found = misbehaving.misbehave(machine.sqlite(), COMPANIES_OF_PLUGINS)
    yield _say(str(found), found.sound, found.faults)
    for new in machine.engines():
        before, after = misbehaving.sell_elsewhere(new(), FORBIDDEN_ORDERS)
        words = f"a process without a plugin: {before} of 1 sold before the company relies on it, {after} afterwards"
        yield _say(words, (before, after) == (1, 0))


def prove_tampering(machine: Machine) -> Iterator[bool]:
    """Every direct edit of a database is refused by it or named by `verify`."""
    with tempfile.TemporaryDirectory(prefix="k2k-proofs-") as folder:
        found = tampering.tamper(traded_network.fill, tampering.TamperedFile(Path(folder)))
        yield _say(f"SQLite: {found}", found.sound, found.silent + found.failed)
    if machine.has_postgresql:
        found = tampering.tamper(traded_network.fill, tampering.TamperedServer(machine.hasty()))
        yield _say(f"PostgreSQL: {found}", found.sound, found.silent + found.failed)


def prove_backups(machine: Machine) -> Iterator[bool]:
    """A backup made while people order is whole, a restore is that network whatever lies beside, and the nightly one
    keeps the last ones."""
    with tempfile.TemporaryDirectory(prefix="k2k-proofs-") as folder:
        for number, new in enumerate(machine.engines()):
            (Path(folder) / f"{number}").mkdir()
            found = backups.under_load(new, Path(folder) / f"{number}", BACKUPS)
            yield _say(str(found), found.sound, found.faults)
            found = backups.nights(new, Path(folder) / f"nights{number}", NIGHTS)
            yield _say(str(found), found.sound, found.faults)
        found = backups.beside_left_over_files(Path(folder) / "restores")
        yield _say(str(found), found.sound, found.faults)


def prove_copies(machine: Machine) -> Iterator[bool]:
    """A large network is verified quickly in the memory of a small one, and copied to the other engine and back."""
    networks = {lines: machine.sqlite() for lines in (FEWER_LINES, COPIED_LINES)}
    verified = []
    for lines, url in networks.items():
        backups.large_network(url, lines)
        verified.append(backups.verified(url, lines))
        quick = verified[-1].rate >= VERIFIED_A_SECOND
        yield _say(str(verified[-1]), quick and verified[-1].faults == 0, [f"{verified[-1].faults} faults"])
    yield _say(
        "", verified[1].megabytes <= MORE_MEMORY * verified[0].megabytes, ["it takes more memory for more lines"]
    )
    if machine.has_postgresql:
        other = machine.hasty().create_database()
        found = backups.copy_there_and_back(networks[COPIED_LINES], other, machine.sqlite())
        yield _say(str(found), found.sound, found.faults)


PROOFS: dict[str, Callable[[Machine], Iterator[bool]]] = {
    "prices": prove_prices,
    "hammer": prove_hammer,
    "matrix": prove_matrix,
    "kills": prove_kills,
    "quantities": prove_quantities,
    "migrations": prove_migrations,
    "crashes": prove_crashes,
    "full_disk": prove_full_disk,
    "labels": prove_labels,
    "deliveries": prove_deliveries,
    "subscribers": prove_subscribers,
    "versions": prove_versions,
    "arrivals": prove_arrivals,
    "lists": prove_lists,
    "tampering": prove_tampering,
    "backups": prove_backups,
    "copies": prove_copies,
    "console_pages": prove_console_pages,
    "plugins": prove_plugins,
}


def run(names: Sequence[str]) -> bool:
    """Do the proofs of these names, all of them without any; whether all held."""
    with ExitStack() as closing:
        machine = Machine(closing)
        if not machine.has_postgresql:
            _say(f"PostgreSQL is not proven. To prove it: {postgres.HOW_TO_PROVIDE}")
        held = [held for name in names or PROOFS for held in PROOFS[name](machine)]  # all of them, whatever one says
        return all(held)


def _say(words: str, held: bool = True, faults: Sequence[str] = ()) -> bool:
    told = [words] if words else []
    told += [] if held else ["  FAILED", *(f"  {fault}" for fault in faults)]
    if told:
        print(*told, sep="\n", flush=True)  # noqa: T201 - figures are to be read
    return held


if __name__ == "__main__":
    sys.exit(not run(sys.argv[1:]))
