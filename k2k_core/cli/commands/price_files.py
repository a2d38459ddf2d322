"""`k2k prices export` and `k2k prices import`: price lists as spreadsheet files."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterator, Mapping
from typing import Any

from k2k_core.cli.commands.database import opened
from k2k_core.cli.language import words
from k2k_core.cli.options import add_command, add_faulty_options, add_file, add_import_options, add_positionals
from k2k_core.cli.output.files import format_of, read_file, write_file
from k2k_core.cli.terminal import Terminal, table
from k2k_core.domain.price_list_imports import MODES, UPSERT
from k2k_core.messages import Message

SHOWN = 50
"""Faults and changes that are shown one by one; `--json` has them all."""

Answer = Mapping[str, Any]


def add_to(actions: Any) -> None:
    """Add `export` and `import` to the actions of `k2k prices`."""
    _add_export(actions)
    _add_import(actions)


def _add_export(actions: Any) -> None:
    command = add_command(
        actions,
        "export",
        export_file,
        "export price lists to a spreadsheet file",
        "The file's extension is the format: .csv or .xlsx.\n\n"
        "  k2k prices export BLOOM lists.xlsx\n"
        "  k2k prices export BLOOM spring.csv --list SPRING",
    )
    add_positionals(command, "COMPANY")
    add_file(command)
    command.add_argument("--list", action="append", dest="lists", metavar="CODE", help="may be given several times")


def _add_import(actions: Any) -> None:
    command = add_command(
        actions,
        "import",
        import_file,
        "import price lists from a file, all of it or nothing",
        "A dry run shows every fault with its row and column, and every change with before and after.\n\n"
        "  k2k prices import BLOOM lists.xlsx --dry-run\n"
        "  k2k prices import BLOOM lists.xlsx\n\n"
        "The columns and their meaning are in docs/price-lists.md.\n"
        "Exit status of a dry run: 1 when the file has faults.",
    )
    about = Message("upsert: add and change rows (default); replace: also remove the other rows of the file's seasons")
    add_import_options(command, MODES, UPSERT, about)
    add_faulty_options(command)


def export_file(options: Namespace) -> int:
    """Write a company's price lists into a file."""
    format = format_of(options.file)
    with opened(options.database) as k2k:
        content = k2k.export_price_lists(options.company, format, options.lists)
    write_file(options.file, content)
    which = ", ".join(options.lists) if options.lists else words("all price lists")
    options.screen.line(
        words(
            "{which} of {company}: {file} ({count:,} bytes)",
            which=which,
            company=options.company,
            file=options.file,
            count=len(content),
        )
    )
    return 0


def import_file(options: Namespace) -> int:
    """Import price lists from a file; for a dry run, 1 when the file has faults."""
    content = read_file(options.file)
    with opened(options.database) as k2k:
        if options.faulty is not None:
            format = format_of(options.faulty)
            write_file(options.faulty, k2k.faulty_rows(options.company, "price_lists", content, format=format))
        answer = k2k.import_price_lists(
            options.company,
            content,
            mode=options.mode,
            dry_run=options.dry_run,
            key=options.key,
            progress=_print_progress,
            atomic=not options.leave_out_faulty,
        )
    _clear_progress()
    if options.json:
        options.screen.line(json.dumps(answer))
    else:
        options.screen.lines(report(options.screen, answer))
    return 1 if answer["faults"] else 0


def report(screen: Terminal, answer: Answer) -> Iterator[str]:
    """The result of an import, or of its dry run, as text."""
    title = words("Dry run, nothing is written") if answer["dry_run"] else words("Imported")
    yield screen.bold(
        words(
            "{title}: {rows:,} row(s) for {company}, mode {mode}.",
            title=title,
            rows=answer["rows"],
            company=answer["company"],
            mode=answer["mode"],
        )
    )
    yield ""
    yield from table(_counted(answer), right=(1, 2, 3, 4))
    yield from _faults(screen, answer["faults"], answer["left_out"])
    yield from _changes(screen, answer)
    for finding in answer.get("findings", ()):
        yield ""
        yield f"{finding['severity']}: {finding['place']}: {finding['problem']}. {finding['what_to_do']}"


def _counted(answer: Answer) -> Iterator[tuple[object, ...]]:
    added = words("would be added") if answer["dry_run"] else words("added")
    yield "", added, words("changed"), words("removed"), words("unchanged")
    for what, counts in answer["counts"].items():
        yield (
            what,
            *(f"{counts[kind]:,}" if kind in counts else None for kind in ("added", "changed", "removed")),
            (f"{counts['unchanged']:,}" if "unchanged" in counts else None),
        )


def _faults(screen: Terminal, faults: list[Answer], left_out: int) -> Iterator[str]:
    if not faults:
        return
    yield ""
    if left_out:
        yield screen.bad(words("{count:,} fault(s): {rows:,} row(s) are left out.", count=len(faults), rows=left_out))
    else:
        yield screen.bad(words("{count:,} fault(s): with one of them nothing is imported.", count=len(faults)))
    for fault in faults[:SHOWN]:
        told = words(
            "  row {row}, {column}: {problem}", row=fault["row"], column=fault["column"], problem=fault["message"]
        )
        yield f"{told}. {words('Did you mean {code}?', code=fault['nearest'])}" if "nearest" in fault else told
    yield from _more(len(faults) - SHOWN)


def _changes(screen: Terminal, answer: Answer) -> Iterator[str]:
    changes = answer["changes"]
    if not changes:
        return
    yield ""
    yield screen.bold(words("What would change:") if answer["dry_run"] else words("What changed:"))
    yield from (f"  {line}" for line in table(_change(change) for change in changes[:SHOWN]))
    yield from _more(len(changes) + answer["changes_left_out"] - SHOWN)


def _change(change: Answer) -> tuple[object, ...]:
    names = ("list", "season", "product", "box_type", "vendor")
    subject = " / ".join(str(change[name]) for name in names if change.get(name))
    before, after = change["before"] or {}, change["after"] or {}
    moved = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    fields = ", ".join(f"{name} {_shown(before.get(name))} → {_shown(after.get(name))}" for name in moved)
    row = "" if change["row"] is None else words("row {row}", row=change["row"])
    return change["change"], change["what"], subject, fields, row


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return words("yes") if value else words("no")
    return "–" if value is None else str(value)


def _more(left: int) -> Iterator[str]:
    if left > 0:
        yield words("  … and {left:,} more; `--json` names those that the answer holds", left=left)


def _print_progress(what: str, done: int) -> None:
    """Print how many rows are done, on standard error, where it is a terminal."""
    if sys.stderr.isatty():
        sys.stderr.write(words("\r{what}: {done:,} rows", what=what, done=done))
        sys.stderr.flush()


def _clear_progress() -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")
        sys.stderr.flush()
