"""Writes companies and their own settings, and finds a company by its code (domain sections 1 and 7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from k2k_core.errors import NotFound
from k2k_core.store import tables
from k2k_core.store.database.prepared_statements import Prepared
from k2k_core.store.database.session import Session
from k2k_core.store.master_data import parties

_COMPANY: Any = tables.Company
_SETTING: Any = tables.Setting


def found(session: Session, code: str) -> tuple[int, str]:
    """A company's id and currency; from now on its rows are shown. Raises `NotFound`."""
    rows = _FOUND.rows(session, [code])
    if not rows:
        raise NotFound("There is no company {company} in this network.", company=code, kind="company")
    session.show(rows[0][0])
    return rows[0][0], rows[0][1]


def id_of(session: Session, code: str) -> int:
    """A company's id; from now on its rows are shown. Raises `NotFound`."""
    points = parties.points_by_code(session, [code])
    if not points:
        raise NotFound("There is no company {company} in this network.", company=code, kind="company")
    session.show(points[0][0])
    return points[0][0]


def _found(codes: list[str]) -> Any:
    return _COMPANY.select(_COMPANY.id, _COMPANY.currency).where(_COMPANY.code.in_(codes))


_FOUND = Prepared(_found)


def id_or_network(session: Session, code: str | None) -> int | None:
    """The same; None for the network itself, whose own rows are shown from now on."""
    if code is None:
        session.show(None)
        return None
    return found(session, code)[0]


def ids(session: Session, codes: Iterable[str]) -> dict[str, int]:
    """The ids of several companies by code, in the given order. Raises `NotFound` for an unknown one."""
    return {code: found(session, code)[0] for code in codes}


def locale_of(session: Session, code: str) -> str | None:
    """The language of a company; None for an unknown one."""
    found: str | None = session.value(_COMPANY.select(_COMPANY.locale).where(_COMPANY.code == code))
    return found


def codes(session: Session) -> list[str]:
    """The codes of every company of the network."""
    return [code for (code,) in session.rows(_COMPANY.select(_COMPANY.code).order_by(_COMPANY.code))]


def add(session: Session, values: Mapping[str, Any]) -> int:
    """Add a company: its code, name, currency, time zone and language."""
    company_id = session.insert(tables.Company, **values)
    session.show(company_id)
    return company_id


def fields(session: Session, company_id: int, names: Iterable[str]) -> dict[str, Any]:
    """Some columns of a company."""
    columns = [getattr(_COMPANY, name) for name in names]
    found: list[dict[str, Any]] = session.dicts(_COMPANY.select(_COMPANY.id, *columns).where(_COMPANY.id == company_id))
    return {name: found[0][name] for name in names}


def change(session: Session, company_id: int, values: Mapping[str, Any]) -> dict[str, Any]:
    """Change columns of a company; returns the old values."""
    if not values:
        return {}
    lock(session, [company_id])
    before = fields(session, company_id, values)
    session.change(_COMPANY.update(dict(values)).where(_COMPANY.id == company_id), touches=company_id)
    return before


def plugin_settings(session: Session, company_id: int) -> dict[str, Any]:
    """The company's own settings of its plugins, by plugin."""
    row = session.first(_COMPANY.select(_COMPANY.plugin_settings).where(_COMPANY.id == company_id))
    return {} if row is None else row[0] or {}


def with_plugin_settings(session: Session) -> list[tuple[int, str]]:
    """Ids and codes of the companies with own settings of plugins."""
    query = _COMPANY.select(_COMPANY.id, _COMPANY.code).where(_COMPANY.plugin_settings.is_null(False))
    return [(company_id, code) for company_id, code in session.rows(query.order_by(_COMPANY.id))]


def plugin_record(session: Session, company_id: int) -> dict[str, Any]:
    """The plugins that the company relies on, by plugin (architecture section 2)."""
    row = session.first(_COMPANY.select(_COMPANY.plugin_record).where(_COMPANY.id == company_id))
    return {} if row is None else row[0] or {}


def quarantines(session: Session, company_id: int) -> dict[str, Any]:
    """The contributions of plugins that are in quarantine for the company, by name."""
    row = session.first(_COMPANY.select(_COMPANY.quarantines).where(_COMPANY.id == company_id))
    return {} if row is None else row[0] or {}


def with_quarantines(session: Session) -> list[str]:
    """The codes of the companies for which something is in quarantine."""
    return [code for (code,) in session.rows(_COMPANY.select(_COMPANY.code).where(_COMPANY.quarantines.is_null(False)))]


def lock(session: Session, company_ids: Iterable[int]) -> None:
    """Lock companies until the end of the unit of work, against others that decide about them together."""
    session.lock(tables.Company, company_ids)


def change_seq(session: Session, company_id: int) -> int:
    """How often the set-up of a company was changed."""
    return int(session.value(_COMPANY.select(_COMPANY.change_seq).where(_COMPANY.id == company_id)))


def own_settings(session: Session, company_id: int, names: Iterable[str]) -> dict[str, Any]:
    """The company's own values of the named settings."""
    mine = _named(company_id, names)
    return dict(session.rows(_SETTING.select(_SETTING.name, _SETTING.value).where(mine)))


def versions(session: Session, company_id: int) -> tuple[int, int]:
    """The versions of a company's record and of its settings."""
    columns = _COMPANY.select(_COMPANY.version, _COMPANY.settings_version).where(_COMPANY.id == company_id)
    (found,) = session.rows(columns)
    return found[0], found[1]


def write_settings(session: Session, company_id: int, values: Mapping[str, Any]) -> None:
    """Set the named settings; None leaves a setting to the layers below. Unchanged ones are not written."""
    known = own_settings(session, company_id, values)
    moved = {name: value for name, value in values.items() if known.get(name) != value}
    if not moved:
        return
    session.change(_SETTING.delete().where(_named(company_id, moved)), touches=company_id)
    given = {name: value for name, value in moved.items() if value is not None}
    rows = [{"company_id": company_id, "name": name, "value": value} for name, value in given.items()]
    session.insert_many(tables.Setting, rows)


def _named(company_id: int, names: Iterable[str]) -> Any:
    return (_SETTING.company_id == company_id) & _SETTING.name.in_(list(names))


def follow_currency(session: Session, code: str, currency: str) -> None:
    """Set the currency of every vendor record that stands for this company (domain section 1)."""
    table: Any = tables.Vendor
    for (company_id,) in session.rows(table.select(table.company_id).where(table.company == code).distinct()):
        theirs = (table.company_id == company_id) & (table.company == code)
        session.change(table.update(currency=currency).where(theirs), touches=company_id)
