"""Use cases: the records of a collection as a file that can be imported again, and the faulty rows of an import."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from k2k_core.domain.answers.imports import CellFault
from k2k_core.domain.price_list_imports import UPSERT
from k2k_core.errors import Invalid
from k2k_core.messages import joined, localized
from k2k_core.schemas import record_files, table_files
from k2k_core.schemas.table_cells import Refused
from k2k_core.schemas.table_headers import FAULT, column_names
from k2k_core.services.context import ServiceContext
from k2k_core.services.lists.page_request import MOST, PageRequest
from k2k_core.services.pricing import price_list_files
from k2k_core.services.setup.checked_writes import WriteOptions
from k2k_core.services.setup.puts import REFUSED, PutOptions
from k2k_core.services.setup.record_lists import records
from k2k_core.services.setup.row_imports import RowsRequest, import_rows, read
from k2k_core.texts import translator

DRY_RUN = PutOptions(atomic=False, write=WriteOptions(dry_run=True))


def export_rows(
    context: ServiceContext,
    company: str,
    collection: str,
    format: str = table_files.CSV,
    progress: Callable[[int, int], None] | None = None,
) -> bytes:
    """The records of a collection as a file, without archived ones and without what the reader may not see. `progress`
    is called with the records that are read, and with how many there are."""
    named = table_files.format_of(b"", format)
    if collection == "price_lists":
        raise Invalid("Price lists have files of their own, with a row for each price: use export_price_lists.")
    request = PageRequest({}, None, None, None, MOST, progress is not None, None)
    rows: list[Mapping[str, Any]] = []
    of = 0
    while True:
        page = records(context, company, collection, request)
        rows += page["items"]
        of = page.get("count", of)
        if progress is not None:
            progress(len(rows), max(of, len(rows)))
        if page["next"] is None:
            break
        request = replace(request, cursor=page["next"], count=False)
    columns = record_files.exported(collection, rows)
    return table_files.written(record_files.cells(collection, rows, columns), named)


def faulty_rows(context: ServiceContext, company: str, request: RowsRequest, format: str = table_files.CSV) -> bytes:
    """The rows that an import would refuse, as they were given, as a file with their faults in the last column."""
    named = table_files.format_of(b"", format)
    if request.collection == "price_lists" and request.content is not None:
        return table_files.written(_faulty_prices(context, company, request.content, request.format), named)
    answer = import_rows(context, company, request, None, DRY_RUN)
    given = read(request)
    refused = [row for row in answer["rows"] if row["outcome"] == REFUSED]
    known = record_files.columns(request.collection)
    fields = {name for row in refused for name in row["values"]}
    columns = [name for name in given.columns if name in known] or [
        name for name, column in known.items() if column.path[0] in fields
    ]
    cells = iter(record_files.cells(request.collection, [row["values"] for row in refused], columns))
    table: list[Sequence[Any]] = [[*next(cells), FAULT]]
    for row, line in zip(refused, cells, strict=True):
        table.append([*line, _reasons(context, row["faults"])])
    return table_files.written(table, named)


def _faulty_prices(
    context: ServiceContext, company: str, content: bytes, format: str | None
) -> Iterator[Sequence[Any]]:
    """The header of a file of price lists, and its rows with a fault."""
    asked = price_list_files.ImportRequest(content, format, UPSERT, dry_run=True)
    planned = price_list_files.planned_import(context, company, asked)
    with context.store.reading() as session:
        found = planned.look(session)["faults"]
    faults: dict[int, list[CellFault]] = defaultdict(list)
    for one in found:
        faults[one["row"]].append({"column": one["column"], "message": one["message"]})
    lines = table_files.lines(content, table_files.format_of(content, format))
    names = column_names(next(lines))
    kept = [place for place, name in enumerate(names) if name and name != FAULT]
    yield [*(names[place] for place in kept), FAULT]
    for line in lines:
        if line.number in faults:
            cells = dict(enumerate(line.cells))
            given = [cells.get(place) for place in kept]
            yield [
                *(None if isinstance(one, Refused) else one for one in given),
                _reasons(context, faults[line.number]),
            ]


def _reasons(context: ServiceContext, faults: Sequence[CellFault]) -> str:
    """The faults of a row in the language of the reader, `column: fault`."""
    translate = translator(context.language)
    reasons = [joined([one["column"], one["message"]], ": ") if one["column"] else one["message"] for one in faults]
    return "; ".join(localized(reason, translate) for reason in reasons)
