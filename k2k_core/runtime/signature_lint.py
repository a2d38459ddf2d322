"""Checks the signatures of a plugin's hook functions before any is called.

pluggy silently ignores keyword-only parameters, `*args`, `**kwargs` and parameters with defaults, and a hook with an
unknown name is never called. Each of these is refused here, so that no part of a plugin is silently ignored
(architecture section 2).
"""

from __future__ import annotations

import difflib
import inspect
from types import FunctionType, MethodType, ModuleType

import pluggy
from pluggy import HookimplOpts, HookspecOpts

from k2k_core.hooks import PROJECT, specs
from k2k_core.messages import Message
from k2k_core.runtime.error_text import located, message_of
from k2k_core.runtime.plugin import Refused

HOOKS = ("price_resolvers", "eligibility_rules", "label_renderers", "ship_via_handlers")
PARAMETERS = ("context",)


MARKABLE = (FunctionType, MethodType, staticmethod, classmethod)
"""What can be marked as a hook or as the implementation of one."""


class ModuleManager(pluggy.PluginManager):
    """A manager of hooks and plugins that are modules. It passes over what is not marked without pluggy's search
    through classes, which takes most of the time in which plugins are loaded."""

    def parse_hookimpl_opts(self, plugin: object, name: str) -> HookimplOpts | None:
        """The options of an implementation in a module, or None."""
        return super().parse_hookimpl_opts(plugin, name) if _is_marked(plugin, name, "impl") else None

    def parse_hookspec_opts(self, module_or_class: ModuleType | type, name: str) -> HookspecOpts | None:
        """The options of a hook in a module, or None."""
        return super().parse_hookspec_opts(module_or_class, name) if _is_marked(module_or_class, name, "spec") else None


def _is_marked(module: object, name: str, role: str) -> bool:
    found = vars(module).get(name)
    return isinstance(found, MARKABLE) and hasattr(found, f"{PROJECT}_{role}")


def new_manager() -> pluggy.PluginManager:
    """A pluggy manager with the four hook specifications and no plugin."""
    manager = ModuleManager(PROJECT)
    manager.add_hookspecs(specs)
    return manager


def lint(name: str, module: ModuleType) -> tuple[str, ...]:
    """The hooks that a module implements, in the order of `HOOKS`. Raises `Refused` for the first thing wrong."""
    manager = new_manager()
    found: set[str] = set()
    for attribute in dir(module):
        options = manager.parse_hookimpl_opts(module, attribute)
        try:
            if options is None:
                _refuse_forgotten_marker(module, attribute)
            else:
                found.add(_checked_hook(module, attribute, options))
        except Refused as refused:
            function = inspect.getattr_static(module, attribute)
            raise Refused(refused.code, located(refused.problem, function)) from refused
    if not found:
        raise Refused(
            "no_hooks", Message("it implements none of {known}: mark its functions with @hookimpl", known=list(HOOKS))
        )
    _ask_pluggy(manager, name, module)
    return tuple(hook for hook in HOOKS if hook in found)


def _checked_hook(module: ModuleType, attribute: str, options: HookimplOpts) -> str:
    """The hook that a marked function implements. Raises `Refused`."""
    hook = options.get("specname") or attribute
    _refuse_unknown_hook(attribute, hook)
    if options.get("wrapper") or options.get("hookwrapper"):
        raise Refused(
            "bad_signature",
            Message("{attribute}: a plugin contributes, it does not wrap the hooks of others", attribute=attribute),
        )
    _refuse_signature(attribute, inspect.getattr_static(module, attribute))
    return hook


def _refuse_forgotten_marker(module: ModuleType, attribute: str) -> None:
    if attribute in HOOKS and inspect.isfunction(inspect.getattr_static(module, attribute)):
        raise Refused(
            "unmarked_hook",
            Message("{attribute} is not marked with @hookimpl, so it would never be called", attribute=attribute),
        )


def _refuse_unknown_hook(attribute: str, hook: str) -> None:
    if hook in HOOKS:
        return
    near = difflib.get_close_matches(hook, HOOKS, n=1)
    named = hook if attribute == hook else f"{hook} ({attribute})"
    if near:
        raise Refused(
            "unknown_hook", Message("there is no hook {hook}; did you mean {near}?", hook=named, near=near[0])
        )
    raise Refused(
        "unknown_hook", Message("there is no hook {hook}: the hooks are {known}", hook=named, known=list(HOOKS))
    )


def _refuse_signature(attribute: str, function: object) -> None:
    """A hook takes `context` by position, or nothing. pluggy would silently leave out anything else."""
    if not inspect.isfunction(function):
        raise Refused(
            "bad_signature", Message("{attribute}: a hook is a plain function of the module", attribute=attribute)
        )
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        raise Refused(
            "bad_signature",
            Message("{attribute}: a hook is not asynchronous; write def, not async def", attribute=attribute),
        )
    for parameter in inspect.signature(function).parameters.values():
        problem = _ignored(parameter, attribute)
        if problem is not None:
            raise Refused("bad_signature", Message("{attribute}: {problem}", attribute=attribute, problem=problem))


def _ignored(parameter: inspect.Parameter, hook: str) -> Message | None:
    """Why pluggy would leave out a parameter; None for one that it passes."""
    facts = {"parameter": parameter.name, "hook": hook}
    if parameter.kind is inspect.Parameter.KEYWORD_ONLY:
        return Message("keyword-only parameter {parameter} would be ignored; write {hook}(context)", **facts)
    if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
        return Message("parameter *{parameter} would be ignored; write {hook}(context)", **facts)
    if parameter.kind is inspect.Parameter.VAR_KEYWORD:
        return Message("parameter **{parameter} would be ignored; write {hook}(context)", **facts)
    if parameter.default is not inspect.Parameter.empty:
        return Message("parameter {parameter} has a default and would be ignored; write {hook}(context)", **facts)
    if parameter.name not in PARAMETERS:
        return Message("unknown parameter {parameter}; write {hook}(context)", **facts)
    return None


def _ask_pluggy(manager: pluggy.PluginManager, name: str, module: ModuleType) -> None:
    """pluggy's own validation has the last word."""
    try:
        manager.register(module, name)
        manager.check_pending()
    except (pluggy.PluginValidationError, ValueError) as error:
        raise Refused("bad_signature", message_of(error)) from error
