"""The captions of a label in the language of the company that prints it."""

from __future__ import annotations

from collections.abc import Mapping

from k2k_core.hooks.texts import texts


def captions(locale: str) -> Mapping[str, str]:
    """The captions for a locale such as `es` or `es-CO`; English for an unknown one."""
    return texts("label", locale)
