"""Disclosure: who may see which field of an answer (domain section 7), as the answers' shapes declare it. Default:
nobody.

A company's own staff see what is their company's: whoever may see costs sees everything, a salesperson sees prices and
the steps that made them but no cost, the warehouse no money at all. What belongs to another company is never part of an
answer. A final customer sees prices and its own orders, and nothing from which a cost or a margin could be computed
(pricing section 8). An operator of the network sees states and counts, not amounts.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import UnionType
from typing import Annotated, Any, NotRequired, Required, TypeVar, cast, get_args, get_origin, get_type_hints
from typing import is_typeddict as is_shape

from k2k_core.domain.answers.catalog import CatalogPage
from k2k_core.domain.answers.documents import Document, DocumentTotals, ListedDocument
from k2k_core.domain.answers.events import SentNotification
from k2k_core.domain.answers.field_types import (
    FINAL_CUSTOMER,
    ONLY_STAFF,
    OPERATOR,
    PRICED,
    SALESPERSON,
    STAFF,
    WAREHOUSE,
    Readers,
)
from k2k_core.domain.answers.ordering import PlacedOrder
from k2k_core.domain.answers.prices import LotPrice
from k2k_core.domain.roles import SEEING_COSTS, SEEING_PRICES, Actor

T = TypeVar("T")
READERS = (STAFF, SALESPERSON, WAREHOUSE, FINAL_CUSTOMER, OPERATOR)

Rule = frozenset[str] | Mapping[str, Any]
"""Who sees a field; for a mapping or a list of mappings, the rule of each of its fields."""


@cache
def rules_of(shape: type, default: frozenset[str] = frozenset(ONLY_STAFF.names)) -> Mapping[str, Rule]:
    """Who sees each field of an answer, as its shape declares it. An unmarked field is for `default`; a shape in a
    marked field is for no reader that the mark leaves out."""
    return {name: _rule(hint, default) for name, hint in get_type_hints(shape, include_extras=True).items()}


def _rule(hint: Any, default: frozenset[str]) -> Rule:
    while get_origin(hint) in (Required, NotRequired):
        (hint,) = get_args(hint)
    marks = [frozenset(one.names) for one in getattr(hint, "__metadata__", ()) if isinstance(one, Readers)]
    inside = _inside(hint)
    if not is_shape(inside):
        return marks[0] if marks else default
    return _within(rules_of(inside, marks[0]), marks[0]) if marks else rules_of(inside, default)


def _inside(hint: Any) -> Any:
    """The type that a field contains, or the type of the items of its list."""
    while True:
        if get_origin(hint) is Annotated:
            hint = hint.__origin__
        elif isinstance(hint, UnionType) and len(get_args(hint)) == 2 and type(None) in get_args(hint):
            (hint,) = (one for one in get_args(hint) if one is not type(None))
        elif get_origin(hint) is list:
            (hint,) = get_args(hint)
        else:
            return hint


def _within(rules: Mapping[str, Rule], readers: frozenset[str]) -> Mapping[str, Rule]:
    """The same rules, restricted to these readers."""
    return {
        name: _within(rule, readers) if isinstance(rule, Mapping) else rule & readers for name, rule in rules.items()
    }


def _as_costs(rules: Mapping[str, Rule]) -> Mapping[str, Rule]:
    """The same rules where the prices are costs of the company: what the warehouse does not see, salespeople do not
    see, and a customer sees nothing of it."""
    return {name: _as_costs(rule) if isinstance(rule, Mapping) else _as_cost(rule) for name, rule in rules.items()}


def _as_cost(rule: frozenset[str]) -> frozenset[str]:
    hidden = {FINAL_CUSTOMER} if WAREHOUSE in rule else {FINAL_CUSTOMER, SALESPERSON}
    return rule - hidden


PRICE, CATALOG, CART, SALE = (rules_of(shape) for shape in (LotPrice, CatalogPage, PlacedOrder, Document))
"""A row of `price`, an answer of `catalog`, one of `add` or `prebook`, and a document of what a company sells: its
prebooks, invoice orders, sales orders and the invoices that it issued."""

PURCHASE = _as_costs(SALE)
"""A document of what a company buys: its purchase orders and the invoices of its vendors."""

LISTED_SALE = rules_of(ListedDocument)
LISTED_PURCHASE = _as_costs(LISTED_SALE)
"""The same documents in a list."""

TOTALS_OF_SALES = rules_of(DocumentTotals)
TOTALS_OF_PURCHASES = _as_costs(TOTALS_OF_SALES)
"""The sums over such a list."""

NOTIFICATION = rules_of(SentNotification)
"""A row of `notifications`."""

MONEY_OF_EVENTS = frozenset(("total", "currency", "amount"))
"""Fields of an event's data that are money, of a document that its `company` issued."""


def sees_prices(reader: str) -> bool:
    """Whether a reader sees the company's selling prices."""
    return reader in PRICED.names


def disclosed_event(data: Mapping[str, Any], company: str, reader: str) -> dict[str, Any]:
    """The data of an event in a company's feed for one of its readers: amounts issued by another company are costs."""
    sold = data.get("company", company) == company
    visible = reader == STAFF or (sold and sees_prices(reader))
    return {name: value for name, value in data.items() if visible or name not in MONEY_OF_EVENTS}


def reader_of(actor: Actor) -> str:
    """The kind of reader that an actor is. The host ERP reads for the company's staff."""
    if actor.customer is not None:
        return FINAL_CUSTOMER
    if actor.operator:
        return OPERATOR
    if actor.host or actor.has(SEEING_COSTS):
        return STAFF
    return SALESPERSON if actor.has(SEEING_PRICES) else WAREHOUSE


def disclosed(answer: T, rules: Mapping[str, Rule], reader: str) -> T:
    """The answer without the fields that are not for this reader; a field without a rule is for nobody."""
    return cast(T, _disclosed(answer, rules, reader))


def _disclosed(answer: Any, rules: Mapping[str, Rule], reader: str) -> Any:
    if isinstance(answer, list):
        return [_disclosed(one, rules, reader) for one in answer]
    shown: dict[str, Any] = {}
    for name, value in answer.items():
        rule = rules.get(name, frozenset())
        if is_for(rule, reader):
            inner = isinstance(rule, Mapping) and value is not None
            shown[name] = _disclosed(value, cast(Mapping[str, Rule], rule), reader) if inner else value
    return shown


def is_for(rule: Rule, reader: str) -> bool:
    """Whether a field, or any part of what it contains, is for this reader."""
    if isinstance(rule, Mapping):
        return any(is_for(inner, reader) for inner in rule.values())
    return reader in rule
