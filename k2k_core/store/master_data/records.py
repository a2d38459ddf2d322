"""Writes a company's own records, collection by collection (domain section 1). Lots are written by
`store.inventory.lot_records`.

A record with an existing code replaces that record: a host ERP always sends the whole record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from k2k_core.domain.items import STANDARD_BOXES
from k2k_core.errors import Conflict, Invalid
from k2k_core.messages import Message, joined_by_and
from k2k_core.store import tables
from k2k_core.store.database.session import Session, Table

Values = dict[str, Any]
Ids = dict[str, int]


@dataclass(frozen=True)
class RecordTable:
    """The table of a collection. `references`: field → the column and the collection it points into."""

    table: Table
    references: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    key: str = "code"


_CATEGORY = {"category": ("category_id", "categories")}
_PRODUCT = {"product": ("product_id", "products")}
_BOX_TYPE = {"box_type": ("box_type_id", "box_types")}
_LOCATION = {"location": ("location_id", "locations")}

RECORD_TABLES: Mapping[str, RecordTable] = {
    "locations": RecordTable(tables.Location),
    "users": RecordTable(tables.User, key="email"),
    "categories": RecordTable(tables.Category),
    "products": RecordTable(tables.Product, _CATEGORY),
    "box_types": RecordTable(tables.BoxType),
    "box_dimensions": RecordTable(tables.BoxDimensions, {**_BOX_TYPE, **_PRODUCT}),
    "customers": RecordTable(tables.Customer),
    "vendors": RecordTable(tables.Vendor),
    "carriers": RecordTable(tables.Carrier),
    "price_lists": RecordTable(tables.PriceList),
    "lots": RecordTable(tables.Lot, {**_PRODUCT, **_BOX_TYPE, **_LOCATION}),
}
"""Every collection, in the order in which they can be written."""

_AT_ONCE = 10_000

NAMED = ("locations", "categories", "products", "box_types", "price_lists", "lots")


def hold_named(session: Session, company: str, collection: str, codes: Iterable[str]) -> None:
    """Lock records of a company, by their codes, before several of them are changed one after the other."""
    table: Any = RECORD_TABLES[collection].table
    owner: Any = tables.Company
    key = getattr(table, RECORD_TABLES[collection].key)
    mine = table.company_id.in_(owner.select(owner.id).where(owner.code == company)) & key.in_(list(codes))
    session.lock(table, [row[0] for row in session.rows(table.select(table.id).where(mine))])


Progress = Callable[[int], None]
"""Is called with the number of rows that are done."""

NOTED_EVERY = 100
T = TypeVar("T")


def no_progress(done: int) -> None:
    """The progress of what nobody watches."""


def noted(rows: Sequence[T], progress: Progress, every: int = NOTED_EVERY) -> Iterator[T]:
    """The rows one by one; after each so many of them, how many are done is told."""
    for done, row in enumerate(rows, 1):
        yield row
        if done % every == 0:
            progress(done)


class Records:
    """One company's records in one unit of work."""

    def __init__(self, session: Session, company_id: int, currency: str) -> None:
        self.session = session
        self.company_id = company_id
        self.currency = currency
        self._ids: dict[str, Ids] = {}
        self._codes: dict[str, dict[int, str]] = {}
        self._sizes: dict[tuple[int, int | None], int] | None = None
        self._sequence: tuple[str, int] | None = None

    def ids(self, collection: str) -> Ids:
        """Ids by code (by address for users), read once until something is added."""
        if collection not in self._ids:
            record_table = RECORD_TABLES[collection]
            table: Any = record_table.table
            columns = (getattr(table, record_table.key), table.id)
            self._ids[collection] = dict(self.session.rows(table.select(*columns).where(self._mine(table))))
        return self._ids[collection]

    def codes(self, collection: str) -> dict[int, str]:
        """Codes by id, read once until something is added."""
        if collection not in self._codes:
            self._codes[collection] = {record_id: code for code, record_id in self.ids(collection).items()}
        return self._codes[collection]

    def known(self) -> dict[str, set[str]]:
        """The codes that records may refer to, by collection, and those of every company of the network, without
        archived ones."""
        company = tables.Company
        companies = {code for (code,) in self.session.rows(company.select(company.code))}
        return {**{name: set(self.ids(name)) - self._archived(name) for name in NAMED}, "companies": companies}

    def _archived(self, collection: str) -> set[str]:
        table: Any = RECORD_TABLES[collection].table
        gone = self._mine(table) & table.archived
        return {code for (code,) in self.session.rows(table.select(table.code).where(gone))}

    def write(self, collection: str, rows: Sequence[Values], progress: Progress = no_progress) -> None:
        """Add records and replace existing ones; `progress` is called with the number of rows that are written."""
        if collection == "price_lists":
            self._write_price_lists(rows, progress)
        elif collection == "box_dimensions":
            self._write_dimensions(rows, progress)
        else:
            if collection == "users":
                self._refuse_taken_addresses(rows)
            self._put(collection, [self._own(collection, row) for row in rows], progress)

    def add_standard_boxes(self, listed: Iterable[Values]) -> None:
        """Add the box types that every company has, apart from those that it lists itself."""
        own = {row["code"] for row in listed}
        rows = [{"code": code, "name": code, "fbe": fbe} for code, fbe in STANDARD_BOXES.items() if code not in own]
        self._put("box_types", rows)

    def stored(self, collection: str, row: Mapping[str, Any]) -> Values:
        """A record as columns: the codes in it become ids, days inside JSON become text."""
        references = RECORD_TABLES[collection].references
        found: Values = {}
        for name, value in row.items():
            if name in references:
                column, target = references[name]
                found[column] = None if value is None else self.ids(target)[value]
            else:
                found[name] = value
        return found

    def add(self, collection: str, rows: Sequence[Values]) -> None:
        """Add new rows, as columns."""
        self.session.insert_many(
            RECORD_TABLES[collection].table, [{"company_id": self.company_id, **row} for row in rows]
        )
        self.forget_ids(collection)

    def zone_and_sequence(self) -> tuple[str, int]:
        """The time zone of the company, and the number of its last change of lots before this unit of work."""
        if self._sequence is None:
            table: Any = tables.Company
            mine = table.select(table.timezone, table.lot_seq).where(table.id == self.company_id)
            ((zone, sequence),) = self.session.rows(mine)
            self._sequence = zone, sequence
        return self._sequence

    def present(self, collection: str, record_id: int) -> Values:
        """Every column of one record."""
        table: Any = RECORD_TABLES[collection].table
        found: Values = self.session.dicts(table.select().where(self._mine(table) & (table.id == record_id)))[0]
        return found

    def hold(self, collection: str, record_ids: Iterable[int], *, exclusive: bool = False) -> None:
        """Lock records until the end of the unit of work, in ascending order of their ids; with `exclusive` nobody can
        write a row that points at them meanwhile, such as a document for a customer."""
        self.session.lock(RECORD_TABLES[collection].table, record_ids, exclusive=exclusive)

    def rows(self, collection: str, record_ids: Iterable[int]) -> dict[int, Values]:
        """Every column of some records, by id."""
        table: Any = RECORD_TABLES[collection].table
        wanted, found = list(record_ids), {}
        for start in range(0, len(wanted), _AT_ONCE):
            mine = self._mine(table) & table.id.in_(wanted[start : start + _AT_ONCE])
            found.update({row["id"]: row for row in self.session.dicts(table.select().where(mine))})
        return found

    def id_of(self, collection: str, row: Values) -> int | None:
        """The id of the record that a whole row identifies by its codes; None if there is none yet."""
        if collection != "box_dimensions":
            return self.ids(collection).get(row[RECORD_TABLES[collection].key])
        stored = self.stored(collection, row)
        return self._dimensions().get((stored["box_type_id"], stored.get("product_id")))

    def forget_ids(self, collection: str) -> None:
        """Read the ids of a collection again: records were added, or rolled back."""
        self._ids.pop(collection, None)
        self._codes.pop(collection, None)
        self._sizes = None

    def version(self, collection: str, record_id: int) -> int:
        """The version of one record."""
        table: Any = RECORD_TABLES[collection].table
        mine = self._mine(table) & (table.id == record_id)
        return int(self.session.value(table.select(table.version).where(mine)))

    def replace(self, collection: str, record_id: int, values: Values) -> None:
        """Change columns of one record."""
        table: Any = RECORD_TABLES[collection].table
        query = table.update(values).where(self._mine(table) & (table.id == record_id))
        self.session.change(query, touches=self.company_id)

    def bring_to(self, collection: str, before: Values, values: Values) -> None:
        """Change columns of one record that is there, if one of them has another value."""
        if any(name not in before or before[name] != value for name, value in values.items()):
            self.replace(collection, before["id"], values)

    def _put(self, collection: str, rows: Sequence[Values], progress: Progress = no_progress) -> None:
        key = RECORD_TABLES[collection].key
        ids = self.ids(collection)
        fresh = [row for row in rows if row[key] not in ids]
        replaced = [row for row in rows if row[key] in ids]
        there = self.rows(collection, [ids[row[key]] for row in replaced])
        for row in noted(replaced, progress):
            self.bring_to(collection, there[ids[row[key]]], row)
        self.add(collection, fresh)
        progress(len(rows))

    def _own(self, collection: str, row: Values) -> Values:
        own = self.stored(collection, row)
        if collection == "vendors":
            own["currency"] = self.vendor_currency(own["company"], own["currency"], f"{own['code']}.currency")
        return own

    def vendor_currency(self, company: str | None, given: str | None, place: str = "currency") -> str:
        """The currency of a vendor record: that of the connected company; without one the given, else the company's
        own.

        Raises `Invalid` for another one than the connected company's (domain section 1).
        """
        table: Any = tables.Company
        theirs: str | None = None
        if company is not None:
            theirs = self.session.value(table.select(table.currency).where(table.code == company))
        if theirs is not None and given not in (None, theirs):
            problem = Message(
                "{company} sells in {theirs}: its vendor record cannot be in {given}",
                company=company,
                theirs=theirs,
                given=given,
            )
            raise Invalid(
                Message("{path}: {problem}", path=place, problem=problem), [{"path": place, "message": problem}]
            )
        return theirs or given or self.currency

    def _write_dimensions(self, rows: Sequence[Values], progress: Progress) -> None:
        ids, every = self._dimensions(), [self.stored("box_dimensions", row) for row in rows]
        stored = [(row, ids.get((row["box_type_id"], row.get("product_id")))) for row in every]
        there = self.rows("box_dimensions", [record_id for _, record_id in stored if record_id is not None])
        for row, record_id in noted(stored, progress):
            if record_id is not None:
                self.bring_to("box_dimensions", there[record_id], row)
        self.add("box_dimensions", [row for row, record_id in stored if record_id is None])
        progress(len(rows))

    def _dimensions(self) -> dict[tuple[int, int | None], int]:
        """The ids of the box dimensions, by box type and product, read once until something is added."""
        if self._sizes is None:
            table: Any = tables.BoxDimensions
            columns = (table.id, table.box_type_id, table.product_id)
            found = self.session.rows(table.select(*columns).where(self._mine(table)))
            self._sizes = {(box_type, product): record_id for record_id, box_type, product in found}
        return self._sizes

    def _write_price_lists(self, rows: Sequence[Values], progress: Progress) -> None:
        self._refuse_second_master(rows)
        plain = [{name: value for name, value in row.items() if name != "seasons"} for row in rows]
        self._put("price_lists", plain)
        for row in noted(rows, progress, every=1):
            self._replace_seasons(self.ids("price_lists")[row["code"]], row["seasons"])

    def _refuse_second_master(self, rows: Sequence[Values]) -> None:
        table: Any = tables.PriceList
        masters = {
            code for (code,) in self.session.rows(table.select(table.code).where(self._mine(table) & table.master))
        }
        for row in rows:
            masters = masters | {row["code"]} if row["master"] else masters - {row["code"]}
        if len(masters) > 1:
            raise Conflict(
                "A company has at most one master price list, not {masters}.", masters=joined_by_and(sorted(masters))
            )

    def _replace_seasons(self, list_id: int, seasons: Sequence[Values]) -> None:
        season: Any = tables.PriceSeason
        line: Any = tables.PriceRow
        if self._seasons(list_id) == self._seasons_of(seasons):
            return
        old = self._mine(season) & (season.price_list_id == list_id)
        old_ids = [season_id for (season_id,) in self.session.rows(season.select(season.id).where(old))]
        if old_ids:
            gone = self._mine(line) & line.season_id.in_(old_ids)
            self.session.change(line.delete().where(gone), touches=self.company_id)
            self.session.change(season.delete().where(old), touches=self.company_id)
        for each in seasons:
            rows = each["rows"]
            plain = {name: value for name, value in each.items() if name != "rows"}
            season_id = self.session.insert(season, company_id=self.company_id, price_list_id=list_id, **plain)
            stored = [self._price_row(row) for row in rows]
            self.session.insert_many(
                line, [{"company_id": self.company_id, "season_id": season_id, **row} for row in stored]
            )

    def _seasons(self, list_id: int) -> list[Any]:
        """The seasons of a price list with their rows, in order."""
        season: Any = tables.PriceSeason
        line: Any = tables.PriceRow
        mine = self._mine(season) & (season.price_list_id == list_id)
        columns = (season.id, season.name, season.start, season.end)
        found = self.session.rows(season.select(*columns).where(mine).order_by(season.id))
        rows: dict[int, list[Any]] = {one[0]: [] for one in found}
        theirs = self._mine(line) & line.season_id.in_(season.select(season.id).where(mine))
        fields = (line.season_id, line.product_id, line.box_type_id, line.vendor, line.price, line.cost)
        for season_id, *row in self.session.rows(line.select(*fields).where(theirs).order_by(line.id)):
            rows[season_id].append(tuple(row))
        return [(*span, rows[season_id]) for season_id, *span in found]

    def _seasons_of(self, seasons: Sequence[Values]) -> list[Any]:
        """The same for seasons that are about to be written."""
        return [
            (each["name"], each["start"], each["end"], [tuple(self._price_row(row).values()) for row in each["rows"]])
            for each in seasons
        ]

    def _price_row(self, row: Values) -> Values:
        box_type = row["box_type"]
        return {
            "product_id": self.ids("products")[row["product"]],
            "box_type_id": None if box_type is None else self.ids("box_types")[box_type],
            **{name: row[name] for name in ("vendor", "price", "cost")},
        }

    def _refuse_taken_addresses(self, rows: Sequence[Values]) -> None:
        table = tables.User
        wanted = [row["email"] for row in rows]
        theirs = (table.company_id != self.company_id) | table.company_id.is_null()
        with self.session.of_whole_network():  # an address has one account in all of it
            taken = self.session.rows(table.select(table.email).where(table.email.in_(wanted) & theirs))
        if taken:
            raise Conflict("{email} has an account already.", email=taken[0][0])

    def _mine(self, table: Any) -> Any:
        return table.company_id == self.company_id
