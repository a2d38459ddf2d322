"""The printed words of a label in the language of the company that prints it."""

from __future__ import annotations

from collections.abc import Mapping

from k2k_core.hooks.texts import texts


def captions(locale: str) -> Mapping[str, str]:
    """The words for a locale such as `es` or `es-CO`; English for any that is not known."""
    return texts("label", locale)
