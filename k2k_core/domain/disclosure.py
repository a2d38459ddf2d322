"""Who may see which field of an answer (pricing section 8): as the shapes of answers declare it, closed by default.

A company's own staff see their company's answers whole: what is another company's never gets into them. A final
customer sees prices and what it buys, and nothing from which a cost or a margin could be computed. An operator of the
network sees how things went, not what they cost.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NotRequired, Required, TypeVar, cast, get_args, get_origin, get_type_hints, is_typeddict

from k2k_core.domain.answers.catalog import CatalogPage
from k2k_core.domain.answers.documents import Document
from k2k_core.domain.answers.kinds import FINAL_CUSTOMER, OPERATOR, STAFF, Readers
from k2k_core.domain.answers.ordering import PlacedOrder
from k2k_core.domain.answers.prices import LotPrice
from k2k_core.domain.roles import Actor

T = TypeVar("T")
READERS = (STAFF, FINAL_CUSTOMER, OPERATOR)

Rule = frozenset[str] | Mapping[str, Any]
"""Who sees a field; for a mapping or a list of mappings, the rule of each of its fields."""


def rules_of(shape: type) -> Mapping[str, Rule]:
    """Who sees each field of an answer, as its shape declares it: an unmarked field is for staff alone, an unmarked
    shape in it (or a list of them) for whomever its own fields are for."""
    return {name: _rule(hint) for name, hint in get_type_hints(shape, include_extras=True).items()}


def _rule(hint: Any) -> Rule:
    while get_origin(hint) in (Required, NotRequired):
        (hint,) = get_args(hint)
    marked = [one for one in getattr(hint, "__metadata__", ()) if isinstance(one, Readers)]
    if marked:
        return frozenset(marked[0].names)
    inside = get_args(hint)[0] if get_origin(hint) is list else hint
    return rules_of(inside) if is_typeddict(inside) else frozenset((STAFF,))


PRICE, CATALOG, CART, DOCUMENT = (rules_of(shape) for shape in (LotPrice, CatalogPage, PlacedOrder, Document))
"""A row of `price`, an answer of `catalog`, one of `add`, and a document, of which an operator sees how far it is."""


def reader_of(actor: Actor) -> str:
    """Whose eyes an answer is for. The host ERP reads for its own staff."""
    if actor.customer is not None:
        return FINAL_CUSTOMER
    return OPERATOR if actor.operator else STAFF


def disclosed(answer: T, rules: Mapping[str, Rule], reader: str) -> T:
    """The answer without the fields that are not for this reader; a field without a rule is for nobody."""
    return cast(T, _disclosed(answer, rules, reader))


def _disclosed(answer: Any, rules: Mapping[str, Rule], reader: str) -> Any:
    if isinstance(answer, list):
        return [_disclosed(one, rules, reader) for one in answer]
    shown: dict[str, Any] = {}
    for name, value in answer.items():
        rule = rules.get(name, frozenset())
        if isinstance(rule, Mapping):
            inside = {} if value is None else _disclosed(value, rule, reader)
            if any(inside):
                shown[name] = inside
        elif reader in rule:
            shown[name] = value
    return shown
