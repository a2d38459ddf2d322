"""The lines of a prebook that is being typed: their goods and prices, and what stands against each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from k2k_console.fields import Fault
from k2k_console.formats import boxes, money
from k2k_console.pages.box_counts import boxes_typed
from k2k_console.pages.catalog.catalog_query import BOXES, LINE, CatalogQuery
from k2k_console.pages.catalog.goods import goods_of
from k2k_console.pages.packs import pack
from k2k_console.translations import text
from k2k_console.vocabulary import FoundLine, GridLine
from k2k_core.domain.grouping import spread
from k2k_core.domain.items import OPEN_MARKET_UNITS
from k2k_core.errors import InvalidQuantity, K2KError, NotVisible

if TYPE_CHECKING:
    from k2k_core.api import K2K

SEEN = "seen"
"""The price that was seen. What a line is of (`LINE`) is a lot, or several with commas, from which its boxes are taken
in that order."""

MOST_FOUND = 8
MOST_LOTS = 5
MOST_LOOKED_AT = 24
"""Of so many lots that match, those that the customer sees come first. Of the lots of goods so many are taken."""

ByLot = Mapping[str, Mapping[str, Any]]


def lines_of(k2k: K2K, company: str, query: CatalogQuery, typed: Sequence[Mapping[str, str]]) -> list[GridLine]:
    """The lines with their goods, prices and faults."""
    named = [{**line, LINE: _code_of(k2k, company, query, line[LINE])} for line in typed]
    lots = list(dict.fromkeys(lot for line in named for lot in line[LINE].split(",")))
    goods = {lot: goods_of(k2k, company, lot) for lot in lots}
    seen, prices = _seen(k2k, company, query, lots), _prices(k2k, company, query, lots)
    parts = [part for line in named for part in _parts(line, goods)]
    lines = []
    for part in parts:
        lot = part[LINE]
        line = GridLine(part, _facts(goods[lot], prices.get(lot, {})))
        line.faults.extend(_faults(line, seen.get(lot)))
        lines.append(line)
    _check_together(lines)
    return lines


def found_lots(k2k: K2K, company: str, query: CatalogQuery, words: str) -> list[FoundLine]:
    """What matches some words: goods of the customer's catalog, then lots by their codes, hidden ones at the end."""
    found = [_found_goods(row) for row in _catalog(k2k, company, query, words)]
    known = {lot for one in found for lot in one.code.split(",")}
    code = words.rpartition("/")[2] or None
    lots = k2k.visible(company, query.customer, None, query.ship_date, query.ship_via, q=code, limit=MOST_LOOKED_AT)[
        "items"
    ]
    more = sorted((one for one in lots if one["lot"] not in known), key=lambda one: not one["visible"])
    more = more[: MOST_FOUND - len(found)]
    prices = _prices(k2k, company, query, [one["lot"] for one in more if one["visible"]])
    return found + [
        FoundLine(
            one["lot"],
            _about({"lot": one["lot"], **goods_of(k2k, company, one["lot"])}, prices.get(one["lot"], {})),
            _why_not(one),
        )
        for one in more
    ]


def _catalog(k2k: K2K, company: str, query: CatalogQuery, words: str) -> Sequence[Mapping[str, Any]]:
    return k2k.catalog(
        company,
        query.customer,
        query.ship_date,
        query.ship_via,
        query.location,
        words or None,
        channel=query.channel,
        limit=MOST_FOUND,
    )["lines"]


def _found_goods(row: Mapping[str, Any]) -> FoundLine:
    return FoundLine(",".join(row["lots"][:MOST_LOTS]), _about(row, row))


def _about(goods: Mapping[str, Any], price: Mapping[str, Any]) -> str:
    described = goods["description"] != goods.get("lot")
    words = [str(goods["description"]) if described else "", pack(goods) if goods.get("box_type") else ""]
    words.append(boxes(goods["available"]) if goods.get("available") is not None else "")
    words.append(f"{money(price['price'], price['currency'])} {price['currency']}" if price.get("price") else "")
    return " · ".join(word for word in words if word)


def _why_not(seen: Mapping[str, Any]) -> str:
    return "" if seen["visible"] else "; ".join(dict.fromkeys(str(one["reason"]) for one in seen["details"]))


def _code_of(k2k: K2K, company: str, query: CatalogQuery, typed: str) -> str:
    """The lot that is meant: a code as it is, and words that match one lot alone."""
    if "," in typed or "/" in typed:
        return typed
    found = k2k.visible(company, query.customer, None, query.ship_date, query.ship_via, q=typed, limit=MOST_FOUND)
    codes = [one["lot"] for one in found["items"]]
    same = [code for code in codes if typed.casefold() in (code.casefold(), code.rpartition("/")[2].casefold())]
    return same[0] if len(same) == 1 else codes[0] if len(codes) == 1 else typed


