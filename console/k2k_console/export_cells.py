"""Exports that spreadsheets read as UTF-8, and whose cells none evaluates as a formula."""

from __future__ import annotations

import re

BYTE_ORDER_MARK = "\ufeff"
"""Spreadsheets read a file as UTF-8 by it."""

_PLAIN_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")


def unformulaic(value: object) -> str:
    """A cell of an export that no spreadsheet evaluates as a formula; plain numbers stay numbers."""
    cell = "" if value is None else str(value)
    if cell.startswith(_FORMULA_SIGNS) and not _PLAIN_NUMBER.fullmatch(cell):
        return "'" + cell
    return cell
