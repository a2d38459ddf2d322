"""`k2k invoice`: an invoice of a company as a PDF file."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from k2k_core.cli.database import opened
from k2k_core.cli.usage_error import UsageError


def write_invoice(options: Namespace) -> int:
    """Write an invoice into a file, else into one named after it in this folder."""
    with opened(options.database) as k2k:
        made = k2k.invoice_file(options.company, options.invoice, options.paper, options.locale)
    path: Path = options.output or Path(f"{made.number.replace('/', '-')}.pdf")
    try:
        path.write_bytes(made.content)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.", "Name another file.") from None
    options.screen.line(f"Invoice {made.number} of {options.company}: {path} ({len(made.content):,} bytes)")
    return 0
