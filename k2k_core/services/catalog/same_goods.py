"""The catalog lines of the goods of one lot, without the rest of the catalog: for boxes that are ordered by their lot
(pricing section 9)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from k2k_core.domain.grouping import ALWAYS, Goods
from k2k_core.domain.hidden_vendor_numbers import HiddenVendorLines
from k2k_core.domain.items import Lot
from k2k_core.services.catalog.assortment import Article, Assortment, grouped, vendor_shown, visible_goods
from k2k_core.services.company_snapshot import CompanySnapshot, described
from k2k_core.services.pricing.pricer import Sale
from k2k_core.services.sharing.shared_inventory import LotSelection, active_vendors
from k2k_core.store.database.session import Session
from k2k_core.store.inventory.lots import COMPANY, VENDOR, LotRow, pack_of, rows_of_products


def hidden_vendor_lines_of(assortment: Assortment, sale: Sale, article: Article) -> HiddenVendorLines | None:
    """The lines of hidden vendors that have the same goods as the line of this article in the customer's catalog; None
    where that line is of no hidden vendor, or the catalog does not have it."""
    session, buyer, lot = assortment.session, assortment.buyer, article.lot
    named = vendor_shown(assortment, article) is not None
    if named or (lot.vendor is None and buyer.company.settings.vendor_in_group == ALWAYS):
        return None
    catalog = grouped(session, buyer)
    catalog.replace((), _goods(assortment, sale, article))
    line = catalog.line_of_lot(lot.ref)
    return None if line is None or not line.vendor_hidden else catalog.hidden_vendor_lines(line)


def _goods(assortment: Assortment, sale: Sale, article: Article) -> list[Goods]:
    """What the customer sees of the lots that may have the same goods as an article. Where all of them are of its own
    vendor they are one line, or other goods: then it stands for itself."""
    session, buyer = assortment.session, assortment.buyer
    linked = active_vendors(assortment.context, session, buyer)
    found = _rows(session, buyer, [vendor for _, vendor in linked], article.lot)
    rows = [row for row in found if _same_pack(row, article.lot)]
    if all((row[COMPANY], row[VENDOR]) == (article.row[COMPANY], article.row[VENDOR]) for row in rows):
        return visible_goods(assortment)
    companies = {row[COMPANY] for row in rows}
    selection = LotSelection(rows=rows, linked=[one for one in linked if one[1].id in companies])
    return visible_goods(Assortment(assortment.context, session, buyer, sale, selection))


def _rows(session: Session, buyer: CompanySnapshot, vendors: Sequence[CompanySnapshot], lot: Lot) -> list[LotRow]:
    """The lots of every product that may be the same as that of a lot: by its description, or by a mapping."""
    return rows_of_same_products(session, buyer, vendors, [lot])


def rows_of_same_products(
    session: Session, buyer: CompanySnapshot, vendors: Sequence[CompanySnapshot], lots: Sequence[Lot]
) -> list[LotRow]:
    """The lots of every product that may be the same as that of one of these lots, in one query."""
    if not lots:
        return []
    every = {described(lot.product.description) for lot in lots}
    own = {one for words in every for one in buyer.product_ids_described(session).get(words, ())}
    theirs = (vendor.product_ids_described(session).get(words, ()) for vendor in vendors for words in every)
    products = own.union(*theirs)
    products |= {theirs for theirs, mine in buyer.earlier_mappings(session).items() if mine in own}
    mapped = _mapped_to(session, buyer, own)
    return rows_of_products(session, [buyer.id, *(vendor.id for vendor in vendors)], products, mapped)


def _mapped_to(session: Session, buyer: CompanySnapshot, products: Collection[int]) -> list[int]:
    """The vendors' lots that a person has mapped to some products of the buyer, by id."""
    decisions = buyer.offer_decisions(session).items()
    return [lot_id for lot_id, (product_id, *_) in decisions if product_id in products]


def _same_pack(row: LotRow, lot: Lot) -> bool:
    return pack_of(row) == (lot.units_per_box, lot.unit_type, lot.stems_per_bunch)
