"""Users, plugins, and faults found by the verification."""

from typing import Annotated, Any, TypedDict

from .field_types import NO_CUSTOMER, Code, Json, Moment, Seconds
from .findings import Checked
from .pages import Page


class Person(TypedDict):
    """A user who can log in."""

    email: Annotated[str, NO_CUSTOMER]
    name: Annotated[str, NO_CUSTOMER]
    roles: Annotated[list[str], NO_CUSTOMER]
    locale: Annotated[str, NO_CUSTOMER]
    active: Annotated[bool, NO_CUSTOMER]


class ListedPerson(Person):
    """A user in a list, with the version of the record."""

    version: Annotated[int, NO_CUSTOMER]


class People(Page):
    """A page of users."""

    items: list[ListedPerson]


class NewPerson(TypedDict):
    """A user who was added; `company` is None for an operator of the network."""

    company: Code | None
    email: str
    name: str
    roles: list[str]
    locale: str


class QuarantineHealth(TypedDict):
    """A quarantine of a contribution for a company: since when, by the problem of which call; how many calls it had had
    in the process in which it began, and how many of them failed."""

    company: Code
    since: Moment
    problem: str
    calls: int
    failures: int
    process: str


class ContributionHealth(TypedDict):
    """The state of one contribution of a plugin, over all companies; `seconds` is the total time of its calls `since` a
    moment, `milliseconds` what one takes on average, and `over_budget` how many took more than a company allows."""

    contribution: str
    inventory_types: list[str]
    calls: int
    failures: int
    seconds: Seconds
    quarantined_for: list[Code]
    last_problem: str
    since: Moment | None
    quarantined_since: Moment | None
    milliseconds: int
    slowest_milliseconds: int
    over_budget: int
    quarantines: list[QuarantineHealth]


class PluginHealth(TypedDict):
    """The state of a plugin. `problem` and `next_step` are empty if nothing is wrong; `broken_for` is empty if it is
    broken for every company, or for none."""

    name: str
    title: str
    version: str
    owner: str
    distribution: str
    state: str
    contributions: list[ContributionHealth]
    calls: int
    failures: int
    seconds: Seconds
    code: str
    problem: str
    next_step: str
    broken_for: list[Code]


class CompanyContribution(TypedDict):
    """A contribution of a plugin as it served one company in this process `since` a moment; `seconds` is the total time
    of its calls."""

    contribution: str
    inventory_types: list[str]
    calls: int
    failures: int
    seconds: Seconds
    last_problem: str
    since: Moment | None
    quarantined_since: Moment | None
    milliseconds: int
    slowest_milliseconds: int
    over_budget: int
    quarantines: list[QuarantineHealth]


class PluginField(TypedDict):
    """A setting of a plugin: its `type` and `default`, the company's `own` value, which counts if it `is_own`, and who
    changed it last. Of a `secret` one `***` stands for each value."""

    name: str
    type: str
    required: bool
    default: Any
    meaning: str
    secret: bool
    own: Any
    is_own: bool
    changed_by: str | None
    changed_at: Moment | None


class CompanyPlugin(TypedDict):
    """A plugin as it serves one company. The counts are of this process, `since` the company was served first.
    `lots_without_price` are the lots with boxes left that have no price because a step of the plugin fails."""

    name: str
    title: str
    version: str
    owner: str
    distribution: str
    state: str
    contributions: list[CompanyContribution]
    calls: int
    failures: int
    seconds: Seconds
    code: str
    problem: str
    next_step: str
    since: Moment | None
    lots_without_price: int
    settings: list[PluginField]


class PluginAccepted(TypedDict):
    """A plugin as it is now on a company's record: its version, the mark of the versions that may stand in for it, and
    the names of its contributions."""

    company: Code
    plugin: str
    version: str
    compatible: str
    contributions: list[str]


class PluginSettings(TypedDict):
    """A company's own settings of a plugin."""

    company: Code
    plugin: str
    settings: Json


class PluginSettingsChanged(PluginSettings, Checked):
    """The settings of a plugin after a change."""


class PluginProblem(TypedDict):
    """A plugin that settings would break, and why."""

    plugin: str
    problem: str


class PluginTrial(TypedDict):
    """What a company's settings of a plugin would do: whether `set_plugin` accepts them, the plugins that they would
    break, and the company's settings of today (`own`)."""

    company: Code
    plugin: str
    settings: Json
    own: Json
    accepted: bool
    problems: list[PluginProblem]


class SweepFailure(TypedDict):
    """A cart or an order whose time is over and that a sweep cannot end: `work` is `cart`, `end`, `notice` or
    `delivery`. `code` is how it failed the last time: the code of an error, or the name of an exception of Python.
    `attempts` failed in a row `since`; it is tried again at `retry_at`. Moments are in UTC, ISO 8601."""

    company: str
    work: str
    number: str
    code: str
    attempts: int
    since: str
    last_at: str
    retry_at: str


class StoredFault(TypedDict):
    """Stored data that is inconsistent with the rest."""

    check: str
    subject: str
    message: str


class AuditChainEnd(TypedDict):
    """Where the audit of a company ends: its last place and the seal there. `company` is None for the network's own."""

    company: Code | None
    place: int
    seal: str


class AuditAnchor(TypedDict):
    """Where every chain of the audit ended at a moment; `unsealed` entries were not part of a chain yet. `network` is
    the mark of the network."""

    format: int
    network: str
    at: Moment
    unsealed: int
    chains: list[AuditChainEnd]


class UnsealedAudit(TypedDict):
    """How many entries of the audit are not sealed yet, for how many seconds the oldest has waited, and whether that is
    late: nobody seals."""

    unsealed: int
    oldest_seconds: int
    late: bool


class AuditProof(UnsealedAudit):
    """What a proof of the audit came to: `sealed` entries stand in a chain; the `older` ones among them were there
    before the chain began, and what they were before that nobody can tell."""

    sealed: int
    older: int
    faults: list[StoredFault]


class AuditHealth(UnsealedAudit):
    """What is not sealed yet, and the companies whose chain is `broken`: it does not end as its record says."""

    broken: list[str]
