"""Labels of boxes as one file: a sheet, or an archive of pictures where the format has no sheets."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import TYPE_CHECKING

from k2k_console.vocabulary import Download
from k2k_core.domain.labels import Label

if TYPE_CHECKING:
    from k2k_core.api import K2K

LABEL_FORMATS = {"pdf": "PDF", "zpl": "ZPL", "png": "PNG"}
PICTURES = "png"


def label_file(k2k: K2K, company: str, box_codes: Sequence[str], label_format: str) -> Download:
    """The labels of some boxes. Raises what the facade raises, and the error of the first label that failed."""
    if label_format == PICTURES:
        return _archive(k2k, company, box_codes)
    printed = k2k.label_sheet(company, box_codes=box_codes, format=label_format)
    for _, failed in printed.labels:
        if not isinstance(failed, Label):
            raise failed
    return Download(printed.sheet or b"", printed.media_type, f"labels.{label_format}")


def _archive(k2k: K2K, company: str, box_codes: Sequence[str]) -> Download:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for code, label in k2k.label_files(company, box_codes=box_codes, format=PICTURES).labels:
            if not isinstance(label, Label):
                raise label
            archive.writestr(f"{code}.{PICTURES}", label.content)
    return Download(out.getvalue(), "application/zip", "labels.zip")
