"""Use cases: a company inserts steps into its orders of price steps, takes them out, or replaces the orders (pricing
section 4)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

from k2k_core.domain.answers.findings import SetupFinding
from k2k_core.domain.answers.setup import Hierarchies, HierarchiesChanged
from k2k_core.domain.items import INVENTORY_TYPES
from k2k_core.domain.nearest_codes import SimilarCodes
from k2k_core.domain.roles import COMPANY_SETUP
from k2k_core.errors import Fault, Invalid, NotFound, joined_faults
from k2k_core.messages import Message
from k2k_core.services.context import ServiceContext
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.pricing.hierarchies import Own, planned_hierarchies
from k2k_core.services.pricing.order_changes import LEFT_OUT, LEFT_OUT_ADJUSTMENT
from k2k_core.services.setup.checked_writes import AS_USUAL, Checks, Combine, WriteOptions, with_findings, written

INSERT = "insert"
STEP, ADJUSTMENT = "step", "adjustment"


class Inserted(NamedTuple):
    """A step, or an adjustment, and the one that it stands before or after, for lines of these kinds; none for all."""

    step: str
    before: str | None = None
    after: str | None = None
    inventory_types: Sequence[str] | None = None
    customer_types: Sequence[str] | None = None
    ship_vias: Sequence[str] | None = None
    channels: Sequence[str] | None = None
    adjustment: bool = False

    def entry(self) -> dict[str, Any]:
        """As it is written in the data."""
        conditions = {
            "before": self.before,
            "after": self.after,
            "inventory_types": self.inventory_types,
            "customer_types": self.customer_types,
            "ship_vias": self.ship_vias,
            "channels": self.channels,
        }
        lists = {name: value if isinstance(value, str) else list(value) for name, value in conditions.items() if value}
        return {ADJUSTMENT if self.adjustment else STEP: self.step, **lists}


def set_hierarchies(
    context: ServiceContext,
    company: str,
    rows: Mapping[str, Any],
    key: str | None = None,
    options: WriteOptions = AS_USUAL,
) -> HierarchiesChanged:
    """Replace what a company has set itself, written as in `hierarchies.toml`; an empty mapping restores the default.

    Raises `Invalid` with every fault and its path; an unknown step is one, with the nearest known name.
    """
    command = IdempotentCommand(context, company, "set_hierarchies", key, {"rows": rows})
    return _changed(command, company, lambda _own: rows, options)


def insert_step(
    context: ServiceContext, company: str, step: Inserted, key: str | None = None, options: WriteOptions = AS_USUAL
) -> HierarchiesChanged:
    """Insert a step into the orders that count for the company, which stay what they are otherwise. One that the
    company has inserted for the same lines moves. Without inventory types it is for those that its plugin names.

    Raises `Invalid` with every fault, each with the argument that it is about.
    """
    context.actor.require(COMPANY_SETUP, company)
    if not step.inventory_types:
        step = step._replace(inventory_types=_types_of(context, company, step))
    entry = step.entry()
    command = IdempotentCommand(context, company, "insert_step", key, entry)

    def change(own: Own) -> Own:
        others = [one for one in own.get(INSERT, ()) if _lines_of(one) != _lines_of(entry)]
        return {**own, INSERT: [*others, entry]}

    def place(own: Own) -> str:
        return f"company.{INSERT}[{len(change(own)[INSERT]) - 1}]"

    return _changed(command, company, change, options, place)


def _types_of(context: ServiceContext, company: str, step: Inserted) -> Sequence[str]:
    """The inventory types that the plugin of a step names; none where it is for all, or not known."""
    with context.store.reading() as session:
        registry = context.plugins.registry(context.snapshots.get(session, company).company)
    types = registry.known_steps(adjustments=step.adjustment).get(step.step, frozenset())
    return () if types.issuperset(INVENTORY_TYPES) else sorted(types)


def remove_step(
    context: ServiceContext,
    company: str,
    step: str,
    adjustment: bool = False,
    key: str | None = None,
    options: WriteOptions = AS_USUAL,
) -> HierarchiesChanged:
    """Take a step out of the orders that the company has inserted it into. Raises `NotFound` where it is not inserted,
    with the nearest of those that are."""
    kind = ADJUSTMENT if adjustment else STEP
    command = IdempotentCommand(context, company, "remove_step", key, {kind: step})

    def change(own: Own) -> Own:
        inserted = own.get(INSERT, ())
        kept = [one for one in inserted if one.get(kind) != step]
        if len(kept) == len(inserted):
            raise _not_inserted(company, step, [one[kind] for one in inserted if kind in one])
        others = {name: value for name, value in own.items() if name != INSERT}
        return {**others, INSERT: kept} if kept else others

    answer = _changed(command, company, change, options)
    meant = {LEFT_OUT_ADJUSTMENT if adjustment else LEFT_OUT}
    return {**answer, "findings": [one for one in answer["findings"] if not _is_about(one, step, meant)]}


def _is_about(finding: SetupFinding, step: str, codes: Collection[str]) -> bool:
    return finding["code"] in codes and finding["facts"]["step"] == step


def _not_inserted(company: str, step: str, inserted: Sequence[str]) -> NotFound:
    facts = {"company": company, "step": step}
    nearest = SimilarCodes(inserted).nearest(step)
    if nearest is not None:
        return NotFound("{company} has not inserted {step}; did you mean {nearest}?", nearest=nearest, **facts)
    return NotFound(
        "{company} has not inserted {step}: there are {inserted}.", inserted=list(inserted) or Message("none"), **facts
    )


def _lines_of(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The step of an insertion and the lines that it is for, without its place."""
    return {name: value for name, value in entry.items() if name not in ("before", "after")}


def _argument(path: str, place: str) -> str:
    """The argument that a fault is about; of a step without a neighbour, the place that is missing."""
    name = path.removeprefix(f"{place}.")
    return {place: "before", ADJUSTMENT: STEP}.get(name, name)


def _changed(
    command: IdempotentCommand,
    company: str,
    change: Callable[[Own], Own],
    options: WriteOptions,
    place: Callable[[Own], str] | None = None,
) -> HierarchiesChanged:
    """Make a change of what a company has set itself; its faults below `place` are those of arguments."""
    seen: list[str] = []

    def noted(own: Own) -> Own:
        if place is not None:
            seen[:] = [place(own)]
        return change(own)

    work = planned_hierarchies(command.context, company, noted)
    answered: HierarchiesChanged | None = command.replayed()
    if answered is not None:
        return answered
    combine: Combine[Hierarchies, HierarchiesChanged] = with_findings(options)
    try:
        return written(command, company, work, combine, Checks(dates=False), options)
    except Invalid as refused:
        if not seen or not refused.faults:
            raise
        faults: list[Fault] = [{**fault, "path": _argument(fault["path"], seen[0])} for fault in refused.faults]
        raise Invalid(
            Message("the step cannot be inserted: {problems}", problems=joined_faults(faults)), faults
        ) from None
