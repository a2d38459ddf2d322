"""The base of all tables: unbound (a unit of work names the database), and declared as owned, shared or system.

Owned rows belong to one company, shared rows to a vendor and a buyer, system rows to the installation. Foreign keys
carry the company, so that a row cannot point at another company's (architecture section 3).
"""

from __future__ import annotations

from typing import ClassVar

from peewee import SQL, BigIntegerField, BooleanField, Check, IntegerField, Model, TextField

from k2k_core.store.fields import DayField, IdField, JsonField, MicrosField, MomentField

OWNED, SHARED, SYSTEM = "owned", "shared", "system"


class Table(Model):
    """Base of all tables. `changes_facts`: writing it moves a sequence of the company in `owner_column`.

    `change_seq` counts changes of set-up, `lot_seq` changes of lots and offers, so that an edited lot does not make
    everybody read the set-up again. `searched` are columns whose texts the column `search` holds, folded.

    `party_columns` name other companies that meet an owned row as well; partners of the owner meet what is `traded`
    (`store.migrations.row_policies`).
    """

    ownership: ClassVar[str] = OWNED
    changes_facts: ClassVar[bool] = False
    owner_column: ClassVar[str] = "company_id"
    party_columns: ClassVar[tuple[str, ...]] = ()
    traded: ClassVar[bool] = False
    sequence: ClassVar[str] = "change_seq"
    searched: ClassVar[tuple[str, ...]] = ()


def belongs(columns: str, table: str, target: str = "company_id, id") -> SQL:
    """A foreign key that carries the company: `(company_id, lot_id)` → `lot (company_id, id)`. Never cascades."""
    return SQL(f"FOREIGN KEY ({columns}) REFERENCES {table} ({target})")


def of_company(column: str = "company_id") -> SQL:
    """A plain foreign key to a company."""
    return SQL(f"FOREIGN KEY ({column}) REFERENCES company (id)")


__all__ = [
    "OWNED",
    "SHARED",
    "SQL",
    "SYSTEM",
    "BigIntegerField",
    "BooleanField",
    "Check",
    "DayField",
    "IdField",
    "IntegerField",
    "JsonField",
    "MicrosField",
    "MomentField",
    "Table",
    "TextField",
    "belongs",
    "of_company",
]
