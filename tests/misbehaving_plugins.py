"""Plugins that misbehave, each in one way, in all that they do for BLOOM; for every other company they do nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from types import ModuleType
from typing import Any

from marshmallow import Schema, fields, post_load

from k2k_core.domain.labels import Label, LabelRequest
from k2k_core.domain.money import Exact
from k2k_core.domain.pricing import NoValue, Price
from k2k_core.domain.sharing import Denial
from k2k_core.hooks import EligibilityRule, LabelRenderer, Manifest, PluginContext, PriceResolver, hookimpl
from k2k_core.messages import Message

VICTIM = "BLOOM"
OUT_OF_REACH = 3600.0
"""Seconds: for what never ends."""


class Outrage(BaseException):
    """An exception that is no `Exception`."""


class Mute(ValueError):
    """An exception whose text cannot be read."""

    def __str__(self) -> str:
        raise Outrage


class Dawdling(ValueError):
    """An exception whose text takes forever."""

    def __str__(self) -> str:
        time.sleep(OUT_OF_REACH)
        return ""


class Hostile(str):
    """A text that raises whenever it is used as one after the answer was given."""

    armed = False

    def __str__(self) -> str:
        raise Outrage

    def __format__(self, spec: str) -> str:
        raise Outrage

    def __repr__(self) -> str:
        raise Outrage


class Outraged(Mapping[str, object]):
    """A mapping that cannot be read."""

    def __getitem__(self, name: str) -> object:
        raise Outrage

    def __iter__(self) -> Iterator[str]:
        raise Outrage

    def __len__(self) -> int:
        return 1


class Exploding(Schema):
    """Settings that cannot be loaded."""

    @post_load
    def explode(self, _data: dict[str, Any], **_: Any) -> dict[str, Any]:
        raise KeyboardInterrupt


class Plain(Schema):
    """Settings of any kind."""

    word = fields.String()


def raising(error: BaseException | type[BaseException]) -> Callable[..., Any]:
    """A function that raises whatever it is asked."""

    def function(*_: Any) -> Any:
        raise error

    return function


def waiting(*_: Any) -> Any:
    """Never answer."""
    time.sleep(OUT_OF_REACH)


def deep(*_: Any) -> Any:
    """Call itself without end."""
    return deep(*_)


def renaming(request: Any) -> Any:
    """Change the company that is asked for behind its back, and let the lot pass."""
    object.__setattr__(request.sale.buyer, "code", "STOLEN")
    request.sale.buyer.locations["STOLEN"] = None


def repricing(requests: Sequence[Any]) -> list[Any]:
    """Change the cost of every lot, and answer with it."""
    for request in requests:
        request.landed_cost.n = 1
    return [Price(request.landed_cost) for request in requests]


def each(answer: Callable[[], Any]) -> Callable[[Sequence[Any]], list[Any]]:
    """The same answer for every lot."""
    return lambda requests: [answer() for _ in requests]


def breaking_off(requests: Sequence[Any]) -> Iterator[Any]:
    """Answer one lot, and then raise."""
    yield Price(Exact(1))
    raise Outrage


RULES: Mapping[str, Callable[..., Any]] = {
    "interrupts": raising(KeyboardInterrupt),
    "leaves": raising(SystemExit(3)),
    "raises what is no exception": raising(Outrage),
    "raises what cannot be read": raising(Mute()),
    "raises what takes forever to read": raising(Dawdling()),
    "never answers": waiting,
    "calls itself without end": deep,
    "changes what it is handed": renaming,
    "answers a number": lambda request: 1,
    "denies without a code": lambda request: Denial(""),
    "denies with a day that is none": lambda request: Denial("acme", cured_on="tomorrow"),  # type: ignore[arg-type]
    "denies with a megabyte": lambda request: Denial("acme", "x" * 10**6),
    "denies with a message of any width": lambda request: Denial("acme", Message("{a:>400}", a="x")),
}
"""What a rule may do; each of these holds the lot back as failed."""

STEPS: Mapping[str, Callable[..., Any]] = {
    "interrupts": raising(KeyboardInterrupt),
    "never answers": waiting,
    "has a huge exponent": each(lambda: Price(Decimal("1E+999999999"))),  # type: ignore[arg-type]
    "has a tiny exponent": each(lambda: Price(Decimal("1E-999999999"))),  # type: ignore[arg-type]
    "has a huge denominator": each(lambda: Price(Exact(10**5000, 10**5000 + 1))),
    "has a fact with a huge exponent": each(lambda: NoValue("{fact:f}", {"fact": Decimal("1E+999999999")})),
    "has a fact of any width": each(lambda: NoValue("{fact:>999999999}", {"fact": "x"})),
    "answers a float": each(lambda: Price(0.5)),  # type: ignore[arg-type]
    "answers no number": each(lambda: Price(Decimal("NaN"))),
    "answers too little": lambda requests: [],
    "answers without end": lambda requests: iter(lambda: Price(Exact(1)), None),
    "breaks off": breaking_off,
    "has a fact that raises": each(lambda: Price(Exact(1), "{fact}", {"fact": raising(Outrage)})),
    "has facts that cannot be read": each(lambda: Price(Exact(1), "{fact}", Outraged())),
    "changes the cost": repricing,
}
"""What a step may do; none of these is a price."""


def module_of(name: str, hooks: Mapping[str, Callable[..., Any]], **manifest: Any) -> ModuleType:
    """A plugin with these hooks."""
    module = ModuleType(name)
    vars(module).update({hook: hookimpl(function) for hook, function in hooks.items()})
    vars(module)["manifest"] = Manifest(name, **{"title": name, "owner": "nobody", **manifest})
    return module


def for_the_victim(contributions: Callable[[], list[Any]]) -> Callable[[PluginContext], list[Any]]:
    """A hook that contributes something to the victim alone."""

    def hook(context: PluginContext) -> list[Any]:
        return contributions() if context.company == VICTIM else []

    return hook


def with_rule(name: str, check: Callable[..., Any]) -> ModuleType:
    """A plugin with this rule."""
    rules = for_the_victim(lambda: [EligibilityRule(name, check, side="buyer")])
    return module_of(name, {"eligibility_rules": rules})


def with_step(name: str, resolve: Callable[..., Any]) -> ModuleType:
    """A plugin with this step."""
    return module_of(name, {"price_resolvers": for_the_victim(lambda: [PriceResolver(name, resolve)])})


def quiet(name: str, check: Any = lambda request: None) -> dict[str, Callable[..., Any]]:
    """The hooks of a plugin with a rule that holds nothing back."""
    return {"eligibility_rules": for_the_victim(lambda: [EligibilityRule(name, check, side="buyer")])}


def _label(request: LabelRequest) -> Label:
    return Label(Hostile(request.box_code), "text/plain", b"x", (Hostile("x"),))


LOADING: Mapping[str, Callable[[str], ModuleType]] = {
    "settings that interrupt": lambda name: module_of(name, quiet(name), settings_schema=Exploding),
    "defaults that cannot be read": lambda name: module_of(
        name, quiet(name), settings_schema=Plain, defaults=Outraged()
    ),
    "a title that raises": lambda name: module_of(name, quiet(name), title=Hostile("x")),
    "a mark that raises": lambda name: module_of(name, quiet(name), compatible=Hostile("x")),
    "a hook that interrupts": lambda name: module_of(name, {"eligibility_rules": hooked(raising(KeyboardInterrupt))}),
    "a hook that leaves": lambda name: module_of(name, {"price_resolvers": hooked(raising(SystemExit(1)))}),
    "a hook without end": lambda name: module_of(name, {"eligibility_rules": hooked(lambda: iter(int, 1))}),
    "a name that raises": lambda name: module_of(
        name, {"eligibility_rules": hooked(lambda: [EligibilityRule(Hostile("x"), lambda request: None)])}
    ),
}
"""Plugins that cannot be used: at all, or by the victim."""


def hooked(contributions: Callable[[], Any]) -> Callable[[PluginContext], Any]:
    """A hook that does this for the victim alone."""

    def hook(context: PluginContext) -> Any:
        return contributions() if context.company == VICTIM else []

    return hook


def with_label(name: str) -> ModuleType:
    """A plugin whose label is made of texts that raise."""
    labels = for_the_victim(lambda: [LabelRenderer(name, "text/plain", _label)])
    return module_of(name, {"label_renderers": labels})
