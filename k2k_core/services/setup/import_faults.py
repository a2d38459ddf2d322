"""What is wrong with the rows of an import: faults by column, the code that was probably meant, prices that fall."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from k2k_core.domain import parsing
from k2k_core.domain.answers.imports import CellFault, ImportedRow
from k2k_core.domain.answers.setup import RowOutcome
from k2k_core.domain.nearest_codes import SimilarCodes
from k2k_core.domain.price_checks import Finding
from k2k_core.domain.price_falls import PriceChange, price_falls
from k2k_core.errors import Fault
from k2k_core.messages import Message
from k2k_core.schemas.crosschecks import REFERENCES
from k2k_core.schemas.record_files import RecordRows
from k2k_core.services.setup.typed_prices import PRICES
from k2k_core.store.database.session import Session
from k2k_core.store.master_data.records import Records

Work = Callable[[Session], dict[int, RowOutcome]]
"""Writes the rows of an import; returns the outcome of each that could be read, by its place."""

_PLACE = re.compile(r"\w+\[(?P<number>\d+)\]\.?(?P<column>.*)")


class NearestCodes:
    """The existing codes that are most like the unknown ones of an import, in any case. Codes of other companies are
    not told."""

    def __init__(self, collection: str, records: Records) -> None:
        self._targets = {field: target for name, field, target in REFERENCES if name == collection}
        self._targets |= {"price_lists": "price_lists"} if collection == "customers" else {}
        self._records = records
        self._known: dict[str, SimilarCodes] = {}

    def of(self, column: str, row: Mapping[str, Any]) -> str | None:
        """The code that the value of a column probably means; None where nothing is like it."""
        name = re.split(r"[.\[]", column, maxsplit=1)[0]
        target = self._targets.get(name)
        if target is None or target == "companies":
            return None
        if not self._known:
            self._known = {each: SimilarCodes(codes) for each, codes in self._records.known().items()}
        value = row.get(name)
        near = (self._known[target].nearest(str(one)) for one in (value if isinstance(value, list) else [value]))
        return next((one for one in near if one is not None), None)


def cell_faults(faults: Sequence[Fault], error: Any, row: Mapping[str, Any], nearest: NearestCodes) -> list[CellFault]:
    """The faults of a row, by column: those of its cells, then those with which it was refused."""
    found: list[CellFault] = [{"column": one["path"], "message": one["message"]} for one in faults]
    if error is not None:
        of_error = error.get("facts", {}).get("faults") or [{"path": "", "message": error["message"]}]
        found += [{"column": _column(one["path"]), "message": one["message"]} for one in of_error]
    for each in found:
        meant = nearest.of(each["column"], row)
        if meant is not None:
            each["nearest"] = meant
    return found


def _column(path: str) -> str:
    place = _PLACE.fullmatch(path)
    return place["column"] if place else path


def in_file(read: RecordRows, faults: Mapping[int, Iterable[Fault]], *, paths: bool = False) -> list[Fault]:
    """Faults as those of a file, with row and column; by the place of their row, or by `paths` that have it."""
    found: list[Fault] = []
    for number, of_row in faults.items():
        for one in of_row:
            place = _PLACE.fullmatch(one["path"]) if paths else None
            row = read.numbers[int(place["number"]) if place else number]
            path = Message("row {row}, {column}", row=row, column=place["column"] if place else one["path"])
            found.append({"path": path, "message": one["message"]})
    return found


def falls(collection: str, rows: Iterable[ImportedRow]) -> Iterator[Finding]:
    """The prices of lots that fall far, as far as the reader of the rows sees them."""
    if collection == "lots":
        yield from price_falls(change for row in rows for change in _prices(row))


def _prices(row: ImportedRow) -> Iterator[PriceChange]:
    before, after = row["before"], row["after"]
    for name in (*PRICES, "va_price"):
        if before and after and before.get(name) is not None and after.get(name) is not None:
            was, now = parsing.amount(before[name]), parsing.amount(after[name])
            yield PriceChange(f"lots.{row['code']}.{name}", was, now)
