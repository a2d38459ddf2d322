"""Use cases: the settings of a company, all of them by name, or page by page as any other list.

Which settings there are is declared in the code, so no query can search or sort them: a page is a part of all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from k2k_core.domain import parsing
from k2k_core.domain.answers.companies import ListedSettings, SettingInForce
from k2k_core.domain.disclosure import is_for, reader_of
from k2k_core.domain.roles import READING
from k2k_core.services.context import ServiceContext
from k2k_core.services.lists import cursors
from k2k_core.services.lists import filters as of
from k2k_core.services.lists.cursors import Cursor
from k2k_core.services.lists.page_request import PageRequest
from k2k_core.services.lists.pages import Reader, Rows, only_fields, read_filters, require_known
from k2k_core.settings.catalogue import BY_NAME, GROUPS, SETTINGS, Setting, readers_of
from k2k_core.settings.layers import LAYERS
from k2k_core.store.database.session import Session
from k2k_core.store.events.feeds import place_of_feed
from k2k_core.store.lists.searches import match_of
from k2k_core.store.master_data import companies as stored
from k2k_core.store.secret_keys import CURSORS, secret
from k2k_core.texts import translator

NAME = "settings"
COLUMNS = ("setting", "group", "value", "own", "default", "from")
SORTS = ("setting", "group", "from")
READERS: Mapping[str, Reader] = {
    "setting": of.codes,
    "group": lambda value: parsing.choice(value, tuple(GROUPS)),
    "from": lambda value: parsing.choice(value, LAYERS),
}


def settings(context: ServiceContext, code: str) -> dict[str, SettingInForce]:
    """Every setting of a company that the reader may see, by name: the value in force, the company's own value, the
    value without it, and the layer that the value comes from."""
    context.actor.require(READING, code)
    with context.store.reading() as session:
        return _in_force(context, session, code, stored.id_of(session, code))


def page_of_settings(context: ServiceContext, code: str, request: PageRequest) -> ListedSettings:
    """A page of them, by name. Raises `Invalid` for a filter, a sort or a field that the list does not have,
    `CursorMismatch` for the cursor of another list."""
    context.actor.require(READING, code)
    limit = require_known(NAME, request, SORTS, COLUMNS)
    wanted = read_filters(NAME, request, READERS)
    sort, descending = (request.sort or "setting").removeprefix("-"), (request.sort or "").startswith("-")
    made_for = [NAME, code, reader_of(context.actor), str(wanted), request.q or "", sort, descending]
    with context.store.reading() as session:
        company_id, key = stored.id_of(session, code), secret(session, CURSORS)
        begin = None if request.cursor is None else cursors.read(request.cursor, key, made_for)
        seq = int(session.value(place_of_feed(company_id)) or 0) if begin is None else begin.seq
        found = _in_force(context, session, code, company_id)
    rows: Rows = [
        {"setting": name, "group": BY_NAME[name].group, **value}
        for name, value in found.items()
        if _is_wanted(context, name, value, wanted, request.q)
    ]
    rows.sort(key=lambda row: (row[sort], row["setting"]), reverse=descending)
    start = 0 if begin is None else _start(rows, sort, descending, begin)
    last = rows[start + limit - 1] if len(rows) > start + limit else None
    answer = {
        "items": only_fields(rows[start : start + limit], request.fields),
        "next": last and cursors.written(Cursor(seq, [last[sort], last["setting"]]), key, made_for),
        "seq": seq,
    }
    return cast(ListedSettings, {**answer, **({"count": len(rows)} if request.count else {})})


def _start(rows: Rows, sort: str, descending: bool, begin: Cursor) -> int:
    """How many rows stand before the page that a cursor begins."""
    last = tuple(begin.position or ())
    places = [(row[sort], row["setting"]) for row in rows]
    return sum(place >= last if descending else place <= last for place in places)


def _is_wanted(
    context: ServiceContext, name: str, value: Mapping[str, Any], wanted: Mapping[str, Any], q: str | None
) -> bool:
    setting = BY_NAME[name]
    texts = (name, name.replace("_", " "), translator(context.language)(setting.meaning))
    return (
        ("setting" not in wanted or name in wanted["setting"])
        and wanted.get("group", setting.group) == setting.group
        and wanted.get("from", value["from"]) == value["from"]
        and (not (q or "").split() or match_of(texts, str(q)) is not None)
    )


def _in_force(context: ServiceContext, session: Session, code: str, company_id: int) -> dict[str, SettingInForce]:
    reader = reader_of(context.actor)
    shown = [one for one in SETTINGS if is_for(readers_of(one), reader)]
    own = stored.own_settings(session, company_id, [one.name for one in SETTINGS])
    value, default = context.settings.company(code, own), context.settings.company(code, {})
    return {
        one.name: {
            "value": _shown(one, getattr(value, one.name)),
            "own": own.get(one.name),
            "default": _shown(one, getattr(default, one.name)),
            "from": context.settings.source(one.name, own),
        }
        for one in shown
    }


def _shown(setting: Setting, value: Any) -> Any:
    return None if value is None else setting.kind.show(value)
