"""Searches over everything of a company: of each kind a bounded number of rows, the best matches first.

A text is folded (no accents, no case). It matches exactly, as the beginning, or somewhere inside, each of its words; a
code by its letters and digits alone, too.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from peewee import JOIN, SQL, Case, Select, fn

from k2k_core.domain.text_folding import fold, searched_words
from k2k_core.store import tables
from k2k_core.store.database.queries import any_of
from k2k_core.store.database.searching import code_has, code_is, has
from k2k_core.store.database.session import Session
from k2k_core.store.lists.documents import numbered_like

_DOCUMENT: Any = tables.Document
_CUSTOMER: Any = tables.Customer
_VENDOR: Any = tables.Vendor
_USER: Any = tables.User
_PRODUCT: Any = tables.Product
_LOT: Any = tables.Lot
_BOX: Any = tables.Box
_CLAIM: Any = tables.BoxClaim
_LINE: Any = tables.OrderLine
_AWB: Any = tables.Awb

EXACT, PREFIX, CONTAINS = MATCHES = ("exact", "prefix", "contains")
"""From the best match to the least."""


class Hit(NamedTuple):
    """A row that was found: what it is called, how it is shown, what type of its kind it is, how it was found."""

    code: str
    title: str
    type: str
    match: str


@dataclass(frozen=True)
class _Searched:
    """What is searched of one kind. `plain` columns hold one code each, `folded` ones several folded lines. `with_word`
    is the condition that a row is the company's and one of them contains a word, where there is a quicker one than to
    look at each row."""

    source: Any
    owned: Callable[[int], Any]
    code: Any
    title: Any = None
    type: Any = None
    plain: tuple[Any, ...] = ()
    folded: tuple[Any, ...] = ()
    with_word: Callable[[int, str], Any] | None = None


_NAMED_BOX: Any = tables.Box.alias("named_box")


def _own_boxes(company_id: int) -> Any:
    mine = (_NAMED_BOX.company_id == company_id) & (_NAMED_BOX.state != "withdrawn")
    return _NAMED_BOX.select(_NAMED_BOX.id).where(mine)


def _bought_boxes(company_id: int) -> Any:
    """Boxes that an order line of the company has."""
    bought = _CLAIM.select(_CLAIM.box_id).join(_NAMED_BOX, on=_NAMED_BOX.id == _CLAIM.box_id)
    return bought.where((_CLAIM.buyer_id == company_id) & _CLAIM.open)


SEARCHED: Mapping[str, _Searched] = {
    "document": _Searched(
        _DOCUMENT.select().join(_CUSTOMER, JOIN.LEFT_OUTER, on=_CUSTOMER.id == _DOCUMENT.customer_id),
        lambda company_id: _DOCUMENT.company_id == company_id,
        _DOCUMENT.number,
        fn.COALESCE(_CUSTOMER.name, ""),
        _DOCUMENT.kind,
        (_DOCUMENT.number, _DOCUMENT.former_number, _DOCUMENT.reference_number),
        with_word=lambda company_id, word: _DOCUMENT.id.in_(numbered_like(company_id, word)),
    ),
    "box": _Searched(
        _BOX.select().join(_LOT, on=_LOT.id == _BOX.lot_id),
        lambda _: SQL("1 = 1"),
        _BOX.code,
        _LOT.code,
        _BOX.state,
        (_BOX.code,),
        with_word=lambda company_id, word: _BOX.id.in_(
            _own_boxes(company_id)
            .where(code_has(_NAMED_BOX.code, word))
            .union_all(_bought_boxes(company_id).where(code_has(_NAMED_BOX.code, word)))
        ),
    ),
    "lot": _Searched(
        _LOT.select().join(_PRODUCT, on=_PRODUCT.id == _LOT.product_id),
        lambda company_id: (_LOT.company_id == company_id) & ~_LOT.archived,
        _LOT.code,
        _PRODUCT.description,
        _LOT.inventory_type,
        (_LOT.code,),
        (_PRODUCT.search,),
    ),
    "awb": _Searched(
        _AWB.select(),
        lambda company_id: (_AWB.buyer_id == company_id) | (_AWB.vendor_id == company_id),
        _AWB.number,
        plain=(_AWB.number,),
    ),
    "customer": _Searched(
        _CUSTOMER.select(),
        lambda company_id: (_CUSTOMER.company_id == company_id) & ~_CUSTOMER.archived,
        _CUSTOMER.code,
        _CUSTOMER.name,
        plain=(_CUSTOMER.code,),
        folded=(_CUSTOMER.search,),
    ),
    "vendor": _Searched(
        _VENDOR.select(),
        lambda company_id: (_VENDOR.company_id == company_id) & ~_VENDOR.archived,
        _VENDOR.code,
        _VENDOR.name,
        plain=(_VENDOR.code,),
        folded=(_VENDOR.search,),
    ),
    "user": _Searched(
        _USER.select(),
        lambda company_id: _USER.company_id == company_id,
        _USER.email,
        _USER.name,
        folded=(_USER.search,),
    ),
    "product": _Searched(
        _PRODUCT.select(),
        lambda company_id: (_PRODUCT.company_id == company_id) & ~_PRODUCT.archived,
        _PRODUCT.code,
        _PRODUCT.description,
        plain=(_PRODUCT.code,),
        folded=(_PRODUCT.search,),
    ),
}
"""Kind of what is found -> how it is searched."""


def hits(session: Session, company_id: int, kinds: Collection[str], text: str, most: int) -> dict[str, list[Hit]]:
    """Up to `most` rows of each of some kinds that a company has, the best matches first; all of it in one
    statement."""
    words = fold(text)
    asked = [_best(kind, company_id, text, words, most) for kind in SEARCHED if kind in kinds]
    found: dict[str, list[Hit]] = {}
    if not words or not asked:
        return found
    rows = session.rows(_together(asked))
    for kind, code, title, type_, rank in sorted(rows, key=lambda row: (row[4], row[1])):
        found.setdefault(kind, []).append(Hit(code, title, type_, MATCHES[int(rank)]))
    return found


def _best(kind: str, company_id: int, text: str, words: str, most: int) -> Any:
    """The rows of a kind that match best."""
    searched = SEARCHED[kind]
    match = Case(None, [(_exact(searched, words), 0), (_prefix(searched, words), 1)], 2)
    shown = [SQL("''") if one is None else one for one in (searched.title, searched.type)]
    columns = zip(("code", "title", "type", "rank"), (searched.code, *shown, match), strict=True)
    query = searched.source.select(*(column.alias(name) for name, column in columns))
    query = query.where(searched.owned(company_id))
    for condition in _conditions(searched, company_id, text):
        query = query.where(condition)
    best = query.order_by(match, searched.code).limit(most).alias(f"best_{kind}")
    named = [getattr(best.c, name) for name in ("code", "title", "type", "rank")]
    return Select([best], [SQL(f"'{kind}'"), *named])


def _conditions(searched: _Searched, company_id: int, text: str) -> list[Any]:
    if searched.with_word is not None:
        return [searched.with_word(company_id, word) for word in searched_words(text)]
    return [
        any_of([*(code_has(one, word) for one in searched.plain), *(has(one, word) for one in searched.folded)])
        for word in searched_words(text)
    ]


def _together(queries: Sequence[Any]) -> Any:
    found, *others = queries
    for one in others:
        found = found.union_all(one)
    return found


def match_of(texts: tuple[str, ...], text: str) -> str | None:
    """How a text matches some texts that are not in the database; None where it does not."""
    words, folded = fold(text), [fold(one) for one in texts]
    if not words or not all(any(word in one for one in folded) for word in words.split()):
        return None
    if words in folded:
        return EXACT
    return PREFIX if any(one.startswith(words) for one in folded) else CONTAINS


def _exact(searched: _Searched, words: str) -> Any:
    lines = [("\n" + column + "\n").contains(f"\n{words}\n") for column in searched.folded]
    return any_of([*(code_is(column, words) for column in searched.plain), *lines])


def _prefix(searched: _Searched, words: str) -> Any:
    starts = [column.startswith(words) for column in (*searched.plain, *searched.folded)]
    return any_of([*starts, *(column.contains(f"\n{words}") for column in searched.folded)])
