"""Companies, their settings, connections and drafts, and the audit, as they are read back."""

from typing import Annotated, Any, TypedDict

from .connections import ConnectionStep
from .field_types import NO_CUSTOMER, ONLY_STAFF, Code, Json, Moment
from .pages import Page


class ListedCompany(TypedDict):
    """A company of the network."""

    code: Annotated[Code, NO_CUSTOMER]
    name: Annotated[str, NO_CUSTOMER]
    currency: Annotated[str, NO_CUSTOMER]
    timezone: Annotated[str, NO_CUSTOMER]
    locale: Annotated[str, NO_CUSTOMER]


class Companies(Page):
    """A page of the companies of the network."""

    items: list[ListedCompany]


SettingInForce = TypedDict("SettingInForce", {"value": Any, "own": Any, "default": Any, "from": str})
"""A setting of a company: the value in force, what the company has set itself (None where it has not), what would be in
force without that, and the layer `from` which the value comes: `installation`, `company` or `environment`. Values are
in the form in which `set` takes them."""


class ListedConnection(TypedDict):
    """A connection with its state, its terms and who moved it when, oldest first."""

    vendor: Annotated[Code, NO_CUSTOMER]
    buyer: Annotated[Code, NO_CUSTOMER]
    version: Annotated[int, NO_CUSTOMER]
    state: Annotated[str, NO_CUSTOMER]
    hide_vendor: Annotated[bool, NO_CUSTOMER]
    bill_to_final_customer: Annotated[bool, NO_CUSTOMER]
    share_future_sales: Annotated[bool, NO_CUSTOMER]
    history: Annotated[list[ConnectionStep], NO_CUSTOMER]


class Connections(Page):
    """A page of a company's connections."""

    items: list[ListedConnection]


class ListedDraft(TypedDict):
    """A draft of changes, by whom and when it was made, and whether it is `open`, `applied` or `dropped`."""

    draft: Annotated[Code, ONLY_STAFF]
    state: Annotated[str, ONLY_STAFF]
    person: Annotated[str, ONLY_STAFF]
    at: Annotated[Moment, ONLY_STAFF]
    changes: Annotated[list[Json], ONLY_STAFF]


class Drafts(Page):
    """A page of a company's drafts."""

    items: list[ListedDraft]


class AuditEntry(TypedDict):
    """Who changed what, from what to what. An operator of the network sees that, not the values."""

    id: Annotated[int, NO_CUSTOMER]
    at: Annotated[Moment, NO_CUSTOMER]
    person: Annotated[str, NO_CUSTOMER]
    action: Annotated[str, NO_CUSTOMER]
    subject: Annotated[str, NO_CUSTOMER]
    before: Annotated[Any, ONLY_STAFF]
    after: Annotated[Any, ONLY_STAFF]
    undoable: Annotated[bool, NO_CUSTOMER]


class AuditEntries(Page):
    """A page of the audit of a company."""

    items: list[AuditEntry]
