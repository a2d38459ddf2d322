"""The findings of a check of a company's set-up."""

from typing import NotRequired, TypedDict

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


class Checked(TypedDict):
    """A write of the set-up, with the new findings of the checks; of a dry run, those that there would be."""

    findings: list[SetupFinding]
    dry_run: NotRequired[bool]
