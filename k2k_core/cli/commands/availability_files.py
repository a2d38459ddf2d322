"""`k2k availability import`: imports a file of vendor availability."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterator, Mapping
from typing import Any

from k2k_core.cli.commands.database import opened
from k2k_core.cli.language import words
from k2k_core.cli.options import add_command, add_group, add_import_options
from k2k_core.cli.output.files import read_file
from k2k_core.cli.terminal import Terminal, table
from k2k_core.domain import availability_columns
from k2k_core.messages import Message

SHOWN = 50
"""Faults and lots that are shown one by one; `--json` has them all."""

Answer = Mapping[str, Any]


def add_to(commands: Any) -> None:
    """Add `k2k availability import`."""
    actions = add_group(commands, "availability", "import vendor availability")
    command = add_command(
        actions,
        "import",
        import_file,
        "import a CSV or XLSX file of vendor availability, all of it or nothing",
        Message(
            "A row has a lot's code, its boxes, and the required fields of a new lot. Lots that the file does not"
            " name\ndo not change; no lot gets fewer boxes than are sold.\n\n"
            "Columns: {columns}.\n\n"
            "  k2k availability import BLOOM farms.csv --dry-run\n"
            "  k2k availability import BLOOM arrivals.csv --mode increase\n\n"
            "Exit status of a dry run: 1 when the file has faults.",
            columns=availability_columns.COLUMNS,
        ),
    )
    about = Message("overwrite: set the number of boxes (default); increase: add to it")
    add_import_options(command, availability_columns.MODES, availability_columns.OVERWRITE, about)


def import_file(options: Namespace) -> int:
    """Import a file of vendor availability; for a dry run, 1 when the file has faults."""
    content = read_file(options.file)
    with opened(options.database) as k2k:
        answer = k2k.import_availability(options.company, content, options.mode, options.dry_run, options.key)
    if options.json:
        options.screen.line(json.dumps(answer))
    else:
        options.screen.lines(report(options.screen, answer))
    return 1 if answer["faults"] else 0


def report(screen: Terminal, answer: Answer) -> Iterator[str]:
    """The result of an upload, or of its dry run, as text."""
    title = words("Dry run, nothing is written") if answer["dry_run"] else words("Imported")
    added, changed = answer["counts"]["added"], answer["counts"]["changed"]
    yield screen.bold(
        words(
            "{title}: {rows:,} row(s) for {company}, mode {mode}.",
            title=title,
            rows=answer["rows"],
            company=answer["company"],
            mode=answer["mode"],
        )
    )
    yield words("{added:,} new lot(s), {changed:,} lot(s) that are there", added=added, changed=changed)
    if answer["faults"]:
        yield screen.bad(
            words("{count:,} fault(s): with one of them nothing is imported.", count=len(answer["faults"]))
        )
    for fault in answer["faults"][:SHOWN]:
        yield words(
            "  row {row}, {column}: {problem}", row=fault["row"], column=fault["column"], problem=fault["message"]
        )
    rows = [(one["lot"], _boxes(one["before"]), "→", _boxes(one["after"])) for one in answer["lots"][:SHOWN]]
    yield from (f"  {line}" for line in table(rows))
    left = max(len(answer["faults"]), len(answer["lots"])) - SHOWN
    if left > 0:
        yield words("  … and {left:,} more; `--json` names them", left=left)


def _boxes(lot: Answer | None) -> str:
    return (
        words("new")
        if lot is None
        else words("{boxes} {boxes:box|boxes}, {available} left", boxes=lot["boxes"], available=lot["available"])
    )
