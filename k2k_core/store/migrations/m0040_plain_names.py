"""Names and log-ins that were stored before texts got one spelling are put into it (`domain.plain_text`), so that they
are found, compared and keyed as what is typed today.

What is there now is rewritten; what happened keeps the words that it had: orders, invoices, events and the audit. Where
the other spelling is taken by another row, both stay as they are, and the log names them: somebody must decide which of
the two it is.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any, NamedTuple

from peewee import Database

from k2k_core.domain.plain_text import plain
from k2k_core.domain.text_folding import fold_all
from k2k_core.store.database.queries import execute
from k2k_core.store.fields import canonical_json

log = logging.getLogger("k2k.store")


class _Named(NamedTuple):
    """The texts of a table: columns of text, columns of JSON with texts in it, the columns within which a name is one
    row's own (`key`, its last column the name), and those that the column `search` holds."""

    texts: tuple[str, ...]
    json: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    searched: tuple[str, ...] = ()


_CODE_AND_NAME = ("code", "name")
_NAMED = {
    "company": _Named(("name",), searched=_CODE_AND_NAME),
    "location": _Named(("name",), searched=_CODE_AND_NAME),
    "person": _Named(("email", "name"), key=("email",), searched=("email", "name")),
    "category": _Named(("name",), searched=_CODE_AND_NAME),
    "product": _Named(
        ("description", "variety", "color", "grade"),
        searched=("code", "description", "variety", "color", "grade"),
    ),
    "box_type": _Named(("name",), searched=_CODE_AND_NAME),
    "price_list": _Named(("name",), searched=_CODE_AND_NAME),
    "price_season": _Named(("name",), key=("price_list_id", "name")),
    "customer": _Named(
        ("name", "email", "salesperson_email"),
        ("ship_to", "additional_charges", "send_invoice_to", "send_checkout_notification_to"),
        searched=("code", "name", "email"),
    ),
    "vendor": _Named(("name",), searched=_CODE_AND_NAME),
    "carrier": _Named(("name",), searched=_CODE_AND_NAME),
    "lot": _Named(("remark",)),
    "setting": _Named((), ("value",)),
    "saved_view": _Named(("name",), key=("person_id", "page_name", "name")),
    "api_key": _Named(("name",)),
    "watch": _Named(("email",), key=("document_id", "email")),
}


def up(database: Database) -> None:
    """Rewrite the texts that have another spelling, table by table."""
    for table, named in _NAMED.items():
        _rewrite(database, table, named)
    # Nobody reads these notes: a migration is no unit of work whose changes become events.
    execute(database, "DELETE FROM row_change")


def _rewrite(database: Database, table: str, named: _Named) -> None:
    columns = list(dict.fromkeys((*named.texts, *named.json, *named.key, *named.searched)))
    found = execute(database, f'SELECT id, {", ".join(columns)} FROM "{table}" ORDER BY id').fetchall()
    rows = [(row[0], dict(zip(columns, row[1:], strict=True))) for row in found]
    taken = {_key(named, values) for _, values in rows} if named.key else set()
    for row_id, values in rows:
        changed = dict(_changes(named, values))
        if not changed:
            continue
        new = values | changed
        if named.key and _key(named, new) != _key(named, values):
            if _key(named, new) in taken:
                log.warning(
                    "%s %s keeps its spelling %a: another row is called %s", table, row_id, *_names(named, values, new)
                )
                continue
            taken.add(_key(named, new))
        if named.searched:
            changed["search"] = fold_all(new[column] for column in named.searched)
        assigned = ", ".join(f"{column} = ?" for column in changed)
        execute(database, f'UPDATE "{table}" SET {assigned} WHERE id = ?', (*changed.values(), row_id))


def _changes(named: _Named, values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The columns whose texts have another spelling, with the plain one."""
    for column in named.texts:
        if values[column] and plain(values[column]) != values[column]:
            yield column, plain(values[column])
    for column in named.json:
        if not values[column]:
            continue
        read = json.loads(values[column])
        if (made := _plain_within(read)) != read:
            yield column, canonical_json(made)


def _plain_within(value: Any) -> Any:
    if isinstance(value, str):
        return value if value.isascii() else plain(value)
    if isinstance(value, list):
        return [_plain_within(one) for one in value]
    return {name: _plain_within(one) for name, one in value.items()} if isinstance(value, dict) else value


def _key(named: _Named, values: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(values[column] for column in named.key)


def _names(named: _Named, old: dict[str, Any], new: dict[str, Any]) -> tuple[str, str]:
    return old[named.key[-1]], new[named.key[-1]]
