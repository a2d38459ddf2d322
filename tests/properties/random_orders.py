"""Lets a customer of a random network order everything it can, and compares every document with the oracle."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from k2k_core.api import K2K
from k2k_core.errors import K2KError
from tests.properties.oracle import Oracle
from tests.properties.random_networks import Maker

Answer = dict[str, Any]

HIDDEN = {"not_visible", "before_earliest_ship_date"}
"""Refusals that are no matter of prices."""

TOO_MUCH = 10**12
"""What no line comes to."""


@dataclass(frozen=True)
class Sale:
    """Who buys, by which way, for which day."""

    customer: str
    ship_via: str
    ship_date: dt.date


def buy(k2k: K2K, judge: Oracle, maker: Maker) -> Iterator[tuple[str, list[str]]]:
    """Every document that an order leaves behind, of both companies, with its faults; refusals that should not be."""
    customer, via, ship_date = maker.order()
    lots = [(lot["code"], lot["boxes"]) for lot in judge.companies[maker.buyer]["lots"]]
    lots += [(f"{maker.vendor}/{lot['code']}", lot["boxes"]) for lot in judge.companies[maker.vendor]["lots"]]
    cart, sale = None, Sale(customer, via, ship_date)
    for lot, boxes in lots:
        some = maker.some_of(boxes)
        try:
            cart = k2k.add(maker.buyer, customer, lot, None, some, ship_date, via, None, cart)["cart"]
        except K2KError as refused:
            priceless = refused.code == "no_price" and _has_no_price(judge, maker, sale, lot, some)
            if refused.code not in HIDDEN and not priceless:
                yield f"the order of {customer}", [f"{some} of {lot} are refused: {refused.code}"]
    for company in (maker.buyer, maker.vendor) if cart else ():
        for document in k2k.orders(company):
            name = f"{document['kind']} {document['number']} of {customer} via {via} on {ship_date}"
            yield name, list(_faults(judge, document, company, sale))


def _faults(judge: Oracle, document: Answer, company: str, sale: Sale) -> Iterator[str]:
    yield from (f"a float at {place}" for place in floats(document))
    sold = document["kind"] in ("prebook", "invoice_order")
    subtotal = Fraction(0)
    for line in document["lines"]:
        price, total = _sold(judge, company, sale, line) if sold else _bought(judge, document, line)
        subtotal += total
        if (Fraction(line["price"]), Fraction(line["total"])) != (price, total):
            yield f"{line['lot']} at {line['price']} comes to {line['total']}, not at {price} to {total}"
    charged = {charge["name"]: Fraction(charge["amount"]) for charge in document["charges"]}
    # What is between the companies is charged by the vendor, as to any of its customers, on both their documents.
    seller, buying = (company, sale.customer) if sold else (document["vendor"], "K-BUYER")
    lines = [(line["lot"] if sold else line["lot"].rpartition("/")[2], line["boxes"]) for line in document["lines"]]
    wanted = judge.charges(seller, buying, lines, sale.ship_via, subtotal)
    if not_zero(charged) != not_zero(wanted):
        yield f"charges {charged}, not {wanted}, on {subtotal} of {lines}"
    if Fraction(document["total"]) != subtotal + sum(charged.values()):
        yield f"{subtotal} and {charged} are not {document['total']}"


def _has_no_price(judge: Oracle, maker: Maker, sale: Sale, lot: str, some: int) -> bool:
    """Whether a lot has no price for the customer, or some boxes of it come to more than a document holds."""
    quote = judge.quote(maker.buyer, sale.customer, lot, sale.ship_via, None, sale.ship_date)
    vendor, _, code = lot.rpartition("/")
    cost = judge.quote(vendor, "K-BUYER", code).price if vendor else None
    amounts = [quote.price, quote.landed_cost, cost]
    most = max(judge.total(maker.buyer, judge.lot(maker.buyer, lot), some, amount) for amount in amounts)
    return quote.price is None or most >= TOO_MUCH


def _sold(judge: Oracle, company: str, sale: Sale, line: Answer) -> tuple[Fraction | None, Fraction]:
    """What a line of the customer's order costs."""
    price = judge.quote(company, sale.customer, line["lot"], sale.ship_via, None, sale.ship_date).price
    return price, judge.total(company, judge.lot(company, line["lot"]), line["boxes"], price)


def _bought(judge: Oracle, document: Answer, line: Answer) -> tuple[Fraction | None, Fraction]:
    """What a line of an order between the companies costs: the vendor's price of its lot today."""
    vendor, code = document["vendor"], line["lot"].rpartition("/")[2]
    price = judge.quote(vendor, "K-BUYER", code).price
    return price, judge.total(vendor, judge.lot(vendor, code), line["boxes"], price)


def not_zero(amounts: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """Without what is nothing."""
    return {name: amount for name, amount in amounts.items() if amount != 0}


def floats(answer: object, place: str = "answer") -> Iterator[str]:
    """Every place in an answer where a float stands."""
    if isinstance(answer, float):
        yield place
    elif isinstance(answer, Mapping):
        for key, inner in answer.items():
            yield from floats(inner, f"{place}.{key}")
    elif isinstance(answer, list | tuple):
        for number, inner in enumerate(answer):
            yield from floats(inner, f"{place}[{number}]")
