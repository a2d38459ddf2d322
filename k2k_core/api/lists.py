"""Facade methods that list master data, settings, connections, drafts and the audit, page by page.

Every list takes `filters` by name, `q` (a search text), `sort` (a name, with `-` before it for descending), `cursor`,
`limit` and `count`. A page returns the `cursor` of the next one as `next`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast, overload

from k2k_core.api.arguments import validated
from k2k_core.domain.answers.companies import (
    AuditEntries,
    Companies,
    Connections,
    Drafts,
    ListedSettings,
    SettingInForce,
)
from k2k_core.domain.answers.records import ListedPrices, Record, Records
from k2k_core.services import setup
from k2k_core.services.lists.page_request import LIMIT, PageRequest, page_request

if TYPE_CHECKING:
    from k2k_core.services.context import ServiceContext


@validated
class Lists:
    """Lists of an open network; they change nothing."""

    context: ServiceContext

    def records(
        self,
        company: str,
        collection: str,
        filters: Mapping[str, Any] | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        limit: int = LIMIT,
        count: bool = False,
        fields: Sequence[str] | None = None,
        **named: Any,
    ) -> Records:
        """A page of a company's records of a collection, by code; a filter can also be an argument of its own.

        Every collection can be filtered by `code` (several, with commas) and by `active` or `archived`; archived
        records are left out unless one of these asks for them. The sort `match` begins with the best match of `q`: the
        record with that code, then other texts that equal it or begin with it. Raises `Invalid` for a filter, sort or
        field that the collection does not have, `CursorMismatch` for a cursor of another list.
        """
        asked = PageRequest({**(filters or {}), **named}, q, sort, cursor, limit, count, fields)
        return cast(Records, setup.record_lists.records(self.context, company, collection, asked))

    def record(self, company: str, collection: str, code: str) -> Record:
        """One record of a company, archived or not, in the form that `put` takes: a user by the address, dimensions by
        `BOX_TYPE` or `BOX_TYPE:PRODUCT`. Raises `NotFound`."""
        return cast(Record, setup.record_lists.record(self.context, company, collection, code))

    def price_rows(
        self,
        company: str,
        filters: Mapping[str, Any] | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        limit: int = LIMIT,
        count: bool = False,
        fields: Sequence[str] | None = None,
    ) -> ListedPrices:
        """A page of the rows of a company's price lists, with the list and season of each. Filters: `list`, `season`,
        `product`, `box_type`, `vendor`, and `on`, a day of the season."""
        asked = PageRequest(filters or {}, q, sort, cursor, limit, count, fields)
        return cast(ListedPrices, setup.record_lists.price_rows(self.context, company, asked))

    def companies(
        self,
        filters: Mapping[str, Any] | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        limit: int = LIMIT,
        count: bool = False,
        fields: Sequence[str] | None = None,
    ) -> Companies:
        """A page of the companies of the network, by their codes, for the host and for operators. Filters: `code`
        (several, with commas), `currency`, `timezone`."""
        asked = PageRequest(filters or {}, q, sort, cursor, limit, count, fields)
        return cast(Companies, setup.company_lists.companies(self.context, asked))

    @overload
    def settings(self, company: str) -> dict[str, SettingInForce]: ...

    @overload
    def settings(
        self,
        company: str,
        *,
        filters: Mapping[str, Any] | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        limit: int,
        count: bool = False,
        fields: Sequence[str] | None = None,
    ) -> ListedSettings: ...

    def settings(
        self,
        company: str,
        *,
        filters: Mapping[str, Any] | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
        count: bool = False,
        fields: Sequence[str] | None = None,
    ) -> dict[str, SettingInForce] | ListedSettings:
        """Every setting of a company by name, in the form in which `set` takes it: the `value` in force, the company's
        `own`, the `default` without that, and the layer `from` which the value comes. Margins and costs are for whoever
        may see costs.

        With `limit` or another argument of pages a page of them, by name, each with its `setting` and `group`. Filters:
        `setting` (several, with commas), `group`, `from`; sorts: `setting`, `group`, `from`; `q` searches names and
        meanings.
        """
        asked = {"filters": filters or {}, "q": q, "sort": sort, "cursor": cursor, "count": count, "fields": fields}
        request = page_request(limit, **asked)
        if request is None:
            return setup.setting_lists.settings(self.context, company)
        return setup.setting_lists.page_of_settings(self.context, company, request)

    def connections(
        self,
        company: str,
        role: str | None = None,
        partner: str | None = None,
        state: str | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        limit: int = LIMIT,
        count: bool = False,
        fields: Sequence[str] | None = None,
    ) -> Connections:
        """A page of a company's connections, oldest first: those in which it is the `vendor` or the `buyer`, with one
        partner, in one state."""
        filters = {"role": role, "partner": partner, "state": state}
        asked = PageRequest(filters, q, sort, cursor, limit, count, fields)
        return cast(Connections, setup.company_lists.connections(self.context, company, asked))

    def drafts(
        self,
        company: str,
        state: str | None = None,
        person: str | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        limit: int = LIMIT,
        count: bool = False,
        fields: Sequence[str] | None = None,
    ) -> Drafts:
        """A page of the drafts of a company, oldest first; `state` is `open`, `applied` or `dropped`,
        `person` who made them."""
        asked = PageRequest({"state": state, "person": person}, q, sort, cursor, limit, count, fields)
        return cast(Drafts, setup.company_lists.drafts(self.context, company, asked))

    def audit(
        self,
        company: str,
        filters: Mapping[str, Any] | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        limit: int = LIMIT,
        count: bool = False,
        fields: Sequence[str] | None = None,
    ) -> AuditEntries:
        """A page of the audit of a company: who changed what, from which value to which, oldest first; `-id` sorts the
        latest first. Filters: `person`, `action`, `subject`, `since` and `until` (moments)."""
        asked = PageRequest(filters or {}, q, sort, cursor, limit, count, fields)
        return cast(AuditEntries, setup.company_lists.audit(self.context, company, asked))
