"""Plans the import of a price-list file, the same for a dry run and for the import itself.

A list is identified by its code, a season by its name within the list (and by its days if several share a name), a row
by its product, box type and vendor. What a file does not mention is unchanged.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from k2k_core.domain.nearest_codes import SimilarCodes
from k2k_core.domain.plain_text import plain
from k2k_core.domain.price_lists import ALL, PriceListRow
from k2k_core.messages import Message

UPSERT, REPLACE = "upsert", "replace"
MODES = (UPSERT, REPLACE)
"""`upsert` adds and changes rows; `replace` also removes, in each season of the file, the rows that the file does not
have."""

LIST_FIELDS = ("name", "type", "master", "active", "everyone")


class FileRow(NamedTuple):
    """A row of a file as far as it could be read; `valid` when it has no fault; without a `list` it cannot be assigned.
    A row without a product describes only a list or a season."""

    number: int
    valid: bool
    list: str
    name: str | None = None
    type: str | None = None
    master: bool | None = None
    active: bool | None = None
    everyone: bool | None = None
    season: str = ""
    start: dt.date | None = None
    end: dt.date | None = None
    product: str | None = None
    box_type: str | None = None
    vendor: str | None = None
    price: int | None = None
    cost: int | None = None


class RowFault(NamedTuple):
    """What is wrong with a cell. Rows are numbered as a spreadsheet shows them: the header is row 1. `nearest` is the
    existing code that is most like an unknown one."""

    row: int
    column: str
    message: str
    nearest: str | None = None


class Span(NamedTuple):
    """Which season of which list, with its days."""

    list: str
    name: str
    start: dt.date
    end: dt.date


class ListFields(NamedTuple):
    """The properties of a list."""

    code: str
    name: str
    type: str = ALL
    master: bool = False
    active: bool = True
    everyone: bool = False


class StoredSeason(NamedTuple):
    """An existing season."""

    id: int
    span: Span


class StoredRow(NamedTuple):
    """An existing row."""

    id: int
    row: PriceListRow


class Stored(NamedTuple):
    """The lists of a company as they are: all lists and seasons, by id the rows of the seasons of the file's lists."""

    lists: Mapping[str, ListFields]
    seasons: Sequence[StoredSeason]
    rows: Mapping[int, Sequence[StoredRow]]


class Known(NamedTuple):
    """The codes that rows may refer to."""

    products: Collection[str]
    box_types: Collection[str]
    vendors: Collection[str]


class ListChange(NamedTuple):
    """A list that is added (`before` is None) or changed, by this row of the file."""

    number: int
    before: ListFields | None
    after: ListFields


class SeasonChange(NamedTuple):
    """A season that is added, or gets other days."""

    number: int
    before: StoredSeason | None
    after: Span


class RowChange(NamedTuple):
    """A row that is added, changed, or removed (a removed one has no row number in the file)."""

    number: int | None
    season: Span
    before: StoredRow | None
    after: PriceListRow | None


@dataclass
class Plan:
    """Everything an import would change, and every fault that prevents it."""

    lists: list[ListChange] = field(default_factory=list)
    seasons: list[SeasonChange] = field(default_factory=list)
    rows: list[RowChange] = field(default_factory=list)
    unchanged: int = 0
    faults: list[RowFault] = field(default_factory=list)
    left_out: list[RowFault] = field(default_factory=list)
    """The faults of the rows that are left out."""

    season_ids: dict[Span, int] = field(default_factory=dict)
    """The seasons of the file that are there, by what they will be."""

    @property
    def empty(self) -> bool:
        """Whether nothing would be different."""
        return not (self.lists or self.seasons or self.rows)


def plan_import(
    rows: Sequence[FileRow], columns: Collection[str], stored: Stored, known: Known, mode: str = UPSERT
) -> Plan:
    """What importing the rows would change, with the faults that depend on the stored lists.

    `columns` are those in the file: without `start` and `end` the days of the seasons do not change.
    """
    plan = Plan()
    for row in rows:
        plan.faults.extend(_unknown(row, known))
    usable = [row for row in rows if row.list]
    _plan_lists(plan, usable, stored)
    placed = _Seasons(plan, usable, {"start", "end"} <= set(columns), stored).placed()
    _plan_rows(plan, placed, stored, mode, "cost" in columns)
    return plan


