"""Labels of boxes as one file: a sheet, or an archive of pictures where the format has no sheets."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

from k2k_console.translations import later, text
from k2k_console.vocabulary import Action, Call, Download, Field, Progress
from k2k_core.domain.labels import Label
from k2k_core.errors import Conflict

LABEL_FORMATS = {"pdf": "PDF", "zpl": "ZPL", "png": "PNG"}
SHEETS = "pdf"
PICTURES = "png"
MOST_AT_ONCE = 500
"""A sheet of more labels is made by a worker, while its person waits on a page that says so."""

PRINT_LABELS = Action(
    "label_files",
    later("Print labels"),
    "box_codes",
    "",
    name="print",
    icon="printer",
    about=later("A label that was printed before says R."),
    fields=(Field("format", later("Format"), kind="choice", choices=LABEL_FORMATS, needed=True),),
    bulk=True,
    file=True,
)
"""Prints labels of chosen records; each page says in `call` which boxes these are (`labels_of`)."""


def labels_of(call: Call, box_codes: Sequence[str]) -> Download | Progress:
    """The labels of some boxes in the format that was chosen, else as a PDF sheet; a sheet of many is a job. Raises
    what the facade raises, and the error of the first label that could not be drawn: a label that is missing on a sheet
    is not seen until a box has none."""
    if not box_codes:
        raise Conflict(text("No box of it has a code yet: labels are printed once the order is confirmed."))
    wanted = str(call.values.get("format") or SHEETS)
    if wanted == PICTURES:
        return _pictures(call, box_codes)
    if len(box_codes) > MOST_AT_ONCE:
        asked = {"box_codes": list(box_codes), "format": wanted}
        return Progress(call.k2k.submit(call.company, "label_sheet", asked, key=call.key)["id"])
    # A sheet alone is many times as fast as a file for each label.
    printed = call.k2k.label_sheet(call.company, box_codes=box_codes, format=wanted)
    for _, failed in printed.labels:
        if not isinstance(failed, Label):
            raise failed
    return Download(printed.sheet or b"", printed.media_type, f"labels.{wanted}")


def _pictures(call: Call, box_codes: Sequence[str]) -> Download:
    """The pictures as an archive; the only one as itself."""
    printed = call.k2k.label_files(call.company, box_codes=box_codes, format=PICTURES)
    pictures = {}
    for code, label in printed.labels:
        if not isinstance(label, Label):
            raise label
        pictures[f"{code}.{PICTURES}"] = label.content
    if len(pictures) == 1:
        ((name, content),) = pictures.items()
        return Download(content, printed.media_type, name)
    return Download(_archive(pictures), "application/zip", "labels.zip")


def _archive(files: dict[str, bytes]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in files.items():
            written.writestr(name, content)
    return archive.getvalue()
