"""What a facade answers to the name of a method that it does not have."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches
from typing import TYPE_CHECKING

from k2k_core.errors import UnknownMethod
from k2k_core.messages import Message
from k2k_core.texts import translator

if TYPE_CHECKING:
    from k2k_core.services.context import ServiceContext


def methods_of(facade: type) -> list[str]:
    """The names of the public methods of a facade."""
    return [name for name in dir(facade) if not name.startswith("_") and callable(getattr(facade, name))]


def unknown_method(name: str, known: Collection[str], context: ServiceContext | None) -> AttributeError:
    """The error of a name that is none, with the nearest of those that are known, in the language of the context. Of a
    name that Python itself asks for, as it copies or pickles, the plain one."""
    if name.startswith("_") or context is None:
        return AttributeError(name)
    nearest = get_close_matches(name, known, n=1, cutoff=0.6)
    words = (
        Message("The facade has no method {name}; did you mean {nearest}?", name=name, nearest=nearest[0])
        if nearest
        else Message("The facade has no method {name}.", name=name)
    )
    error = UnknownMethod(words)
    error.localize(translator(context.language))
    return error
