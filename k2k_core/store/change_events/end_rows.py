"""The rows that the events of a unit of work name, as they are at its end: read together in one statement, since every
order reads them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from k2k_core.domain.orders import INVOICE
from k2k_core.store import tables
from k2k_core.store.database.queries import in_chunks
from k2k_core.store.database.session import Session
from k2k_core.store.events.offer_changes import FACTS
from k2k_core.store.migrations.version_triggers import DOCUMENTS_OF_A_LINE

DOCUMENT, LINE, LOT = "document", "order_line", "lot"

IDS_AT_ONCE = 1_000
PARTS_AT_ONCE = 5
"""Below the number of parameters of one statement (`store.database.session.PARAMETERS_AT_ONCE`)."""

_OF_COLUMNS = " + ".join(
    f"COALESCE((SELECT SUM(l.version) FROM order_line l WHERE l.{column} = d.id), 0)" for column in DOCUMENTS_OF_A_LINE
)
_BILLED = """COALESCE((SELECT SUM(l.version) FROM order_line l WHERE l.id IN (
    SELECT i.line_id FROM invoice_line i WHERE i.invoice_id = d.id)), 0)"""
_NO_TEXTS, _NO_NUMBERS = ", ".join(["CAST(NULL AS TEXT)"] * 3), ", ".join(["CAST(NULL AS BIGINT)"] * 4)

_DOCUMENTS = f"""
SELECT '{DOCUMENT}', d.id, d.company_id, d.number,
    CAST(d.version + CASE WHEN d.kind = '{INVOICE}' THEN {_BILLED} ELSE {_OF_COLUMNS} END AS BIGINT),
    d.kind, d.status, d.former_number, {_NO_NUMBERS}
FROM document d WHERE d.id IN
"""
"""With their versions (`store.orders.document_versions`)."""

_LOTS = f"""
SELECT '{LOT}', id, company_id, code, version, {_NO_TEXTS}, on_hand, available, short, ledger_id FROM lot WHERE id IN
"""
_VERSION = "SELECT '{name}', {id}, CAST(NULL AS BIGINT), CAST(NULL AS TEXT), {version}, " + (
    f"{_NO_TEXTS}, {_NO_NUMBERS} FROM {{table}} WHERE {{id}} IN "
)
_VERSIONS = {
    **{
        name: _VERSION.format(name=name, id="id", version="version", table=f'"{name}"')
        for name in (table._meta.table_name for table in tables.ALL if "version" in table._meta.fields)
    },
    FACTS: _VERSION.format(name=FACTS, id="id", version="change_seq + lot_seq", table="company"),
    "cart": _VERSION.format(name="cart", id="cart_id", version="CAST(SUM(version) AS BIGINT)", table="order_line"),
}
"""By table; that of a cart rises with its lines."""

_AFTER = {"cart": " GROUP BY cart_id"}

Part = tuple[str, list[int]]
"""A part of the statement, and its parameters."""


class ChangedDocument(NamedTuple):
    """A document at the end of a unit of work."""

    id: int
    company_id: int
    number: str
    version: int
    kind: str
    status: str
    former_number: str


class ChangedLot(NamedTuple):
    """A lot at the end of a unit of work."""

    id: int
    code: str
    version: int
    on_hand: int
    available: int
    short: int
    movement: int


class EndRows:
    """The rows that have been read: documents and lots by id, versions by table and id."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.documents: dict[int, ChangedDocument] = {}
        self.lots: dict[int, ChangedLot] = {}
        self.versions: dict[tuple[str, int], int] = {}

    def read(
        self,
        versions: Mapping[str, Iterable[int]],
        documents: Sequence[int] = (),
        lots: Sequence[int] = (),
    ) -> None:
        """Read documents, lots, and the versions of rows by table."""
        parts = [*_of_rows(_DOCUMENTS, documents), *_of_rows(_LOTS, lots), *_of_versions(versions)]
        for start in range(0, len(parts), PARTS_AT_ONCE):
            some = parts[start : start + PARTS_AT_ONCE]
            statement = " UNION ALL ".join(text for text, _ in some)
            for row in self._session.run(statement, [one for _, values in some for one in values]).fetchall():
                self._add(*row)

    def _add(self, table: str, row_id: int, company_id: int, name: str, version: int, *rest: object) -> None:
        self.versions[table, row_id] = version
        if table == DOCUMENT and name is not None:
            self.documents[row_id] = ChangedDocument(row_id, company_id, name, version, *map(str, rest[:3]))
        if table == LOT and name is not None:
            self.lots[row_id] = ChangedLot._make((row_id, name, version, *rest[3:]))


def invoices_of(session: Session, lines: Sequence[int]) -> set[int]:
    """The invoices that lines were billed on, by id."""
    found: set[int] = set()
    for some in in_chunks(lines, IDS_AT_ONCE):
        statement = f"SELECT DISTINCT invoice_id FROM invoice_line WHERE line_id IN {_places(some)}"
        found |= {row[0] for row in session.run(statement, some).fetchall()}
    return found


def _of_rows(text: str, ids: Sequence[int]) -> Iterator[Part]:
    yield from ((text + _places(some), some) for some in in_chunks(ids, IDS_AT_ONCE))


def _of_versions(versions: Mapping[str, Iterable[int]]) -> Iterator[Part]:
    for table, ids in versions.items():
        for some in in_chunks(sorted(ids), IDS_AT_ONCE):
            yield _VERSIONS[table] + _places(some) + _AFTER.get(table, ""), some


def _places(values: Sequence[int]) -> str:
    return f"({', '.join('?' * len(values))})"
