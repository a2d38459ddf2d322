"""Calls the hooks of plugins, one plugin at a time, and checks the contributions that they return."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from types import FunctionType

import pluggy

from k2k_core.domain.costs import COMPONENTS
from k2k_core.domain.items import INVENTORY_TYPES
from k2k_core.domain.sharing import SIDES
from k2k_core.hooks import (
    Contribution,
    EligibilityRule,
    LabelRenderer,
    PluginContext,
    PriceAdjustment,
    PriceResolver,
    ShipViaHandler,
)
from k2k_core.messages import Message, joined_by_or
from k2k_core.runtime.call_statistics import Limits
from k2k_core.runtime.deadline import DeadlineExceeded, call_with_deadline
from k2k_core.runtime.error_text import Contained, contained, describe, is_located, located, message_of
from k2k_core.runtime.manifests import read_settings
from k2k_core.runtime.plugin import Broken, Plugin, Refused, logger, next_command
from k2k_core.runtime.signature_lint import HOOKS, new_manager

KINDS: Mapping[str, tuple[type, ...]] = {
    "price_resolvers": (PriceResolver, PriceAdjustment),
    "eligibility_rules": (EligibilityRule,),
    "label_renderers": (LabelRenderer,),
    "ship_via_handlers": (ShipViaHandler,),
}
"""The types that each hook may return."""

MOST = 1000
"""More contributions than this from one hook are an endless generator."""

FUNCTIONS = 1_000
"""Of how many functions of plugins it is cached how they can be called."""

_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class LoadedContribution:
    """One checked contribution with its plugin. `label` identifies it in reports and for lifting a quarantine."""

    plugin: Plugin
    hook: str
    name: str
    contribution: Contribution
    label: str

    @property
    def types(self) -> frozenset[str]:
        """The inventory types it is for; empty for all."""
        return self.contribution.inventory_types

    @property
    def words(self) -> str:
        """Its name in messages: `step k2k_gpm of plugin k2k_network`."""
        return Message(
            "{kind} {name} of plugin {plugin}",
            kind=_WORDS[type(self.contribution)],
            name=self.name,
            plugin=self.plugin.name,
        )


_WORDS: Mapping[type, str] = {
    PriceResolver: Message("step"),
    PriceAdjustment: Message("adjustment"),
    EligibilityRule: Message("rule"),
    LabelRenderer: Message("label format"),
    ShipViaHandler: Message("ship via"),
}


def collect(
    plugins: Sequence[Plugin], company: str, settings: Mapping[str, Mapping[str, object]], limits: Limits
) -> tuple[list[tuple[Plugin, list[LoadedContribution]]], list[Broken]]:
    """Every plugin with its contributions for a company; and the plugins whose hooks failed."""
    manager = new_manager()
    registered: list[tuple[Plugin, Refused | None]] = [(one, _register(manager, one)) for one in plugins]
    offered: list[tuple[Plugin, list[LoadedContribution]]] = []
    broken: list[Broken] = []
    for plugin, refused in registered:
        try:
            if refused is not None:
                raise refused
            offered.append((plugin, _ask(manager, plugin, company, settings.get(plugin.name, {}), limits)))
        except Refused as problem:
            broken.append(set_aside(plugin, problem))
    return offered, broken


def set_aside(plugin: Plugin, refused: Refused) -> Broken:
    """A plugin that was loaded, and cannot be used for this company."""
    next_step = refused.next_step or next_command(
        refused.code, plugin.name, plugin.module.__name__, plugin.distribution
    )
    return Broken(
        plugin.name, plugin.owner, refused.code, refused.problem, next_step, plugin.distribution, plugin.version
    )


def _register(manager: pluggy.PluginManager, plugin: Plugin) -> Refused | None:
    try:
        manager.register(plugin.module, plugin.name)
    except (ValueError, pluggy.PluginValidationError) as error:
        return Refused("bad_signature", describe(error))
    return None


def _ask(
    manager: pluggy.PluginManager, plugin: Plugin, company: str, own: Mapping[str, object], limits: Limits
) -> list[LoadedContribution]:
    """Call all hooks of one plugin and check what they return: settings, contributions and their fields are its code.
    Raises `Refused` when one raises, is late or returns a wrong shape."""
    others = [module for module in manager.get_plugins() if module is not plugin.module]

    def work() -> list[LoadedContribution]:
        context = PluginContext(plugin.name, company, read_settings(plugin.manifest, own), logger(plugin.name))
        offers: list[LoadedContribution] = []
        for hook in HOOKS:
            asked.append(hook)
            caller = manager.subset_hook_caller(hook, remove_plugins=others)
            with _placed(caller):
                offers += [_offer(plugin, hook, each) for each in _contributions(hook, caller, context)]
        return _labelled(offers)

    asked = ["settings"]
    try:
        return (
            work() if plugin.bundled else call_with_deadline(contained(work, (Refused,)), limits.loading, plugin.name)
        )
    except Refused:
        raise
    except DeadlineExceeded as error:
        raise Refused("hook_timeout", Message("{hook}: {why}", hook=asked[-1], why=message_of(error))) from error
    except (Exception, SystemExit) as error:
        trace = error.trace if isinstance(error, Contained) else ""
        logger(plugin.name).error("%s failed\n%s", asked[-1], trace, exc_info=None if trace else error)
        raise Refused("hook_failed", Message("{hook} {what}", hook=asked[-1], what=describe(error))) from error


@contextmanager
def _placed(caller: pluggy.HookCaller) -> Iterator[None]:
    """What is wrong with what a hook returned is told with the place of the hook, where it has none of its own."""
    try:
        yield
    except Refused as refused:
        implementations = caller.get_hookimpls()
        if is_located(refused.problem) or not implementations:
            raise
        problem = located(refused.problem, implementations[0].function)
        raise Refused(refused.code, problem, refused.next_step) from refused


def _contributions(hook: str, caller: pluggy.HookCaller, context: PluginContext) -> list[object]:
    gathered: list[object] = []
    answers = caller(context=context)
    if len(answers) < len(caller.get_hookimpls()):
        raise Refused("wrong_shape", Message("{hook} returned None, not a list of contributions", hook=hook))
    for answer in answers:
        if isinstance(answer, (str, bytes, Mapping)) or not isinstance(answer, Iterable):
            raise Refused(
                "wrong_shape",
                Message("{hook} returned {given}, not a list of contributions", hook=hook, given=type(answer).__name__),
            )
        gathered += islice(answer, MOST + 1)
    if len(gathered) > MOST:
        raise Refused("wrong_shape", Message("{hook} returned more than {most} contributions", hook=hook, most=MOST))
    return gathered


def _offer(plugin: Plugin, hook: str, contribution: object) -> LoadedContribution:
    """One contribution, every field of it checked. Raises `Refused`."""
    if not isinstance(contribution, Contribution) or type(contribution) not in KINDS[hook]:
        allowed = joined_by_or([kind.__name__ for kind in KINDS[hook]])
        raise Refused(
            "wrong_shape",
            Message(
                "{hook} returned a {given}, not a {allowed}",
                hook=hook,
                given=type(contribution).__name__,
                allowed=allowed,
            ),
        )
    name = _name_of(contribution)
    where = f"{hook}: {type(contribution).__name__} {name!r}"
    if type(name) is not str or not _NAME.fullmatch(name):
        raise Refused(
            "bad_contribution", Message("{where}: a name is lower-case letters, digits and underscores", where=where)
        )
    types = contribution.inventory_types
    if type(types) is not frozenset or not types <= set(INVENTORY_TYPES):
        known = list(INVENTORY_TYPES)
        raise Refused(
            "bad_contribution",
            Message("{where}: inventory_types is ANY or only(...) of {known}", where=where, known=known),
        )
    for field, count in _callables(contribution):
        _check_callable(getattr(contribution, field), count, f"{where}: {field}")
    _check_fields(contribution, where)
    return LoadedContribution(plugin, hook, name, contribution, f"{plugin.name}/{hook}/{name}")


def _name_of(contribution: Contribution) -> str:
    if isinstance(contribution, (PriceResolver, PriceAdjustment)):
        return contribution.step
    return contribution.format if isinstance(contribution, LabelRenderer) else contribution.code


def _callables(contribution: Contribution) -> list[tuple[str, int]]:
    """The fields that are called, with the number of their arguments."""
    if isinstance(contribution, LabelRenderer):
        return [("render", 1)] if contribution.sheet is None else [("render", 1), ("sheet", 1)]
    if isinstance(contribution, ShipViaHandler):
        return [("allows", 2), ("ship_to", 1)]
    if isinstance(contribution, EligibilityRule):
        return [("check", 1)]
    return [("resolve", 1)] if isinstance(contribution, PriceResolver) else [("adjust", 1)]


def _check_callable(function: object, count: int, where: str) -> None:
    if not callable(function) or inspect.iscoroutinefunction(function):
        problem = Message("{where} is not a function that can be called", where=where)
        raise Refused("bad_contribution", located(problem, function))
    why = _plain_refusal(function, count) if isinstance(function, FunctionType) else _refusal(function, count)
    if why is not None:
        problem = Message("{where} cannot be called with {count} by position: {why}", where=where, count=count, why=why)
        raise Refused("bad_contribution", located(problem, function))


def _refusal(function: Callable[..., object], count: int) -> str | None:
    """Why a function cannot be called with so many arguments by position; None if it can."""
    try:
        signature = inspect.signature(function)
    except (ValueError, TypeError):
        return None  # a built-in without a signature: the guarded call will find out
    try:
        signature.bind(*[None] * count)
    except TypeError as error:
        return message_of(error)
    return None


_plain_refusal = lru_cache(FUNCTIONS)(_refusal)
"""The same of plain functions, which are the same for every company."""


def _check_fields(contribution: Contribution, where: str) -> None:
    """Checks for the fields of one kind of contribution."""
    problem: Message | None = None
    if isinstance(contribution, EligibilityRule) and contribution.side not in SIDES:
        problem = Message("side is one of {known}", known=list(SIDES))
    if isinstance(contribution, LabelRenderer) and not re.fullmatch(r"[\w.+-]+/[\w.+-]+", str(contribution.media_type)):
        problem = Message("media_type is like application/pdf")
    if isinstance(contribution, ShipViaHandler):
        if type(contribution.title) not in (str, Message) or not contribution.title:
            problem = Message("title is empty")
        components = contribution.cost_components
        if type(components) is not frozenset or not components <= set(COMPONENTS):
            problem = Message("cost_components is a frozenset of {known}", known=list(COMPONENTS))
    if problem:
        raise Refused("bad_contribution", Message("{where}: {problem}", where=where, problem=problem))


def _labelled(offers: list[LoadedContribution]) -> list[LoadedContribution]:
    """Labels made unique if a plugin uses a name more than once, by side, kind and inventory types."""
    counts: dict[str, int] = {}
    for offer in offers:
        counts[offer.label] = counts.get(offer.label, 0) + 1
    return [offer if counts[offer.label] == 1 else _longer(offer) for offer in offers]


def _longer(offer: LoadedContribution) -> LoadedContribution:
    side = [offer.contribution.side] if isinstance(offer.contribution, EligibilityRule) else []
    kind = ["adjustment"] if isinstance(offer.contribution, PriceAdjustment) else []
    marks = "+".join([*side, *kind, *sorted(offer.types)]) or "any"
    return LoadedContribution(offer.plugin, offer.hook, offer.name, offer.contribution, f"{offer.label}@{marks}")