def _parts(line: Mapping[str, str], goods: ByLot) -> list[dict[str, str]]:
    """A line for each lot that boxes are taken from; more boxes than there are stay with the last one."""
    lots = line[LINE].split(",")
    try:
        wanted = boxes_typed(line.get(BOXES) or "1")
    except InvalidQuantity:
        return [{**line, LINE: lots[0]}]
    if len(lots) == 1:
        return [{**line, BOXES: str(wanted)}]
    taken = spread(wanted, [(lot, goods[lot].get("available") or 0) for lot in lots]) or [(lots[0], 0)]
    last, part = taken[-1]
    taken[-1] = (last, part + wanted - sum(one for _, one in taken))
    return [{LINE: lot, BOXES: str(part), SEEN: ""} for lot, part in taken]


def _prices(k2k: K2K, company: str, query: CatalogQuery, lots: Sequence[str]) -> ByLot:
    def read(asked: Sequence[str]) -> Sequence[Mapping[str, Any]]:
        return k2k.price(
            company,
            query.customer,
            asked,
            query.ship_via,
            ship_date=query.ship_date,
            location=query.location,
            channel=query.channel,
        )

    return _by_lot(read, lots)


def _seen(k2k: K2K, company: str, query: CatalogQuery, lots: Sequence[str]) -> ByLot:
    return _by_lot(lambda asked: k2k.visible(company, query.customer, asked, query.ship_date, query.ship_via), lots)


def _by_lot(read: Callable[[Sequence[str]], Sequence[Mapping[str, Any]]], lots: Sequence[str]) -> ByLot:
    """What is answered of lots, all at once; without those that nothing is answered of."""
    if not lots:
        return {}
    try:
        return {one["lot"]: one for one in read(lots)}
    except K2KError:
        if len(lots) == 1:
            return {}
    return {lot: one for alone in lots for lot, one in _by_lot(read, [alone]).items()}


def _facts(goods: Mapping[str, Any], price: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "goods": goods,
        "pack": pack(goods) if goods.get("box_type") else "",
        "available": goods.get("available"),
        "price": price.get("price"),
        "currency": price.get("currency", ""),
        "priced": "price" in price,
        "reason": price.get("reason"),
        "total": None,
    }


def _faults(line: GridLine, seen: Mapping[str, Any] | None) -> list[Fault]:
    """What is wrong with a line by itself. Its total is among its facts where its boxes and its price are good."""
    if seen is None:
        words = text("There is no lot %(lot)s that you can see.", lot=line.typed[LINE])
        return [Fault(words, "not_found", text("Choose one of the list."))]
    try:
        wanted = boxes_typed(line.typed.get(BOXES) or "1")
    except InvalidQuantity as error:
        return [Fault.of(error)]
    if wanted < 1:
        return [Fault.of(InvalidQuantity(text("%(given)s is no number of boxes.", given=wanted)))]
    if not seen["visible"]:
        words = text("The customer does not see it: %(why)s", why=_why_not(seen))
        return [Fault(words, NotVisible.code, text("Choose another lot or another ship date."))]
    return _of_price(line, wanted)


def _of_price(line: GridLine, wanted: int) -> list[Fault]:
    facts = line.facts
    if not facts["price"]:
        return [
            Fault(str(facts["reason"] or text("It has no price.")), "no_price", text("Ask for its price by phone."))
        ]
    goods, price = facts["goods"], Decimal(facts["price"])
    units = 1 if goods.get("inventory_type") == OPEN_MARKET_UNITS else goods.get("units_per_box") or 1
    line.facts = {**facts, "total": price * units * wanted}
    seen = line.typed.get(SEEN)
    if seen and Decimal(seen) != price:
        was, now = (money(one, facts["currency"]) for one in (seen, price))
        words = text("Its price is %(now)s now; it was %(was)s.", now=now, was=was)
        return [Fault(words, "price_changed", text("Send it again to sell at that price."))]
    return []


def _check_together(lines: Sequence[GridLine]) -> None:
    """Boxes of one lot on several lines are counted together."""
    wanted: dict[str, int] = {}
    for line in lines:
        lot, left = line.typed[LINE], line.facts["available"]
        if line.faults or left is None:
            continue
        wanted[lot] = wanted.get(lot, 0) + int(line.typed.get(BOXES) or "1")
        if wanted[lot] > left:
            words = text("Only %(boxes)s left.", boxes=boxes(left), count=left)
            line.faults.append(Fault(words, "insufficient_stock", text("Take fewer, or another lot.")))
