"""Changes of a company's own record: its name, currency, time zone and language. Its code never changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from k2k_core.domain.roles import COMPANY_SETUP
from k2k_core.schemas.network import CompanySchema
from k2k_core.schemas.record import fault, read, refuse
from k2k_core.services.journal import audit
from k2k_core.services.office import Office
from k2k_core.store import companies
from k2k_core.store.work import Session

FIELDS = ("name", "currency", "timezone", "locale")


def planned_company(
    office: Office, company: str, values: Mapping[str, object]
) -> Callable[[Session], dict[str, Any]]:
    """The change of what is named of a company's record, as the work of a transaction; answers it as it is then.

    Raises `Invalid` with every fault, and `NotFound` when there is no such company.
    """
    office.actor.require(COMPANY_SETUP, company)
    loaded, faults = read(CompanySchema(only=FIELDS, partial=True), values)
    if isinstance(values, Mapping) and "code" in values:
        faults = [each for each in faults if each["path"] != "code"] + [fault("code", "never changes")]
    if loaded.get("name", company) in ("", None):
        loaded["name"] = company
    refuse([fault(f"values.{each['path']}".rstrip("."), each["message"]) for each in faults], "The change")

    def work(session: Session) -> dict[str, Any]:
        company_id, _ = companies.found(session, company)
        before = companies.change(session, company_id, loaded)
        audit(session, office.actor, company_id, "company.changed", company, before, dict(loaded))
        return {"company": company, "values": dict(loaded)}

    return work
