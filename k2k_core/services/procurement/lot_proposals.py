"""The vendor's lots that can fill the lines of a buyer's order, and how many boxes of each first in, first out would
take (domain section 6, "Procurement")."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from k2k_core.domain.answers.procurement import SuitableLot
from k2k_core.domain.items import Lot
from k2k_core.domain.money import money
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.inventory.vendor_codes import BOX_TYPE, names_of
from k2k_core.services.procurement.suitable_lots import can_be_named, day_of_leaving, refused_on, suits
from k2k_core.services.procurement.transfers import products_at
from k2k_core.services.sharing.shared_inventory import CompanyPair, SharedInventory
from k2k_core.store.database.session import Session
from k2k_core.store.inventory.lots import PRODUCT, rows_of_products
from k2k_core.store.master_data.parties import connection_between
from k2k_core.store.orders.rows import DocumentRow, LineRow


def lots_for(
    context: ServiceContext,
    session: Session,
    vendor: CompanySnapshot,
    document: DocumentRow,
    lines: Sequence[LineRow],
) -> dict[str, list[SuitableLot]]:
    """For each waiting line of a vendor's document the lots that `fill` takes, oldest first, by the id of the line."""
    buyer = context.snapshots.by_id(session, [document["buyer_id"]])[document["buyer_id"]]
    agreed = products_at(session, vendor, buyer, list(lines))
    products = {line["id"]: agreed.get(line["id"], line["vendor_product_id"]) for line in lines}
    wanted = {one for one in products.values() if one is not None}
    rows = rows_of_products(session, [vendor.id], wanted) if wanted else []
    pair = CompanyPair(vendor, buyer, connection_between(session, vendor.company, buyer.company))
    partner = SharedInventory(context, session, pair, rows)
    today = vendor.company.today(session.now)
    refused = refused_on(partner, day_of_leaving(document["vendor_ship_date"], today))
    by_product: dict[int, list[Lot]] = defaultdict(list)
    for row, lot in zip(rows, partner.lots, strict=True):
        if lot.ref not in refused:
            by_product[row[PRODUCT]].append(lot)
    proposals = _Proposals(session, partner)
    return {str(line["id"]): proposals.of(line, by_product.get(products[line["id"]] or 0, ())) for line in lines}


class _Proposals:
    """What first in, first out takes for one line after the other: boxes of one are not there for the next."""

    def __init__(self, session: Session, partner: SharedInventory) -> None:
        self._partner = partner
        self._names = names_of(session, partner.buyer, partner.vendor, BOX_TYPE)
        self._taken: dict[str, int] = defaultdict(int)

    def of(self, line: LineRow, lots: Sequence[Lot]) -> list[SuitableLot]:
        """The lots for one line; only those that are packed as it was ordered are proposed."""
        left, found = line["boxes"], []
        for lot in sorted(lots, key=lambda lot: (lot.arrival_date, lot.ref)):
            if not can_be_named(lot, line, self._names):
                continue
            cost = line["cost"] if line["cost"] is not None else self._partner.cost_micros(lot.id)
            free = lot.available - self._taken[lot.ref]
            proposed = min(left, free) if cost is not None and suits(lot, line, self._names) else 0
            self._taken[lot.ref] += proposed
            left -= proposed
            found.append(self._lot(lot, cost, proposed))
        return found

    def _lot(self, lot: Lot, cost: int | None, proposed: int) -> SuitableLot:
        return {
            "lot": lot.ref,
            "box_type": lot.box_type,
            "units_per_box": lot.units_per_box,
            "unit_type": lot.unit_type,
            "arrival_date": lot.arrival_date.isoformat(),
            "available": lot.available,
            "price": None if cost is None else money(cost, self._partner.vendor.company.currency),
            "proposed": proposed,
        }
