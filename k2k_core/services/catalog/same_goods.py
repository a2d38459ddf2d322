"""The catalog lines of the goods of one lot, without the rest of the catalog: for boxes that are ordered by their lot
(pricing section 9)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property

from k2k_core.domain.grouping import ALWAYS, Catalog
from k2k_core.domain.hidden_vendor_numbers import HiddenVendorLines
from k2k_core.domain.items import Lot
from k2k_core.domain.parties import Connection
from k2k_core.services.catalog.assortment import Article, Assortment, grouped, vendor_shown, visible_goods
from k2k_core.services.company_snapshot import CompanySnapshot, described
from k2k_core.services.pricing.pricer import Sale
from k2k_core.services.sharing.shared_inventory import LotSelection, active_vendors
from k2k_core.store.database.session import Session
from k2k_core.store.inventory.lots import COMPANY, VENDOR, LotRow, pack_of, rows_of_products


def hidden_vendor_lines_of(
    assortment: Assortment, sale: Sale, articles: Sequence[Article]
) -> list[HiddenVendorLines | None]:
    """For each article the lines of hidden vendors that have the same goods as its line in the customer's catalog; None
    where that line is of no hidden vendor, or the catalog does not have it."""
    asked = [article for article in articles if _may_be_numbered(assortment, article)]
    if not asked:
        return [None] * len(articles)
    session, buyer = assortment.session, assortment.buyer
    linked = active_vendors(assortment.context, session, buyer)
    rows = rows_of_same_products(session, buyer, [vendor for _, vendor in linked], [article.lot for article in asked])
    same = _SameGoods(assortment, sale, linked, rows)
    found = {article.ref: same.lines_of(article) for article in asked}
    return [found.get(article.ref) for article in articles]


def _may_be_numbered(assortment: Assortment, article: Article) -> bool:
    """Whether the catalog may hide the vendor of an article in its line."""
    named = vendor_shown(assortment, article) is not None
    return not named and (article.lot.vendor is not None or assortment.buyer.company.settings.vendor_in_group != ALWAYS)


class _SameGoods:
    """The rows of all lots that may have the same goods as some articles of a sale, and the vendors of a buyer."""

    def __init__(
        self,
        assortment: Assortment,
        sale: Sale,
        linked: Sequence[tuple[Connection, CompanySnapshot]],
        rows: Sequence[LotRow],
    ) -> None:
        self._assortment, self._sale, self._linked, self._rows = assortment, sale, linked, rows

    def lines_of(self, article: Article) -> HiddenVendorLines | None:
        """The lines of hidden vendors with the goods of an article. Where all lots that may have them are of its own
        vendor they are one line, or other goods: then it stands for itself."""
        rows = [row for row in self._rows if _same_pack(row, article.lot)]
        alone = all((row[COMPANY], row[VENDOR]) == (article.row[COMPANY], article.row[VENDOR]) for row in rows)
        if alone:
            known = self._assortment.cached_lots.of([article], "same_goods", lambda _: [(self._in_its_line(article),)])
            return known[0][0]
        return self._lines_in(self._of_rows(rows), article)

    def _in_its_line(self, article: Article) -> HiddenVendorLines | None:
        return self._lines_in(self._of_articles, article)

    def _lines_in(self, catalog: Catalog, article: Article) -> HiddenVendorLines | None:
        line = catalog.line_of_lot(article.ref)
        return None if line is None or not line.vendor_hidden else catalog.hidden_vendor_lines(line)

    @cached_property
    def _of_articles(self) -> Catalog:
        return self._grouped(self._assortment)

    def _of_rows(self, rows: Sequence[LotRow]) -> Catalog:
        companies = {row[COMPANY] for row in rows}
        selection = LotSelection(rows=rows, linked=[one for one in self._linked if one[1].id in companies])
        one = self._assortment
        return self._grouped(Assortment(one.context, one.session, one.buyer, self._sale, selection))

    def _grouped(self, assortment: Assortment) -> Catalog:
        """What the customer sees of an assortment, in lines."""
        catalog = grouped(assortment.session, assortment.buyer)
        catalog.replace((), visible_goods(assortment))
        return catalog


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
