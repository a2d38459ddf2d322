"""`k2k rows export` and `k2k rows import`: the records of a collection as spreadsheet files."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterator, Mapping
from typing import Any

from k2k_core.cli.commands.database import opened
from k2k_core.cli.language import words
from k2k_core.cli.options import add_command, add_faulty_options, add_file, add_group, add_json, add_positionals
from k2k_core.cli.output.files import format_of, read_file, write_file
from k2k_core.cli.terminal import Terminal, table
from k2k_core.messages import Message

SHOWN = 50
"""Rows that are shown one by one; `--json` has them all."""

Answer = Mapping[str, Any]


def add_to(commands: Any) -> None:
    """Add `k2k rows export` and `k2k rows import`."""
    actions = add_group(commands, "rows", "export and import the records of a collection")
    command = add_command(
        actions,
        "export",
        export_file,
        "export the records of a collection to a spreadsheet file",
        "The file's extension is the format: .csv or .xlsx.\n\n  k2k rows export BLOOM customers customers.xlsx",
    )
    add_positionals(command, "COMPANY", "COLLECTION")
    add_file(command)
    _add_import(actions)


def _add_import(actions: Any) -> None:
    command = add_command(
        actions,
        "import",
        import_file,
        "import records of a collection from a file, all of it or nothing",
        "A column that the file does not have stays as it is; a blank cell takes the value away.\n\n"
        "  k2k rows import BLOOM customers customers.xlsx --dry-run\n"
        "  k2k rows import BLOOM products products.csv --leave-out-faulty --faulty mend.csv\n\n"
        "Exit status: 1 when rows are refused.",
    )
    add_positionals(command, "COMPANY", "COLLECTION")
    add_file(command)
    command.add_argument("--dry-run", action="store_true", help="report what would change, and write nothing")
    add_faulty_options(command)
    about = Message("an idempotency key: repeated with it, the import is done once")
    command.add_argument("--key", metavar="TEXT", help=about)
    add_json(command)


def export_file(options: Namespace) -> int:
    """Write the records of a collection into a file."""
    format = format_of(options.file)
    with opened(options.database) as k2k:
        content = k2k.export_rows(options.company, options.collection, format)
    write_file(options.file, content)
    options.screen.line(
        words(
            "{which} of {company}: {file} ({count:,} bytes)",
            which=options.collection,
            company=options.company,
            file=options.file,
            count=len(content),
        )
    )
    return 0


def import_file(options: Namespace) -> int:
    """Import records from a file; 1 when rows are refused."""
    content = read_file(options.file)
    company, collection = options.company, options.collection
    with opened(options.database) as k2k:
        if options.faulty is not None:
            faulty = k2k.faulty_rows(company, collection, content, format=format_of(options.faulty))
            write_file(options.faulty, faulty)
        answer = k2k.import_rows(
            company,
            collection,
            content,
            atomic=not options.leave_out_faulty,
            dry_run=options.dry_run,
            key=options.key,
        )
    if options.json:
        options.screen.line(json.dumps(answer))
    else:
        options.screen.lines(report(options.screen, answer))
    return 1 if answer["counts"]["refused"] else 0


def report(screen: Terminal, answer: Answer) -> Iterator[str]:
    """The result of an import, or of its dry run, as text."""
    counts = answer["counts"]
    title = words("Dry run, nothing is written") if answer["dry_run"] else words("Imported")
    yield screen.bold(
        words(
            "{title}: {created:,} new, {changed:,} changed, {same:,} the same, {refused:,} refused.",
            title=title,
            created=counts["created"],
            changed=counts["changed"],
            same=counts["unchanged"],
            refused=counts["refused"],
        )
    )
    told = [line for row in answer["rows"] for line in _lines(row)]
    yield from (f"  {line}" for line in table(told[:SHOWN]))
    if len(told) > SHOWN:
        yield words("  … and {left:,} more; `--json` names them", left=len(told) - SHOWN)
    for finding in answer["findings"]:
        yield ""
        yield f"{finding['severity']}: {finding['place']}: {finding['problem']}. {finding['what_to_do']}"


def _lines(row: Answer) -> Iterator[tuple[object, ...]]:
    """A line for each fault of a row, and for each field that it changes."""
    place = words("row {row}", row=row["row"])
    for fault in row["faults"]:
        nearest = [words("Did you mean {code}?", code=fault["nearest"])] if "nearest" in fault else []
        yield place, row["code"], fault["column"], " ".join([f"{fault['message']}.", *nearest])
    if row["outcome"] == "created":
        yield place, row["code"], words("new"), ""
    for name, value in (row["after"] or {}).items():
        if row["before"] is not None:
            yield place, row["code"], name, f"{_shown(row['before'].get(name))} → {_shown(value)}"


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return words("yes") if value else words("no")
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return "–" if value is None else str(value)
