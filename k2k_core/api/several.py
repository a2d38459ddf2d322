"""The same method of the facade for each of several records, as a job does it: each call by itself, with an outcome of
its own."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from k2k_core.api.arguments import argument_fault, validated
from k2k_core.api.connections import Connections
from k2k_core.api.documents import Documents
from k2k_core.api.fulfilment import Fulfilment
from k2k_core.api.ordering import Ordering
from k2k_core.api.procurement import Procurement
from k2k_core.api.setup import Setup
from k2k_core.api.stock import Stock
from k2k_core.domain.roles import METHODS
from k2k_core.errors import Invalid, K2KError, NotAllowed

if TYPE_CHECKING:
    from k2k_core.services.context import ServiceContext

PARTS: tuple[type[Any], ...] = (Connections, Documents, Fulfilment, Ordering, Procurement, Setup, Stock)
"""The parts of the facade whose methods change one record of a company at a time."""

MOST_CALLS = 10_000
"""The greatest number of calls of a job."""


@validated
class Several:
    """Calls a method for each of several records."""

    context: ServiceContext

    def each(
        self,
        company: str,
        method: str,
        rows: Sequence[Mapping[str, Any]],
        key: str | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> dict[str, Any]:
        """Call a method of the facade for each row: its `name`, which the outcome has, and the `arguments` of the call.
        A call that is refused does not affect the others. `progress` is called with the number of calls that are
        through, and of all. Raises `Invalid` for a method that is not called so, and for more than 10,000 rows."""
        part = _part_of(method)
        if len(rows) > MOST_CALLS:
            raise Invalid(
                "At most {most} records are changed by one job, not {count}.", most=MOST_CALLS, count=len(rows)
            )
        results = []
        for place, row in enumerate(rows):
            if progress is not None:
                progress(place, len(rows))
            results.append(self._one(part, method, company, row, f"{key} {place}"))
        return {"method": method, "results": results}

    def _one(self, part: Any, method: str, company: str, row: Mapping[str, Any], key: str) -> dict[str, Any]:
        """The outcome of a call: its error, or the entry of the audit that undoes it. What is wrong with the server or
        the person, and not with the row, ends the whole job."""
        part.context = self.context
        named = {"name": row.get("name")}
        try:
            call = getattr(part, method)
            answer = call(company, **row.get("arguments", {}), key=hashlib.sha256(key.encode()).hexdigest())
        except K2KError as error:
            if error.status >= 500 or isinstance(error, NotAllowed):
                raise
            return {**named, "error": error.as_dict()}
        undone = isinstance(answer, Mapping) and answer.get("undoable") and answer.get("audit") is not None
        return {**named, "audit": answer["audit"]} if undone else named


def _part_of(method: str) -> Any:
    """The part of the facade that has a method which changes something and takes a key. Raises `Invalid`."""
    known = {one.name for one in METHODS} | {"set", "put"}
    for part in PARTS:
        found = vars(part).get(method)
        if method in known and found is not None and "key" in inspect.signature(found).parameters:
            return part()
    raise argument_fault("method", "is no method that is called for several records")
