"""The declared pages: every page of the registry is registered, put in the menu and swept by the tests."""

from k2k_console.pages.api_keys import API_KEYS
from k2k_console.pages.available_items import AVAILABLE_ITEMS
from k2k_console.pages.awbs import AWBS
from k2k_console.pages.carts import CARTS
from k2k_console.pages.catalog.catalog_page import CATALOG
from k2k_console.pages.catalog.hidden_lots import HIDDEN_LOTS
from k2k_console.pages.days.days_page import DAYS
from k2k_console.pages.inventory import INVENTORY
from k2k_console.pages.invoices import INVOICES
from k2k_console.pages.margins.drafts_page import DRAFTS
from k2k_console.pages.margins.margins_page import MARGINS
from k2k_console.pages.offers import OFFERS
from k2k_console.pages.orders import ORDERS
from k2k_console.pages.people import PEOPLE
from k2k_console.pages.prebooks.prebook_page import PREBOOK
from k2k_console.pages.price_steps import PRICE_STEPS
from k2k_console.pages.purchase_orders import PURCHASE_ORDERS
from k2k_console.pages.requests import REQUESTS
from k2k_console.pages.seen_by_buyers import SEEN_BY_BUYERS
from k2k_console.pages.staging import STAGING
from k2k_console.pages.webhooks import WEBHOOKS
from k2k_console.vocabulary import Page

PAGES: tuple[Page, ...] = (
    *(ORDERS, REQUESTS, AWBS, CATALOG, CARTS, PREBOOK, HIDDEN_LOTS, INVOICES),
    *(OFFERS, PURCHASE_ORDERS, STAGING, INVENTORY, SEEN_BY_BUYERS, AVAILABLE_ITEMS),
    *(MARGINS, DRAFTS, DAYS, PRICE_STEPS, WEBHOOKS, API_KEYS, PEOPLE),
)

__all__ = ["PAGES"]
