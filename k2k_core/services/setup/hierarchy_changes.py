"""Use case: a company sets its own order of price steps (pricing section 4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from k2k_core.domain.answers.setup import Hierarchies, HierarchiesChanged
from k2k_core.services.context import ServiceContext
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.pricing.hierarchies import planned_hierarchies
from k2k_core.services.setup.checked_writes import AS_USUAL, Checks, Combine, WriteOptions, with_findings, written


def set_hierarchies(
    context: ServiceContext,
    company: str,
    rows: Mapping[str, Any],
    key: str | None = None,
    options: WriteOptions = AS_USUAL,
) -> HierarchiesChanged:
    """Replace a company's own rows, written as in `hierarchies.toml`; an empty mapping restores the default.

    Raises `Invalid` with every fault and its path. A step that no plugin contributes can be saved, since its plugin may
    be installed later, and is reported as a finding: until then the lines that reach it have no price.
    """
    work = planned_hierarchies(context, company, rows)
    command = IdempotentCommand(context, company, "set_hierarchies", key, {"rows": rows})
    answered: HierarchiesChanged | None = command.replayed()
    if answered is not None:
        return answered

    combine: Combine[Hierarchies, HierarchiesChanged] = with_findings(options)
    return written(command, company, work, combine, Checks(dates=False), options)
