"""Companies, their settings, connections, drafts and audit, as the facade's lists return them."""

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
"""A setting of a company: the value in force, the company's own value (None if it has set none), the value that would
be in force without it, and the layer `from` which the value comes: `installation`, `company` or `environment`. Values
have the form in which `set` takes them."""


ListedSetting = TypedDict(
    "ListedSetting", {"setting": Code, "group": str, "value": Any, "own": Any, "default": Any, "from": str}
)
"""The same in a list: with its name and its group, as in [the settings](settings.md)."""


class ListedSettings(Page):
    """A page of the settings of a company, by name."""

    items: list[ListedSetting]


class ListedConnection(TypedDict):
    """A connection with its state, its terms and its history: which company changed the state when, oldest first."""

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


class MovedField(TypedDict):
    """A field that a draft changes and that was changed since the draft was made: its value then, now, and in
    the draft."""

    subject: Annotated[str, ONLY_STAFF]
    field: Annotated[str, ONLY_STAFF]
    was: Annotated[Any, ONLY_STAFF]
    theirs: Annotated[Any, ONLY_STAFF]
    yours: Annotated[Any, ONLY_STAFF]


class ListedDraft(TypedDict):
    """A draft of changes: who made it when, and whether it is `open`, `applied` or `dropped`. `moved` is the number of
    prices that it would have moved when it was made. `conflicts` are the fields of an open draft that were changed
    since: it is not applied unless they are named as `expected`."""

    draft: Annotated[Code, ONLY_STAFF]
    state: Annotated[str, ONLY_STAFF]
    person: Annotated[str, ONLY_STAFF]
    at: Annotated[Moment, ONLY_STAFF]
    changes: Annotated[list[Json], ONLY_STAFF]
    moved: Annotated[int | None, ONLY_STAFF]
    conflicts: Annotated[list[MovedField], ONLY_STAFF]


class Drafts(Page):
    """A page of a company's drafts."""

    items: list[ListedDraft]


class AuditEntry(TypedDict):
    """Who changed what, from which value to which. An operator of the network does not see the values."""

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
