"""A disk that is really full: a file system in memory of a few megabytes, filled up repeatedly.

Orders are refused with a code for it, reading goes on, the stored data verifies, and as soon as there is space the same
order is accepted by the same process. Only the administrator of a machine may mount a file system.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psycopg
from psycopg import sql

from k2k_core.api import K2K
from k2k_core.errors import StoreFull
from k2k_core.testing.postgres import PrivatePostgres, name_in
from tests.proofs import network
from tests.proofs.kills import whole_lines
from tests.proofs.network import BUYER, CUSTOMER, SHIP_DATE

LOTS, BOXES = 5, 4_000
MEGABYTE = 1024**2
REFUSALS = 5
"""How often an order is sent to a disk that is full."""


class Figures(NamedTuple):
    """What the full disks came to. `lost` are acknowledged orders that are gone."""

    engine: str
    times: int
    acknowledged: int
    refused: int
    lost: int
    faults: list[str]

    @property
    def sound(self) -> bool:
        """Every full disk was met and said, nothing was lost, all that is stored agrees."""
        return self.refused >= self.times * REFUSALS and not self.lost and not self.faults

    def __str__(self) -> str:
        return (
            f"{self.engine}: {self.times} times a full disk: {self.acknowledged:,} orders acknowledged, {self.refused}"
            f" refused as `{StoreFull.code}`, {self.lost} lost, {len(self.faults)} faults in reading, in what is stored"
            f" or in going on afterwards"
        )


def may_mount() -> bool:
    """Whether this process may mount a file system."""
    try:
        with small_disk(1):
            return True
    except (OSError, subprocess.CalledProcessError):
        return False


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    """A file system of that size, gone afterwards."""
    folder = tempfile.mkdtemp(prefix="k2k-disk-")
    try:
        command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "k2k-proof", folder]
        subprocess.run(command, check=True, capture_output=True)
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)
    finally:
        os.rmdir(folder)


def fill_sqlite(times: int) -> Figures:
    """Fill the disk of a SQLite file so many times."""
    with small_disk(16) as disk:
        return fill(f"sqlite:///{disk}/network.db", disk, times)


def fill_postgresql(server: PrivatePostgres, times: int) -> Figures:
    """Fill the disk of a database of the server so many times; its log of transactions is on another one."""
    with small_disk(48) as disk:
        url = _on_disk(server, disk)
        try:
            return fill(url, disk, times)
        finally:
            server.drop_database(url)
            with psycopg.connect(server.superuser_url("postgres"), autocommit=True) as connection:
                connection.execute("DROP TABLESPACE small_disk")


def fill(url: str, disk: Path, times: int) -> Figures:
    """Order until the disk is full, look around, make room, go on; so many times, in one process."""
    chance, ballast = random.Random(times), disk / "ballast"
    acknowledged: list[str] = []
    refused, faults = 0, []
    with network.open_network(url) as k2k:
        k2k.load(network.network(LOTS, BOXES))
        for _ in range(times):
            _throw_in(ballast, shutil.disk_usage(disk).free - chance.randrange(MEGABYTE // 2))
            refused += _order_until_refused(k2k, acknowledged)
            faults += _around(k2k)
            ballast.unlink()
            acknowledged.append(_order(k2k, f"order-{len(acknowledged)}"))
        written = {str(line) for (line,) in whole_lines(k2k)}
        faults += [] if len(written) == len(acknowledged) else [f"{len(written)} lines, {len(acknowledged)} orders"]
        lost = sum(line not in written for line in acknowledged)
        return Figures(k2k.context.store.engine, times, len(acknowledged), refused, lost, faults)


def _order_until_refused(k2k: K2K, acknowledged: list[str]) -> int:
    """Fill what is left with orders; how often the first one that has no room was refused."""
    for _ in range(20_000):
        try:
            acknowledged.append(_order(k2k, f"order-{len(acknowledged)}"))
        except StoreFull:
            return 1 + sum(_is_refused(k2k, f"order-{len(acknowledged)}") for _ in range(REFUSALS - 1))
    return 0


def _is_refused(k2k: K2K, key: str) -> bool:
    try:
        _order(k2k, key)
    except StoreFull:
        return True
    return False


def _order(k2k: K2K, key: str) -> str:
    """Order one box; the number of its line."""
    lot = network.refs(LOTS)[int(key.rpartition("-")[2]) % LOTS]
    return str(k2k.add(BUYER, CUSTOMER, lot=lot, boxes=1, ship_date=SHIP_DATE, key=key)["lines"][0]["line"])


def _around(k2k: K2K) -> list[str]:
    """What does not work beside the orders: the catalog, or what `verify` finds."""
    shown = k2k.catalog(BUYER, CUSTOMER, ship_date=SHIP_DATE)["lines"]
    return [str(fault) for fault in k2k.verify()] + ([] if shown else ["the catalog is empty"])


def _throw_in(ballast: Path, size: int) -> None:
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(1, size))


def _on_disk(server: PrivatePostgres, disk: Path) -> str:
    """A new database whose files are on that disk."""
    url, folder = server.create_database(), disk / "tablespace"
    folder.mkdir()
    owner = os.stat(server.folder)
    os.chown(folder, owner.st_uid, owner.st_gid)
    disk.chmod(0o755)
    with psycopg.connect(server.superuser_url("postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE TABLESPACE small_disk LOCATION {}").format(sql.Literal(str(folder))))
        statement = sql.SQL("ALTER DATABASE {} SET TABLESPACE small_disk").format(sql.Identifier(name_in(url)))
        connection.execute(statement)
    return url
