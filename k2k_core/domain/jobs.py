"""Background jobs: their kinds, and their states.

A job calls one method of the facade for whoever submitted it, with their roles and in their language.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from k2k_core.domain.roles import BOXES, CONFIRMING, PRICES, READING, SEEING_COSTS, STOCK, Actor

WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"
STATES = (WAITING, RUNNING, DONE, FAILED, CANCELLED)
ENDED = (DONE, FAILED, CANCELLED)


class JobKind(NamedTuple):
    """A method that can be a job. `action` is the action that a person needs, None for whoever runs the network.

    `arguments` are those of the method that a job can have, `has_content` says whether it takes a file, and
    `content_optional` whether it can do without. A job whose worker was killed is run again, unless running it twice
    would leave a trace (`repeatable`). With `personal` only whoever submitted it may see it: what it needs depends on
    what it is about, as the collection of an import, and the method decides that.
    """

    name: str
    action: str | None
    arguments: tuple[str, ...] = ()
    has_content: bool = False
    repeatable: bool = True
    content_optional: bool = False
    personal: bool = False


KINDS: Mapping[str, JobKind] = {
    kind.name: kind
    for kind in (
        JobKind("what_if", SEEING_COSTS, ("changes", "margin_floor", "ship_via")),
        JobKind(
            "export_draft_moves",
            SEEING_COSTS,
            ("draft", "format", "kind", "customer", "margin_floor", "ship_via"),
        ),
        JobKind("import_price_lists", PRICES, ("format", "mode", "dry_run", "hold"), has_content=True),
        JobKind("import_availability", STOCK, ("mode", "dry_run", "hold"), has_content=True),
        JobKind(
            "import_rows",
            READING,
            ("collection", "rows", "format", "atomic", "dry_run", "hold"),
            has_content=True,
            content_optional=True,
            personal=True,
        ),
        JobKind("export_price_lists", PRICES, ("format", "lists")),
        JobKind("export_rows", READING, ("collection", "format"), personal=True),
        JobKind("label_sheet", BOXES, ("awb", "box_codes", "format", "partner"), repeatable=False),
        JobKind("confirm", CONFIRMING, ("rows",)),
        JobKind("each", READING, ("method", "rows"), personal=True),
        JobKind("load", None, ("network", "dry_run", "hold")),
        JobKind("verify", None),
    )
}


def may_run(actor: Actor, kind: JobKind) -> bool:
    """Whether an actor may submit jobs of a kind, for their own company, and see them."""
    if actor.host:
        return True
    if kind.action is None:
        return actor.operator
    return actor.customer is None and actor.has(kind.action)
