"""Files that are imported: how large they are, and how a page carries one from step to step.

Between the look at a file and its import nothing is stored: the form of the look has the file itself, compressed.
"""

from __future__ import annotations

import base64
import binascii
import zlib

from flask import abort

LARGEST = 5_000_000
"""The greatest size of a file that the console takes, in bytes; 10,000 rows are seldom larger than 2,000,000."""

LONG = 500
"""A file of more rows takes longer than a person waits for a page: a worker looks at it and imports it."""

PACKAGE = b"PK\x03\x04"
BYTES_A_ROW = 60
"""About so many bytes a row of a workbook takes, which is compressed."""


def rows_about(content: bytes) -> int:
    """About how many rows a file has."""
    if content.startswith(PACKAGE):
        return len(content) // BYTES_A_ROW
    return content.count(b"\n") or content.count(b"\r")


def carried(content: bytes) -> str:
    """A file as a hidden field of a form."""
    return base64.b64encode(zlib.compress(content)).decode("ascii")


def uncarried(field: str) -> bytes:
    """The file that a hidden field carries; what is none was never in one of these pages."""
    try:
        reading = zlib.decompressobj()
        content = reading.decompress(base64.b64decode(field, validate=True), LARGEST + 1)
    except (ValueError, binascii.Error, zlib.error):
        abort(400)
    return content if len(content) <= LARGEST and reading.eof else abort(400)
