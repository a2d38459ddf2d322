"""Which of a buyer's products a vendor's unmapped product most likely is: the one whose description shares most of its
words, without regard to accents and case."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from k2k_core.domain.items import Product
from k2k_core.domain.text_folding import fold

LEAST_SHARED = 0.5
"""Products that share fewer of all words of both descriptions are no suggestion."""


class Suggestion(NamedTuple):
    """A product by its code, and how many of a hundred words of both descriptions are in both."""

    product: str
    score: int


class ProductSuggestions:
    """The suggestions among some products."""

    def __init__(self, products: Mapping[int, Product]) -> None:
        self._words = {one.code: frozenset(fold(one.description).split()) for one in products.values()}
        self._by_word: dict[str, list[str]] = defaultdict(list)
        for code, words in self._words.items():
            for word in words:
                self._by_word[word].append(code)

    def suggested(self, description: str) -> Suggestion | None:
        """The product that shares most words with a description, of several the first by code; None if none is alike
        enough."""
        words = frozenset(fold(description).split())
        shared = Counter(code for word in words for code in self._by_word.get(word, ()))
        scores = {code: number / len(words | self._words[code]) for code, number in shared.items()}
        best = min(scores, key=lambda code: (-scores[code], code), default=None)
        if best is None or scores[best] < LEAST_SHARED:
            return None
        return Suggestion(best, round(100 * scores[best]))
