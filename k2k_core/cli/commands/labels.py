"""`k2k labels`: writes the labels of an AWB, or of some boxes, to a file."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from k2k_core.cli.commands.database import opened
from k2k_core.cli.language import words
from k2k_core.cli.options import add_command, add_file, add_positionals
from k2k_core.cli.usage_error import UsageError
from k2k_core.domain.labels import Label
from k2k_core.errors import K2KError
from k2k_core.messages import Message

if TYPE_CHECKING:
    from k2k_core.api import K2K


def add_to(commands: Any) -> None:
    """Add `k2k labels`."""
    command = add_command(
        commands,
        "labels",
        write_labels,
        "write the labels of an air waybill, or of some boxes, to a file",
        "The file's extension is the format: .pdf and .zpl contain any number of labels, .png a single one.\n"
        "A label that was printed before has the mark R.\n\n"
        "  k2k labels ANDES sheet.pdf --awb 729-55\n"
        "  k2k labels ANDES again.zpl --box ANDES-000123 --box ANDES-000124\n\n"
        "Exit status: 1 when a label could not be drawn.",
    )
    add_positionals(command, "COMPANY")
    add_file(command)
    command.add_argument("--awb", metavar="NUMBER", help="all boxes of this air waybill")
    command.add_argument("--partner", metavar="COMPANY", help="the other company, if several AWBs have the number")
    command.add_argument("--box", metavar="CODE", action="append", help="a box code; may be given several times")


def write_labels(options: Namespace) -> int:
    """Write a sheet, or a single label as a picture, to a file; 1 when a label failed."""
    path: Path = options.file
    format = path.suffix.removeprefix(".").lower()
    if not format:
        raise UsageError(
            Message("{file} does not say in which format.", file=path), Message("End its name in .pdf, .zpl or .png.")
        )
    if (options.awb is None) == (not options.box):
        raise UsageError(
            Message("Name either an AWB or some boxes."), Message("Use --awb NUMBER, or --box CODE for each box.")
        )
    with opened(options.database) as k2k:
        content, failed = _printed(k2k, options, format)
    if content is not None:
        try:
            path.write_bytes(content)
        except OSError as error:
            raise UsageError(
                Message("{file} cannot be written: {why}.", file=path, why=error.strerror),
                Message("Name another file."),
            ) from None
        options.screen.line(
            words(
                "Labels of {company}: {file} ({count:,} bytes)", company=options.company, file=path, count=len(content)
            )
        )
    for box_code, problem in failed:
        options.screen.line(
            options.screen.bad(words("{box_code} has no label: {problem}", box_code=box_code, problem=problem.message))
        )
    return 1 if failed or content is None else 0


def _printed(k2k: K2K, options: Namespace, format: str) -> tuple[bytes | None, list[tuple[str, K2KError]]]:
    boxes = options.box or None
    if format != "png":
        printed = k2k.label_sheet(options.company, options.awb, boxes, format, options.partner)
        content = printed.sheet
    elif boxes is not None and len(boxes) == 1:
        printed = k2k.label_files(options.company, None, boxes, format)
        content = next((label.content for _, label in printed.labels if isinstance(label, Label)), None)
    else:
        raise UsageError(
            Message("A picture is of one box."), Message("Name one --box, or a file that ends in .pdf or .zpl.")
        )
    return content, [(code, label) for code, label in printed.labels if isinstance(label, K2KError)]
