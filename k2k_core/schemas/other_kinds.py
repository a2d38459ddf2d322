"""Files of another kind that people take for a table: what they are, told by their first bytes."""

from __future__ import annotations

from k2k_core.errors import UnreadableFile
from k2k_core.messages import Message

_HEAD = 1_000

_BYTES: tuple[tuple[tuple[bytes, ...], str], ...] = (
    ((b"\xd0\xcf\x11\xe0",), Message("a workbook of an old Excel (.xls), or one that is locked with a password")),
    ((b"\xff\xfe", b"\xfe\xff"), Message("text in UTF-16, not UTF-8 text")),
    ((b"%PDF",), Message("a PDF")),
    ((b"{\\rtf",), Message("a text document (.rtf)")),
    ((b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf"), Message("compressed")),
    ((b"ID;P",), Message("a SYLK file (.slk)")),
)
_WEB = (b"<!doctype", b"<html", b"<head", b"<meta", b"<table", b"<body")
"""How web pages begin, also those that programs save under the name of a workbook."""


def refuse_other_kinds(content: bytes) -> None:
    """Raise `UnreadableFile` for a file that is neither text nor a package, with what it is."""
    head = content[:_HEAD]
    kind = next((kind for starts, kind in _BYTES if head.startswith(starts)), None) or _of_markup(head)
    if kind is not None:
        raise UnreadableFile(
            "The file is {kind}: open it in a spreadsheet program and save it as Excel Workbook (.xlsx).", kind=kind
        )


def _of_markup(head: bytes) -> str | None:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith(_WEB):
        return Message("a web page (.html), whatever its name says")
    return Message("XML, such as an XML Spreadsheet 2003") if text.startswith(b"<?xml") else None
