"""Use case: the lots that are hidden from a customer, page by page and rule by rule (`hidden` with a page): since when,
until when, where the value is set that hides each, which rules it passes, and what the customer sees of the same
product."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast

from k2k_core.domain.answers.sharing import HiddenDetail, HiddenLot, HiddenLots, SeenLot, VisibleLot
from k2k_core.domain.roles import READING
from k2k_core.domain.sharing import BOTH, BUYER, VENDOR
from k2k_core.services.catalog.assortment import Article, Assortment
from k2k_core.services.catalog.rule_addresses import address_of
from k2k_core.services.catalog.same_goods import rows_of_same_products
from k2k_core.services.catalog.visibility import VisibilityQuery, judged, reading_side
from k2k_core.services.company_snapshot import CompanySnapshot, described
from k2k_core.services.context import ServiceContext
from k2k_core.services.inventory.lots import refs_for
from k2k_core.services.lists.page_request import PageRequest
from k2k_core.services.lists.pages import PagedList, Rows, page
from k2k_core.services.pricing.pricer import Sale
from k2k_core.services.sharing.lot_pages import lot_row, named_lots
from k2k_core.services.sharing.shared_inventory import LotSelection, active_vendors
from k2k_core.store.database.session import Session
from k2k_core.store.inventory.lots import ID, LotRow, remarks
from k2k_core.store.lists.lots import lots_of

MOST_SEEN = 5
"""How many lots of the same product that are seen a row names."""


def hidden_lots(
    context: ServiceContext, buyer: str, asked: VisibilityQuery, reason: str | None, request: PageRequest
) -> HiddenLots:
    """A page of the lots that are hidden, by company and code: all of them, or those that the rule `reason` hides."""
    context.actor.require(READING, buyer)
    with context.store.reading() as session:
        company = context.snapshots.get(session, buyer)
        hidden = _Hidden(context, session, company, _Asked(asked, reading_side(context), reason))
        listing = lots_of([one.id for one in hidden.companies], company.id)
        listed = PagedList(
            "hidden",
            listing,
            HiddenLot,
            hidden.as_rows,
            {"lot": named_lots},
            sieve=hidden.sieve,
            about=f"{asked} {reason}",
        )
        return cast(HiddenLots, page(context, session, company.id, listed, request))


class _Asked(NamedTuple):
    """For which sale lots are judged, for which side's eyes, and which rule is asked for."""

    sale: VisibilityQuery
    reader: str
    reason: str | None


class _Hidden:
    """The hidden lots of one sale, read page by page."""

    def __init__(self, context: ServiceContext, session: Session, company: CompanySnapshot, asked: _Asked) -> None:
        self._context, self._session, self._company, self._asked = context, session, company, asked
        self._linked = active_vendors(context, session, company)
        self.companies = [company, *(vendor for _, vendor in self._linked)]
        self._ref = refs_for(company, self.companies[1:])
        self._verdicts: dict[str, VisibleLot] = {}
        self._remarks: Mapping[int, str] = {}

    def sieve(self, lots: Sequence[LotRow]) -> list[bool]:
        """Whether each lot is hidden, by the rule that is asked for."""
        found = judged(
            self._context,
            self._session,
            self._company,
            self._asked.sale,
            self._asked.reader,
            LotSelection(None, lots, self._linked),
        )
        self._verdicts.update(found)
        return [self._is_wanted(found.get(self._ref(lot))) for lot in lots]

    def as_rows(self, rows: Rows) -> Rows:
        """The rows as they are answered."""
        lots = [lot_row(row) for row in rows]
        sold = self._assortment(lots)
        seen = self._seen([one for one in sold.articles.values() if not self._is_redacted(one)])
        held_back = [lot[ID] for lot in lots if self._is_held_back(self._ref(lot))]
        self._remarks = remarks(self._session, held_back)
        return [dict(self._row(sold.articles[self._ref(lot)], seen)) for lot in lots]

    def _is_held_back(self, ref: str) -> bool:
        """Whether a rule of the vendor's side is among those that hide a lot."""
        return VENDOR in {one["side"] for one in self._verdicts[ref]["details"]}

    def _is_wanted(self, verdict: VisibleLot | None) -> bool:
        if verdict is None or not verdict["reasons"]:
            return False
        return self._asked.reason in (None, *verdict["reasons"])

    def _assortment(self, lots: Sequence[LotRow]) -> Assortment:
        whom = self._company.customer(self._session, self._asked.sale.customer)
        sale = Sale(whom, self._asked.sale.ship_via, ship_date=self._asked.sale.ship_date)
        return Assortment(self._context, self._session, self._company, sale, LotSelection(None, lots, self._linked))

    def _seen(self, hidden: Sequence[Article]) -> Mapping[str, list[SeenLot]]:
        """By description of a product the lots that the customer does see, those with the most boxes first."""
        vendors = [vendor for _, vendor in self._linked]
        rows = rows_of_same_products(self._session, self._company, vendors, [one.lot for one in hidden])
        selection = LotSelection(None, rows, self._linked)
        verdicts = judged(self._context, self._session, self._company, self._asked.sale, self._asked.reader, selection)
        found: dict[str, list[SeenLot]] = defaultdict(list)
        for article in self._assortment(rows).articles.values():
            if verdicts[article.ref]["visible"]:
                seen: SeenLot = {"lot": article.ref, "available": article.lot.available}
                found[described(article.lot.product.description)].append(seen)
        return {words: sorted(lots, key=lambda one: (-one["available"], one["lot"])) for words, lots in found.items()}

    def _is_redacted(self, article: Article) -> bool:
        """Whether the vendor holds the lot back: what it is, and how much of it there is, is then the vendor's own."""
        return self._asked.reader == BUYER and self._is_held_back(article.ref)

    def _row(self, article: Article, seen: Mapping[str, list[SeenLot]]) -> HiddenLot:
        verdict, redacted = self._verdicts[article.ref], self._is_redacted(article)
        return {
            "lot": article.ref,
            "description": None if redacted else article.lot.product.description,
            "available": None if redacted else article.lot.available,
            "reasons": verdict["reasons"],
            "details": [self._detail(one, article) for one in verdict["details"]],
            "visible_on": verdict["visible_on"],
            "ship_dates": verdict["ship_dates"],
            "rules_passed": self._passed(article, verdict),
            "remark": self._remarks.get(article.lot.id),
            "seen": [] if redacted else seen.get(described(article.lot.product.description), [])[:MOST_SEEN],
        }

    def _detail(self, one: Any, article: Article) -> HiddenDetail:
        """A rule with its days and address; of the other side's only what `visible` says of it."""
        found = {name: value for name, value in one.items() if name not in ("caused_on", "cured_on")}
        if "setting" in one:
            company = self._company.code if one["owner"] == self._company.code else None
            customer = self._asked.sale.customer if company is not None else None
            found |= {"since": one["caused_on"], "ends": one["cured_on"]}
            found["address"] = address_of(one["setting"], article.lot, customer)
        return cast(HiddenDetail, found)

    def _passed(self, article: Article, verdict: VisibleLot) -> list[str]:
        """The rules that do not hide it: of the vendor's side only for whoever reads both sides."""
        plugins = self._context.plugins
        rules = plugins.registry(self._company.company).rules(BUYER, article.lot.inventory_type)
        codes = {rule.code for rule in rules}
        partner = article.partner
        if partner is not None and self._asked.reader == BOTH:
            its_type = partner.lots_by_id[article.lot.id].inventory_type
            codes |= {rule.code for rule in plugins.registry(partner.vendor.company).rules(VENDOR, its_type)}
        return sorted(codes - set(verdict["reasons"]))
