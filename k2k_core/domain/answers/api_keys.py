"""Keys of programs, and tokens of final customers."""

from typing import Annotated, TypedDict

from .field_types import NO_CUSTOMER, Code, Moment
from .pages import Page


class ApiKey(TypedDict):
    """A key of a program, or a token of the final `customer`, without its secret. `state` is `active`, `expired` or
    `revoked`; the secret before the last rotation counts until `old_secret_until`; it was used last at `last_used_at`,
    to the minute, from `last_address`."""

    id: Annotated[Code, NO_CUSTOMER]
    name: Annotated[str, NO_CUSTOMER]
    customer: Annotated[Code | None, NO_CUSTOMER]
    scopes: Annotated[list[str], NO_CUSTOMER]
    state: Annotated[str, NO_CUSTOMER]
    made_by: Annotated[str, NO_CUSTOMER]
    made_at: Annotated[Moment, NO_CUSTOMER]
    expires_at: Annotated[Moment | None, NO_CUSTOMER]
    revoked_at: Annotated[Moment | None, NO_CUSTOMER]
    last_used_at: Annotated[Moment | None, NO_CUSTOMER]
    last_address: Annotated[str, NO_CUSTOMER]
    old_secret_until: Annotated[Moment | None, NO_CUSTOMER]


class NewApiKey(ApiKey):
    """A key with its `secret`, which is shown here once: None where a repeated command is answered."""

    secret: Annotated[str | None, NO_CUSTOMER]


class ApiKeys(Page):
    """A page of keys."""

    items: list[ApiKey]
