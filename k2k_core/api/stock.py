"""Facade methods for the quantities of lots: read, state, adjust."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from k2k_core.api.arguments import argument_fault, validated
from k2k_core.domain.answers.inventory import LotQuantities, MovedQuantity, Movements, StatedRows
from k2k_core.errors import Invalid
from k2k_core.messages import Message
from k2k_core.services import inventory
from k2k_core.services.lists.page_request import LIMIT, PageRequest

if TYPE_CHECKING:
    from k2k_core.services.context import ServiceContext


@validated
class Stock:
    """Quantities of an open network: read, stated, adjusted."""

    context: ServiceContext

    def quantities(
        self,
        company: str,
        lots: Sequence[str] | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        limit: int = LIMIT,
        count: bool = False,
        fields: Sequence[str] | None = None,
    ) -> LotQuantities:
        """A page of the quantities of a company's own lots, by code: on hand, available, reserved, staged, allocated,
        short, shipped and sold, and the lot's last movement. `q` searches codes and products; sorts: `lot`,
        `available`, `boxes`. Raises `NotFound` for an unknown lot."""
        request = PageRequest(q=q, sort=sort, cursor=cursor, limit=limit, count=count, fields=fields)
        return inventory.quantities.quantities(self.context, company, lots, request)

    def movements(
        self,
        company: str,
        lots: Sequence[str] | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        limit: int = LIMIT,
        count: bool = False,
        fields: Sequence[str] | None = None,
    ) -> Movements:
        """A page of the movements of a company's lots, oldest first; with `sort` `-movement` the latest first. `q`
        searches references, reasons, codes of lots and products."""
        request = PageRequest(q=q, sort=sort, cursor=cursor, limit=limit, count=count, fields=fields)
        return inventory.quantities.movements(self.context, company, lots, request)

    def state_quantity(
        self,
        company: str,
        lot: str | None = None,
        on_hand: int | None = None,
        available: int | None = None,
        as_of: int | None = None,
        movement: int | None = None,
        counted_at: Any = None,
        reference: str | None = None,
        rows: Sequence[Mapping[str, Any]] | None = None,
        key: str | None = None,
    ) -> MovedQuantity | StatedRows:
        """State how many boxes of a lot there are: `on_hand`, or `available`, with `as_of`, the last movement of the
        lot that your books have. Boxes that were sold, shipped or adjusted after it are subtracted by K2K: nothing is
        subtracted twice, and a repeat changes nothing. `rows`: up to 1,000 lots, each with these arguments and an
        outcome of its own.

        Without `as_of` give `movement`, the lot's current one. Raises `Invalid`, `PreconditionRequired` without either,
        `VersionMismatch` when the lot is at another movement, `StaleQuantity` for a count that was made before the last
        one.
        """
        stated = inventory.quantity_statements.StatedQuantity(
            on_hand, available, as_of, movement, counted_at, reference
        )
        if rows is not None:
            if lot is not None or stated != inventory.quantity_statements.StatedQuantity():
                raise Invalid(
                    "rows: each row names its lot and quantity.", [{"path": "rows", "message": Message("alone")}]
                )
            return inventory.quantity_statements.state_quantities(self.context, company, rows, key)
        if lot is None:
            raise argument_fault("lot", "is missing")
        return inventory.quantity_statements.state_quantity(self.context, company, lot, stated, key)

    def adjust(
        self,
        company: str,
        lot: str,
        delta: int,
        reason: str,
        reference: str,
        box_codes: Sequence[str] | None = None,
        short: str | None = None,
        key: str | None = None,
    ) -> MovedQuantity:
        """Add boxes to a lot (`received`, `returned`), remove them (`sold_elsewhere`, `broken`, `dumped`), or either
        (`transferred`, `counted`). A `reference` is used once: the same adjustment with it again changes nothing.

        With `short` `refuse`, boxes that are promised to somebody are not removed; with `stop` they are, and the lot is
        short. The default is `refuse` for `sold_elsewhere` and `stop` for all other reasons. Raises `Invalid`,
        `InsufficientStock`, `Conflict` for the reference of another adjustment or boxes that are not free.
        """
        asked = inventory.quantity_adjustments.AdjustmentRequest(delta, reason, reference, box_codes, short)
        return inventory.quantity_adjustments.adjust(self.context, company, lot, asked, key)
