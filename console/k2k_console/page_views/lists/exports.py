"""The export of a list: every row in the order of the list, as CSV with a byte order mark, row after row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import chain

from flask import Response, stream_with_context

from k2k_console.export_cells import BYTE_ORDER_MARK, unformulaic
from k2k_console.page_views.addresses import ListAddress
from k2k_console.page_views.lists.list_reading import every_row
from k2k_console.page_views.reader import Reader
from k2k_console.vocabulary import Column, Row


def export(reader: Reader, address: ListAddress) -> Response:
    """The list with its filters as a file. A request that the facade refuses is refused before anything is sent."""
    rows = every_row(reader, address)
    first = next(rows, None)
    found = rows if first is None else chain((first,), rows)
    columns = [one for column in address.columns for one in column.spread_over(first)]
    answer = Response(stream_with_context(_lines(columns, found)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="k2k-{reader.page.name}.csv"'
    return answer


def _lines(columns: Sequence[Column], rows: Iterator[Row]) -> Iterator[str]:
    yield BYTE_ORDER_MARK + _line([column.label for column in columns])
    for row in rows:
        yield _line([column.value(row) for column in columns])


def _line(cells: list[object]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([unformulaic(cell) for cell in cells])
    return out.getvalue()
