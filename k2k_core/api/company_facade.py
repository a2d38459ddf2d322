"""A company's own door to the network: the facade for one company, which need not be named in each call."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from types import MethodType
from typing import TYPE_CHECKING, Any

from k2k_core.api.arguments import argument_fault
from k2k_core.api.unknown_methods import methods_of, unknown_method
from k2k_core.domain.roles import METHODS, OWN
from k2k_core.messages import Message

if TYPE_CHECKING:
    from k2k_core.api.facade import K2K

SIDES = ("company", "vendor", "buyer")
"""Arguments that name the company for which a method is called."""

PAIR = ("vendor", "buyer")
"""The first arguments of methods that are for either company of a connection."""

FOR_PEOPLE = frozenset((*(one.name for one in METHODS), *OWN))
"""Methods for the people of a company, whether they name it or not; others do if they name a company."""


class CompanyFacade(dict[str, str]):
    """A company's own door, and its record: `code`, `name`, `currency`, `timezone`, `locale`.

    Every method of `K2K` for the people of a company, with the same arguments but the company: `company`, or the
    `vendor` or `buyer` that it is. Where a method names both, name the other one; `by` is the company. It does what all
    roles of the company together may, for the company alone; opened by a person, what that person may.
    """

    def __init__(self, k2k: K2K, record: Mapping[str, str]) -> None:
        super().__init__(record)
        self._k2k = k2k

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        method = getattr(self._k2k, name, None)
        if method is not None and _is_for_companies(name, method):
            return _for_company(method, self["code"])
        raise unknown_method(name, list(self._methods()), self._k2k.context)

    def _methods(self) -> Iterator[str]:
        """The names of its methods."""
        for name in methods_of(type(self._k2k)):
            if _is_for_companies(name, getattr(self._k2k, name)):
                yield name

    def in_language(self, locale: str) -> CompanyFacade:
        """The same door, with errors and reasons in the language of a locale."""
        return CompanyFacade(self._k2k.in_language(locale), self)


def _is_for_companies(name: str, method: object) -> bool:
    """Whether it is a method for the people of a company, or one that names a company."""
    if name == "company" or not isinstance(method, MethodType):
        return False
    return name in FOR_PEOPLE or bool(_sides(inspect.signature(method)))


def _sides(signature: inspect.Signature) -> list[str]:
    """The arguments of a method that name the company or a partner of it."""
    texts = (one for one in signature.parameters.values() if str(one.annotation).startswith("str"))
    return [one.name for one in texts if one.name in SIDES]


def _for_company(method: Callable[..., Any], code: str) -> Callable[..., Any]:
    signature = inspect.signature(method)
    names = list(signature.parameters)
    pair = tuple(names[:2]) == PAIR

    def called(*args: Any, **named: Any) -> Any:
        own = _other_of_pair(named) if pair else next(iter(_sides(signature)), None)
        filled = {own: code} if own is not None else {}
        filled |= {"by": code} if "by" in names else {}
        left = [name for name in names if name not in filled and not (pair and name in PAIR)]
        if len(args) > len(left):
            problem = Message(
                "{method} takes {most} here, not {count}", method=method.__name__, most=len(left), count=len(args)
            )
            raise argument_fault("arguments", problem)
        return method(**{**filled, **dict(zip(left, args, strict=False)), **named})

    return called


def _other_of_pair(named: Mapping[str, Any]) -> str:
    """Which company of a connection it is: not the one that is named."""
    given = [name for name in PAIR if name in named]
    if not given:
        raise argument_fault("vendor", "name the vendor or the buyer")
    return PAIR[1 - PAIR.index(given[0])]
