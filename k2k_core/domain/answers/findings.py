"""The findings of a check of a company's set-up."""

from typing import TypedDict

from .field_types import Code, Json


class SetupFinding(TypedDict):
    """One finding. `severity` is `error` or `warning`; `place` is written like a path:
    `customers.C-100.ecommerce_markup`; `facts` are those of the `problem`."""

    code: str
    severity: str
    place: str
    problem: str
    facts: Json
    what_to_do: str


class CompanyFinding(SetupFinding):
    """A finding about one of several companies."""

    company: Code
