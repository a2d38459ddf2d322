"""The column types. Each behaves in exactly the same way on SQLite and on PostgreSQL.

Whatever could differ between the engines (binary floats, time zones, date text, reused ids) is stored in a form that
cannot: integers and canonical text. The columns refuse a value of the wrong type instead of converting it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from peewee import SQL, BigAutoField, BigIntegerField, DateField, Field, NodeList, TextField

if TYPE_CHECKING:  # peewee's classes are generic in its stubs only
    _BigAuto = BigAutoField[int]
    _BigInteger = BigIntegerField[int]
    _Moment = BigIntegerField[datetime]
    _Date = DateField[date]
    _Text = TextField[Any]
    _Field = Field[bytes]
else:
    _BigAuto, _BigInteger, _Moment, _Date, _Text = BigAutoField, BigIntegerField, BigIntegerField, DateField, TextField
    _Field = Field

Json = None | bool | int | str | Sequence["Json"] | Mapping[str, "Json"]
"""The value of a `JsonField`: JSON without floats (quantities are integers, money is integer micros)."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class IdField(_BigAuto):
    """The id of a row, 64 bits, never reused: SQLite reuses the ids of deleted rows without AUTOINCREMENT."""

    def ddl(self, ctx: Any) -> NodeList:
        """The column's definition, with AUTOINCREMENT on SQLite (a BIGSERIAL never goes back by itself)."""
        definition = super().ddl(ctx)
        if ctx.state.field_types.get("BIGAUTO") != "INTEGER":
            return definition
        return NodeList((definition, SQL("AUTOINCREMENT")))


class MicrosField(_BigInteger):
    """An amount in integer units of 10^-6 (architecture section 3): exact in sorting and in SUM on both engines."""

    def db_value(self, value: object) -> int | None:
        """The integer itself. A float, a Decimal or a bool is a defect of the caller: TypeError."""
        if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
            raise TypeError(f"{self.name} takes integer micro units, not {type(value).__name__}")
        return value

    def python_value(self, value: Any) -> int | None:
        """Integer micro units; PostgreSQL answers SUM of BIGINT as a NUMERIC, which becomes an int here."""
        return None if value is None else int(value)


class DayField(_Date):
    """A calendar day. Reads back as `datetime.date` on both engines."""

    def db_value(self, value: object) -> str | None:
        """ISO text, which both engines compare as days. A datetime is refused: whose day would it be?"""
        if value is None:
            return None
        if not isinstance(value, date) or isinstance(value, datetime):
            raise TypeError(f"{self.name} takes a date, not {type(value).__name__}")
        return value.isoformat()

    def python_value(self, value: Any) -> date | None:
        """The day; SQLite answers text, PostgreSQL a date."""
        return date.fromisoformat(value) if isinstance(value, str) else value


class MomentField(_Moment):
    """A moment, stored as microseconds since 1970-01-01 UTC, read as an aware UTC datetime: exact and comparable."""

    def db_value(self, value: object) -> int | None:
        """Microseconds since the epoch. A naive datetime is refused: TypeError."""
        if value is None:
            return None
        if not isinstance(value, datetime) or value.utcoffset() is None:
            raise TypeError(f"{self.name} takes a datetime with a time zone, not {value!r}")
        return moment_as_stored(value)

    def python_value(self, value: Any) -> datetime | None:
        """The moment in UTC."""
        return None if value is None else EPOCH + timedelta(microseconds=int(value))


class JsonField(_Text):
    """Canonical JSON text: sorted keys, no spaces, ASCII, so that equal values are equal text on both engines."""

    def db_value(self, value: object) -> str | None:
        """The text. Floats (NaN included) and keys that are not text are refused: TypeError."""
        if isinstance(value, JsonText):
            return value.text
        return None if value is None else canonical_json(value)

    def python_value(self, value: Any) -> Any:
        """The value as it was stored (tuples come back as lists)."""
        return None if value is None else json.loads(value)


@dataclass(frozen=True, slots=True)
class JsonText:
    """A value whose canonical text is known already, for a `JsonField`."""

    text: str


class FileField(_Field):
    """The bytes of a file."""

    field_type = "BLOB"

    def db_value(self, value: object) -> bytes | None:
        """The bytes. Anything else is a defect of the caller: TypeError."""
        if value is not None and not isinstance(value, bytes):
            raise TypeError(f"{self.name} takes bytes, not {type(value).__name__}")
        return value

    def python_value(self, value: Any) -> bytes | None:
        """The bytes, without the wrapper of an engine."""
        return None if value is None else bytes(value)


def moment_as_stored(moment: datetime) -> int:
    """An aware moment in microseconds since the epoch."""
    return (moment - EPOCH) // _MICROSECOND


def canonical_json(value: object) -> str:
    """The one canonical text of `value`; the base of fingerprints. Raises TypeError for floats."""
    _refuse_inexact(value)
    return _CANONICAL.encode(value)


_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False)
_EXACT = frozenset((str, int, bool, type(None)))
_TEXTS = frozenset((str,))


def _refuse_inexact(value: object) -> None:
    left = [value]
    for one in left:  # which grows meanwhile
        inner: Iterable[object] = ()
        if isinstance(one, dict):
            if not _TEXTS.issuperset(map(type, one)) and (unnamed := [key for key in one if not isinstance(key, str)]):
                raise TypeError(f"JSON in the store has text keys, not {unnamed[0]!r}")
            inner = one.values()
        elif isinstance(one, list | tuple):
            inner = one
        elif isinstance(one, float):
            raise TypeError(f"JSON in the store holds no floats: {one!r}")
        left += [each for each in inner if type(each) not in _EXACT]
