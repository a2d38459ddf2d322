"""What a shop does with K2K: it takes a token for its customer, and acts with that customer's rights alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from k2k_core import K2K
from k2k_core.errors import CartExpired, Conflict, NotFound
from k2k_shop.shoppers import Shopper, Shoppers

LINES_OF_A_PAGE = 24
TOLD_FOR = dt.timedelta(hours=1)
"""How long the shop says that a cart has run out."""

Row = dict[str, Any]


def now_in_utc() -> dt.datetime:
    """The time, where the host gives no clock of its own."""
    return dt.datetime.now(dt.UTC)


class Shop:
    """The shop of a company. `clock` is the one that the network was opened with, `ship_vias` the ways that the shop
    offers; a customer sees those that it may have."""

    def __init__(
        self,
        k2k: K2K,
        company: str,
        shoppers: Shoppers,
        *,
        clock: Callable[[], dt.datetime] = now_in_utc,
        ship_vias: Sequence[str] = ("warehouse", "grower"),
        minutes: int = 8 * 60,
    ) -> None:
        record = k2k.company(company)
        self.company, self.name, self.timezone = company, record["name"], ZoneInfo(record["timezone"])
        self.shoppers, self.clock, self.ship_vias = shoppers, clock, tuple(ship_vias)
        self._k2k, self._minutes = k2k, minutes

    def today(self) -> str:
        """The day where the shop is."""
        return self.clock().astimezone(self.timezone).date().isoformat()

    def token(self, shopper: Shopper, language: str) -> tuple[str, str]:
        """A token for the shopper's customer, which the session keeps and K2K does not; and its id, to end it."""
        spoken = self._k2k.in_language(language)
        made = spoken.customer_token(self.company, shopper.customer, self._minutes)
        return str(made["secret"]), made["id"]

    def end(self, token_id: str) -> None:
        """End a token: whoever has copied the cookie has nothing."""
        with suppress(Conflict, NotFound):  # it was ended before
            self._k2k.revoke_api_key(self.company, token_id)

    def door(self, token: str, language: str) -> Door | None:
        """The customer's own door, which speaks the shopper's language; None once the token has ended."""
        actor = self._k2k.in_language(language).key_actor(token)
        if actor is None or actor.customer is None or actor.company != self.company:
            return None
        return Door(self._k2k.on_behalf_of(actor).in_language(language), self.company, actor.customer, self)


@dataclass(frozen=True, slots=True)
class Door:
    """The facade as one customer has it."""

    k2k: K2K
    company: str
    customer: str
    shop: Shop

    def dates(self) -> dict[str, list[str]]:
        """The dates that can be ordered for, by each ship via that the customer may have."""
        answers = {via: self.k2k.ship_dates(self.company, self.customer, ship_via=via) for via in self.shop.ship_vias}
        return {via: answer["dates"] for via, answer in answers.items() if answer["dates"]}

    def catalog(self, day: str, via: str, words: str = "", cursor: str | None = None) -> Row:
        """A page of what the customer can buy for a day, with the price of each or the call icon."""
        terms: Any = {"ship_date": day, "ship_via": via, "search": words}
        found = self.k2k.catalog(self.company, self.customer, **terms, cursor=cursor, limit=LINES_OF_A_PAGE)
        return dict(found)

    def first_day(self, via: str) -> str:
        """The first day for which a vendor has boxes; for an earlier one there is own stock alone."""
        today = self.shop.today()
        return self.catalog(today, via)["first_ship_date"] or today

    def carts(self) -> list[Row]:
        """The open carts, what ends first before the others: each with the documents that its lines are on, and how
        many `seconds` it has left."""
        found = self.k2k.carts(self.company, state="open", sort="expires_at", limit=100)["items"]
        return [self._with_documents(dict(cart)) for cart in found if cart["boxes"]]

    def lost_carts(self) -> list[Row]:
        """The carts that have run out just now, with what was in them."""
        page = self.k2k.carts(self.company, state="expired", sort="-expires_at", limit=3, lines=True)
        since = self.shop.clock() - TOLD_FOR
        return [dict(cart) for cart in page["items"] if dt.datetime.fromisoformat(cart["expires_at"]) > since]

    def add(self, line: str, boxes: Any, terms: Row, cart: str | None, key: str) -> Any:
        """Put boxes of a catalog line into a cart; into a new one if the time of this one is over."""
        try:
            return self.k2k.add(self.company, self.customer, line=line, boxes=boxes, **terms, cart=cart, key=key)
        except CartExpired:
            return self.k2k.add(self.company, self.customer, line=line, boxes=boxes, **terms, key=key)

    def held(self, line: str) -> int:
        """How many boxes of a line are in an open cart; 0 for one that is ordered, has run out or was removed."""
        lines = [one for cart in self.carts() for document in cart["documents"] for one in document["lines"]]
        return sum(one["boxes"] for one in lines if one["line"] == line and one["state"] == "in_cart")

    def take_out(self, line: str, boxes: Any, key: str) -> None:
        """Take boxes of a line out of the cart; all of them end the line. They are for everybody again."""
        self.k2k.cancel(self.company, line=line, boxes=boxes, key=key)

    def check_out(self, cart: str, key: str) -> Any:
        """Order what is in a cart. The same key again answers the same order."""
        return self.k2k.checkout(self.company, cart=cart, key=key)

    def orders(self, cursor: str | None = None) -> Any:
        """A page of the customer's orders and invoices, the latest first."""
        return self.k2k.orders(self.company, pending_lines=False, sort="-created_at", cursor=cursor, limit=20)

    def order(self, number: str) -> Any:
        """An order or an invoice of the customer."""
        return self.k2k.show(self.company, number)

    def _with_documents(self, cart: Row) -> Row:
        left = dt.datetime.fromisoformat(cart["expires_at"]) - self.shop.clock()
        documents = [self.order(number) for number in cart["documents"]]
        return {**cart, "seconds": max(0, round(left.total_seconds())), "documents": documents}
