"""The existing code that an unknown one was probably meant to be."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches

MOST_COMPARED = 100
"""Unknown codes of one import that are compared with the existing ones."""


class SimilarCodes:
    """Existing codes, each found by what is most like it, in any case."""

    def __init__(self, codes: Collection[str]) -> None:
        self.codes = codes
        self._folded = {code.casefold(): code for code in sorted(codes)}
        self._found: dict[str, str | None] = {}

    def nearest(self, code: str) -> str | None:
        """The existing code that is most like an unknown one; None where none is, and for a known one."""
        if code in self.codes:
            return None
        if code not in self._found:
            if len(self._found) >= MOST_COMPARED:
                return None
            like = get_close_matches(code.casefold(), self._folded, n=1)
            self._found[code] = self._folded[like[0]] if like else None
        return self._found[code]
