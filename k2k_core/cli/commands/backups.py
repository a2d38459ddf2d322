"""`k2k backup`, `k2k restore` and `k2k copy`."""

from __future__ import annotations

from argparse import ArgumentTypeError, Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from k2k_core.cli.commands.database import file_of, make_folder, require_file, shown
from k2k_core.cli.commands.verify import verdict
from k2k_core.cli.language import spoken, words
from k2k_core.cli.options import add_command
from k2k_core.cli.terminal import Terminal
from k2k_core.clock import utc_now
from k2k_core.domain.answers.administration import StoredFault
from k2k_core.messages import Message, localized_answer
from k2k_core.services import administration
from k2k_core.texts import translator

if TYPE_CHECKING:
    from k2k_core.store.backups.manifest import Manifest

FOLDER = Path("backup")


def add_to(commands: Any) -> None:
    """Add `k2k backup`, `k2k restore` and `k2k copy`."""
    _add_backup(commands)
    _add_restore(commands)
    copy = add_command(
        commands,
        "copy",
        copy_network,
        "copy a network to the other engine, with the same numbers and ids",
        "The target is a new database, or one without a network. Every table is compared afterwards, and the copy is"
        "\nverified. Nobody should write meanwhile: what is written after it began is not in the copy.\n\n"
        "  k2k copy postgresql://k2k@localhost/k2k\n"
        "  k2k copy sqlite:///copy.db --database postgresql://k2k@localhost/k2k\n\n"
        "Exit status: 1 when the copy has faults.",
    )
    copy.add_argument("target", metavar="TARGET", help=Message("the address of the new database"))


def number_kept(given: str) -> int:
    """How many backups are kept: one at the least."""
    if not given.isascii() or not given.isdigit() or int(given) < 1:
        raise ArgumentTypeError(Message("{given} is no number from 1 on", given=given))
    return int(given)


def _add_backup(commands: Any) -> None:
    command = add_command(
        commands,
        "backup",
        back_up,
        "make a backup, restore it for trial and verify that",
        "Others may use the database meanwhile. The folder gets two files: the data, and a manifest with its digest,"
        "\nthe number of rows and the anchor of the audit. Nothing is ever written over another file.\n\n"
        "  k2k backup /mnt/backups --keep 14\n\n"
        "Exit status: 1 when the backup has faults; then no older one is removed.",
    )
    command.add_argument(
        "folder", metavar="FOLDER", nargs="?", type=Path, default=FOLDER, help=Message("where it is written (backup)")
    )
    about = Message("afterwards remove all but the newest N sound backups of this network")
    command.add_argument("--keep", metavar="N", type=number_kept, help=about)
    about = Message("restore nothing for trial: the manifest then has no counts, and no older backup is removed")
    command.add_argument("--no-trial", action="store_true", help=about)


def _add_restore(commands: Any) -> None:
    command = add_command(
        commands,
        "restore",
        restore,
        "restore a backup and verify it",
        "End every K2K process first. The database must not be there yet (SQLite) or be empty (PostgreSQL). What else"
        " lies\nbeside a SQLite file, such as a left-over write-ahead log, is moved aside and named.\n\n"
        "  k2k restore backup/k2k-20260214T030000Z.json --database sqlite:///var/k2k.db --over\n\n"
        "Exit status: 1 when what was restored has faults.",
    )
    command.add_argument("backup", metavar="BACKUP", type=Path, help=Message("the manifest of a backup, or its data"))
    about = Message("SQLite: put it in the place of the database that is there, which is moved aside")
    command.add_argument("--over", action="store_true", help=about)


def back_up(options: Namespace) -> int:
    """`k2k backup`: make a backup and verify a trial restore of it; 1 when that has faults."""
    require_file(options.database)
    make_folder(options.folder)
    made = administration.backups.back_up(
        options.database, options.folder, utc_now(), options.keep, trial=not options.no_trial
    )
    screen: Terminal = options.screen
    screen.line(words("Backup {path}: {size:,} bytes.", path=made.path, size=made.manifest.bytes))
    screen.lines(_of_contents(made.manifest))
    for name in made.removed:
        screen.line(words("Removed {name}: newer backups are sound.", name=name))
    if made.manifest.faults is None and made.manifest.contents is not None:
        screen.line(words("Its tables are those of an older program: it was restored for trial, and not verified."))
    return _shown(screen, made.faults) if made.manifest.faults is not None else 0


def restore(options: Namespace) -> int:
    """`k2k restore`: restore a backup and verify it; 1 when it has faults."""
    path = file_of(options.database)
    if path is not None:
        make_folder(path.parent)
    done = administration.backups.restore(options.backup, options.database, utc_now(), over=options.over)
    screen: Terminal = options.screen
    screen.line(
        words(
            "Restored {database} from {file}, made {moment}.",
            database=shown(options.database),
            file=done.manifest.file,
            moment=done.manifest.made_at,
        )
    )
    screen.lines(_of_contents(done.manifest))
    for moved in done.moved:
        screen.line(words("What lay in its place is now {path}.", path=moved))
    if done.older:
        screen.line(words("Its tables are those of an older program: run `k2k migrate`, then `k2k verify`."))
        return 0
    return _shown(screen, done.faults)


def copy_network(options: Namespace) -> int:
    """`k2k copy`: copy a network to another database; 1 when the copy has faults."""
    require_file(options.database)
    path = file_of(options.target)
    if path is not None:
        make_folder(path.parent)
    screen: Terminal = options.screen

    def progress(table: str, rows: int) -> None:
        if rows:
            screen.line(words("{table}: {rows:,} {rows:row|rows}", table=table, rows=rows))

    faults = administration.backups.copy(options.database, options.target, progress)
    screen.line(words("Copied to {database}: every table is the same.", database=shown(options.target)))
    return _shown(screen, faults)


def _of_contents(manifest: Manifest) -> Iterator[str]:
    if manifest.contents is not None:
        rows, tables = sum(manifest.contents.counts.values()), len(manifest.contents.counts)
        yield words("{rows:,} {rows:row|rows} in {tables} tables, as the manifest says.", rows=rows, tables=tables)


def _shown(screen: Terminal, faults: Sequence[StoredFault]) -> int:
    screen.lines(verdict(screen, localized_answer(list(faults), translator(spoken()))))
    return 1 if faults else 0