def with_nearest(faults: Iterable[RowFault], rows: Iterable[FileRow], known: Known) -> list[RowFault]:
    """The faults, those about an unknown code with the existing one that is most like it."""
    by_number = {row.number: row for row in rows}
    codes = {"product": known.products, "box_type": known.box_types, "vendor": known.vendors}
    similar = {column: SimilarCodes(there) for column, there in codes.items()}
    found = []
    for fault in faults:
        code = getattr(by_number.get(fault.row), fault.column, None) if fault.column in similar else None
        found.append(fault if code is None else fault._replace(nearest=similar[fault.column].nearest(code)))
    return found


def _plan_lists(plan: Plan, rows: Iterable[FileRow], stored: Stored) -> None:
    said: dict[str, dict[str, tuple[Any, int]]] = {}
    first: dict[str, int] = {}
    for row in rows:
        if not row.valid:
            continue
        first.setdefault(row.list, row.number)
        of_list = said.setdefault(row.list, {})
        for column in LIST_FIELDS:
            value = getattr(row, column)
            if value is None:
                continue
            other, number = of_list.setdefault(column, (value, row.number))
            if other != value:
                plan.faults.append(
                    RowFault(
                        row.number,
                        column,
                        Message("row {number} contradicts it about list {list}", number=number, list=row.list),
                    )
                )
    after = dict(stored.lists)
    for code, fields in said.items():
        before = stored.lists.get(code)
        told = {column: value for column, (value, _) in fields.items()}
        after[code] = (before or ListFields(code, code))._replace(**told)
        if after[code] != before:
            plan.lists.append(ListChange(first[code], before, after[code]))
    _refuse_second_master(plan, after, said)


def _refuse_second_master(
    plan: Plan, after: Mapping[str, ListFields], said: Mapping[str, Mapping[str, tuple[Any, int]]]
) -> None:
    """If there are two masters, the fault is reported on the row that makes the second one."""
    masters = [code for code, fields in after.items() if fields.master]
    made = {code: fields["master"][1] for code, fields in said.items() if "master" in fields}
    masters.sort(key=lambda code: made.get(code, 0))
    for code in masters[1:]:
        message = Message("{master} is the master: a company has at most one master price list", master=masters[0])
        plan.faults.append(RowFault(made[code], "master", message))


class _Seasons:
    """Assigns each row to its season: an existing one, one that gets other days, or a new one."""

    def __init__(self, plan: Plan, rows: Sequence[FileRow], with_days: bool, stored: Stored) -> None:
        self._plan = plan
        self._rows = rows
        self._with_days = with_days
        self._lists = stored.lists
        self._there: dict[tuple[str, str], list[StoredSeason]] = defaultdict(list)
        for season in stored.seasons:
            self._there[season.span.list, plain(season.span.name)].append(season)

    def placed(self) -> list[tuple[FileRow, Span]]:
        """The rows with their seasons; rows that are only about a list, or that name no one season, are left out."""
        found, first = [], dict[Span, int]()
        for row in self._rows:
            span = self._span(row)
            if span is not None:
                found.append((row, span))
                if row.valid:
                    first.setdefault(span, row.number)
        by_name: dict[tuple[str, str], dict[Span, int]] = defaultdict(dict)
        for span, number in first.items():
            by_name[span.list, span.name][span] = number
        for name, spans in by_name.items():
            self._refuse_mistyped(name, spans)
            self._settle(spans, self._there.get(name, []))
        return found

    def _refuse_mistyped(self, name: tuple[str, str], spans: Mapping[Span, int]) -> None:
        """A fault where an existing list is given a new season without days: its name was probably mistyped."""
        of_list, season = name
        number = spans.get(Span(of_list, season, dt.date.min, dt.date.max))
        if number is None or not season or of_list not in self._lists or name in self._there:
            return
        message = Message(
            "{list} has no season {season!r}: to add it, write its start or end", list=of_list, season=season
        )
        others = [other for owner, other in self._there if owner == of_list]
        self._plan.faults.append(RowFault(number, "season", message, SimilarCodes(others).nearest(season)))

    def _span(self, row: FileRow) -> Span | None:
        if row.product is None and row.valid and not row.season and row.start is None and row.end is None:
            return None
        if self._with_days:
            return Span(row.list, row.season, row.start or dt.date.min, row.end or dt.date.max)
        there = self._there.get((row.list, row.season), [])
        if len(there) > 1:
            message = Message(
                "{list} has {count} seasons of this name: the file must say start and end",
                list=row.list,
                count=len(there),
            )
            self._plan.faults.append(RowFault(row.number, "season", message))
            return None
        return there[0].span if there else Span(row.list, row.season, dt.date.min, dt.date.max)

    def _settle(self, spans: Mapping[Span, int], there: Sequence[StoredSeason]) -> None:
        """Decide on the seasons of one name."""
        ids = {season.span: season.id for season in reversed(there)}
        fresh = [span for span in spans if span not in ids]
        others = [season for season in there if season.span not in spans]
        moved = others[0] if len(fresh) == 1 and len(others) == 1 else None
        for span in fresh:
            self._plan.seasons.append(SeasonChange(spans[span], moved, span))
        self._plan.season_ids.update({span: ids[span] for span in spans if span in ids})
        if moved:
            self._plan.season_ids[fresh[0]] = moved.id
        for one, other in _overlapping(spans):
            if one not in ids or other not in ids:
                row, beside = sorted((spans[one], spans[other]), reverse=True)
                message = Message(
                    "has other days than in row {beside}, and the two overlap: are they one season?", beside=beside
                )
                self._plan.faults.append(RowFault(row, "start", message))


