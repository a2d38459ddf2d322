"""What of a market a customer sees: visible lots, priced, as the goods of catalog lines (domain section 3)."""

from __future__ import annotations

from k2k_core.domain.grouping import Catalog, Goods
from k2k_core.domain.items import FUTURE_SALES, OPEN_MARKET_BOXES, OPEN_MARKET_UNITS
from k2k_core.services.facts import CompanyFacts
from k2k_core.services.market import Article, Market


def assortment(market: Market) -> list[Goods]:
    """Every lot of the market that its customer sees, with its price."""
    if not market.buyer.company.settings.ecommerce_enabled:
        return []
    articles = [article for article in market.articles.values() if _offered(market, article)]
    shown = [
        article for article, denials in zip(articles, market.denials(articles), strict=True) if not denials
    ]
    quotes = market.quotes(shown)
    return [
        Goods(article.lot, quote.price, vendor_shown(market, article), market.aging_shown(article))
        for article, quote in zip(shown, quotes, strict=True)
    ]


def grouped(buyer: CompanyFacts) -> Catalog:
    """A catalog without goods, that groups them as the company does (pricing section 9)."""
    settings = buyer.company.settings
    return Catalog(settings.grouping, settings.vendor_in_group)


def vendor_shown(market: Market, article: Article) -> str | None:
    """The vendor's code where the shop shows vendors and the connection does not hide this one."""
    if not market.buyer.company.settings.show_vendor:
        return None
    connection = article.partner.connection if article.partner is not None else None
    return None if connection is not None and connection.hide_vendor else article.lot.vendor


def _offered(market: Market, article: Article) -> bool:
    """Whether the shop shows this kind of stock at all."""
    settings, kind = market.buyer.company.settings, article.lot.inventory_type
    if kind in (OPEN_MARKET_BOXES, OPEN_MARKET_UNITS):
        return not settings.hide_on_hand
    return settings.show_future_inventory or not (kind == FUTURE_SALES or article.lot.future)
