"""Use case: a buyer adds a product like that of a vendor's offer, and maps the offer to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from k2k_core.domain import parsing
from k2k_core.domain.answers.connections import ProductAdded
from k2k_core.domain.items import free_code
from k2k_core.domain.roles import PURCHASING
from k2k_core.errors import Conflict
from k2k_core.messages import Message
from k2k_core.schemas.record import record_fault, refuse
from k2k_core.services.context import ServiceContext
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.mapping.product_mapping import OfferedProduct, map_to_new, offered_product
from k2k_core.services.setup.checked_writes import AS_USUAL, NONE, Combine, WriteOptions, with_findings, written
from k2k_core.services.setup.hidden_vendor_names import checking_names, with_names
from k2k_core.services.setup.puts import planned_put
from k2k_core.services.sharing import offer_list
from k2k_core.store.database.session import Session
from k2k_core.store.master_data.records import Records


class ProductRequest(NamedTuple):
    """The lot whose product is added; its code and category in the buyer's company, by default the vendor's."""

    lot: str
    code: str | None = None
    category: str | None = None


def add_product_from(
    context: ServiceContext,
    buyer: str,
    asked: ProductRequest,
    key: str | None = None,
    options: WriteOptions = AS_USUAL,
) -> ProductAdded:
    """Add a product with the description, variety, color and grade of an offer's, and map the offer to it: both or
    nothing. Without a code it gets the vendor's, or the first free one after it.

    Raises `NotFound` for a lot that is no offer, `Invalid` for a category that the buyer does not have, `Conflict` for
    a code that it has, and when the vendor's product has been sold as another one.
    """
    context.actor.require(PURCHASING, buyer)
    command = IdempotentCommand(context, buyer, "add_product_from", key, asked._asdict())
    answered: ProductAdded | None = None if options.dry_run else command.replayed()
    if answered is not None:
        return answered
    offer_list.offer(context, buyer, asked.lot)  # what is not shared tells nothing about its product
    with context.store.reading() as session:
        offered = offered_product(context, session, buyer, asked.lot)
        row = _row(session, offered, asked)

    combine: Combine[ProductAdded, ProductAdded] = with_findings(options)
    work = checking_names(buyer, _work(context, offered, row), [{"collection": "products", "rows": [row]}])
    return written(command, buyer, work, with_names(combine), NONE, options)


def _work(context: ServiceContext, offered: OfferedProduct, row: dict[str, Any]) -> Callable[[Session], ProductAdded]:
    buyer, code = offered.buyer, row["code"]
    put = planned_put(context, buyer.code, "products", [row])

    def work(session: Session) -> ProductAdded:
        if code in Records(session, buyer.id, buyer.company.currency).ids("products"):
            raise Conflict("{buyer} has a product {product} already.", buyer=buyer.code, product=code)
        (result,) = put(session)["results"]
        added = Records(session, buyer.id, buyer.company.currency).ids("products")[code]
        return {
            "lot": offered.lot,
            "product": code,
            "description": row["description"],
            "category": row["category"],
            "version": result["version"],
            "offer_version": map_to_new(context, session, offered, code, added),
            "findings": [],
        }

    return work


def _row(session: Session, offered: OfferedProduct, asked: ProductRequest) -> dict[str, Any]:
    """The new product as a record. Raises `Invalid` for a code that is none, and a category that the buyer lacks."""
    buyer, theirs = offered.buyer, offered.product
    category = theirs.category if asked.category is None else asked.category
    if category not in buyer.category_codes(session):
        problem = Message("{category} is no category of {buyer}", category=category, buyer=buyer.code)
        refuse([record_fault("category", problem)], "The product is not valid: {first}")
    taken = {one.code: one.description for one in buyer.products(session).values()}
    code = (
        free_code(theirs.code, theirs.description, taken)
        if asked.code is None
        else parsing.argument("code", parsing.code, asked.code)
    )
    fields = {"variety": theirs.variety, "color": theirs.color, "grade": theirs.grade}
    named = {name: value for name, value in fields.items() if value}
    return {"code": code, "description": theirs.description, "category": category, **named}