def _overlapping(spans: Iterable[Span]) -> Iterator[tuple[Span, Span]]:
    longest: Span | None = None
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        if longest is not None and span.start <= longest.end:
            yield longest, span
        if longest is None or span.end > longest.end:
            longest = span


Key = tuple[Span, str, str | None, str | None]


def _plan_rows(plan: Plan, placed: Iterable[tuple[FileRow, Span]], stored: Stored, mode: str, with_cost: bool) -> None:
    there = _rows_there(plan, stored)
    seen: dict[Key, int] = {}
    for row, span in placed:
        if row.product is None:
            continue
        key = (span, row.product, row.box_type, row.vendor)
        if key in seen:
            plan.faults.append(RowFault(row.number, "product", Message("it is the same as row {row}", row=seen[key])))
            continue
        seen[key] = row.number
        if row.valid and row.price is not None:
            _plan_row(plan, row, row.price, span, there.get(key, ()), with_cost)
    if mode == REPLACE:
        for key, rows in there.items():
            if key not in seen:
                plan.rows.extend(RowChange(None, key[0], row, None) for row in rows)


def _plan_row(plan: Plan, row: FileRow, price: int, span: Span, there: Sequence[StoredRow], with_cost: bool) -> None:
    cost = row.cost if with_cost or not there else there[0].row.cost
    after = PriceListRow(str(row.product), price, row.box_type, row.vendor, cost)
    if not there or there[0].row != after:
        plan.rows.append(RowChange(row.number, span, there[0] if there else None, after))
    else:
        plan.unchanged += 1
    # Rows for exactly the same thing cannot come from a file: the file's one stays alone.
    plan.rows.extend(RowChange(None, span, double, None) for double in there[1:])


def _rows_there(plan: Plan, stored: Stored) -> dict[Key, list[StoredRow]]:
    spans = {season_id: span for span, season_id in plan.season_ids.items()}
    exact = {span: span for span in plan.season_ids}
    found: dict[Key, list[StoredRow]] = defaultdict(list)
    for season in stored.seasons:
        span = spans.get(season.id) or exact.get(season.span)
        if span is not None:
            for each in stored.rows.get(season.id, ()):
                row = each.row
                found[span, row.product, row.box_type or None, row.vendor or None].append(each)
    return dict(found)


def _unknown(row: FileRow, known: Known) -> Iterator[RowFault]:
    named = (("product", known.products), ("box_type", known.box_types), ("vendor", known.vendors))
    for column, codes in named:
        code = getattr(row, column)
        if code is not None and code not in codes:
            yield RowFault(
                row.number,
                column,
                Message("{code} is none of its {column}s", code=code, column=column.replace("_", " ")),
            )
