"""The labels of some boxes as one file: a sheet, or where a format has no sheets the only label, or an archive."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import TYPE_CHECKING

from k2k_console.translations import text
from k2k_console.vocabulary import Download
from k2k_core.errors import Conflict, K2KError

if TYPE_CHECKING:
    from k2k_core.api import K2K

FORMATS = {"pdf": "PDF", "zpl": "ZPL", "png": "PNG"}
ZIP = "application/zip"


def label_file(k2k: K2K, company: str, box_codes: Sequence[str], wanted: str) -> Download:
    """The labels in a format (`FORMATS`). Raises what the facade raises, and the error of the first label that could
    not be drawn when none could."""
    if not box_codes:
        raise Conflict(text("No box of it has a code yet: labels are printed once the order is confirmed."))
    printed = k2k.label_files(company, box_codes=box_codes, format=wanted)
    if printed.sheet is not None:
        return Download(printed.sheet, printed.media_type, f"labels.{wanted}")
    files = {f"{code}.{wanted}": label.content for code, label in printed.labels if not isinstance(label, K2KError)}
    if not files:
        raise next(label for _, label in printed.labels if isinstance(label, K2KError))
    if len(files) == 1:
        ((name, content),) = files.items()
        return Download(content, printed.media_type, name)
    return Download(_archive(files), ZIP, "labels.zip")


def _archive(files: dict[str, bytes]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in files.items():
            written.writestr(name, content)
    return archive.getvalue()
