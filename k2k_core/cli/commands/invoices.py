"""`k2k invoice`: an invoice of a company as a PDF file, or its mail once more."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from k2k_core.cli.commands.database import opened
from k2k_core.cli.language import words
from k2k_core.cli.options import add_command, add_positionals
from k2k_core.cli.usage_error import UsageError
from k2k_core.domain import languages
from k2k_core.domain.invoice_document import PAPERS
from k2k_core.messages import Message


def add_to(commands: Any) -> None:
    """Add `k2k invoice`."""
    command = add_command(
        commands,
        "invoice",
        write_invoice,
        "write an invoice of a company as PDF",
        "In the language of whoever receives it, on the paper of the company's setting invoice_paper.\n\n"
        "  k2k invoice ANDES I-1001\n"
        "  k2k invoice BLOOM ANDES/I-1001 --output received.pdf --paper a4\n"
        "  k2k invoice ANDES I-1001 --send",
    )
    add_positionals(command, "COMPANY", "INVOICE")
    command.add_argument("--output", type=Path, metavar="FILE", help="the file (default: the number, in this folder)")
    command.add_argument("--paper", choices=PAPERS, help="paper size (default: the company's setting)")
    command.add_argument("--locale", choices=languages.codes(), help="language (default: the receiver's)")
    command.add_argument("--send", action="store_true", help="send its mail to its receivers again, and write no file")


def write_invoice(options: Namespace) -> int:
    """Write an invoice to a file, by default one named after it in this folder; or send its mail again."""
    if options.send:
        return _send(options)
    with opened(options.database) as k2k:
        made = k2k.invoice_file(options.company, options.invoice, options.paper, options.locale)
    path: Path = options.output or Path(f"{made.number.replace('/', '-')}.pdf")
    try:
        path.write_bytes(made.content)
    except OSError as error:
        raise UsageError(
            Message("{file} cannot be written: {why}.", file=path, why=error.strerror), Message("Name another file.")
        ) from None
    options.screen.line(
        words(
            "Invoice {invoice} of {company}: {file} ({count:,} bytes)",
            invoice=made.number,
            company=options.company,
            file=path,
            count=len(made.content),
        )
    )
    return 0


def _send(options: Namespace) -> int:
    with opened(options.database) as k2k:
        sent = k2k.send_invoice(options.company, options.invoice)
    options.screen.line(
        words("Invoice {invoice} was sent again: {to}", invoice=sent["invoice"], to=", ".join(sent["to"]))
    )
    return 0
