"""Checks the signatures of a plugin's hook functions before any is called.

pluggy silently ignores keyword-only parameters, `*args`, `**kwargs` and parameters with defaults, and a hook with an
unknown name is never called. Each of these is refused here, so that no part of a plugin is silently ignored
(architecture section 2).
"""

from __future__ import annotations

import difflib
import inspect
from types import ModuleType

import pluggy

from k2k_core.hooks import PROJECT, specs
from k2k_core.runtime.plugin import Refused

HOOKS = ("price_resolvers", "eligibility_rules", "label_renderers", "ship_via_handlers")
PARAMETERS = ("context",)

_REFUSED_KINDS: dict[inspect._ParameterKind, str] = {
    inspect.Parameter.KEYWORD_ONLY: "keyword-only parameter",
    inspect.Parameter.VAR_POSITIONAL: "parameter *",
    inspect.Parameter.VAR_KEYWORD: "parameter **",
}


def new_manager() -> pluggy.PluginManager:
    """A pluggy manager with the four hook specifications and no plugin."""
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(specs)
    return manager


def lint(name: str, module: ModuleType) -> tuple[str, ...]:
    """The hooks that a module implements, in the order of `HOOKS`. Raises `Refused` for the first thing wrong."""
    manager = new_manager()
    found: set[str] = set()
    for attribute in dir(module):
        options = manager.parse_hookimpl_opts(module, attribute)
        if options is None:
            _refuse_forgotten_marker(module, attribute)
            continue
        hook = options.get("specname") or attribute
        _refuse_unknown_hook(attribute, hook)
        if options.get("wrapper") or options.get("hookwrapper"):
            raise Refused("bad_signature", f"{attribute}: a plugin contributes, it does not wrap the hooks of others")
        _refuse_signature(attribute, inspect.getattr_static(module, attribute))
        found.add(hook)
    if not found:
        raise Refused("no_hooks", f"it implements none of {', '.join(HOOKS)}: mark its functions with @hookimpl")
    _ask_pluggy(manager, name, module)
    return tuple(hook for hook in HOOKS if hook in found)


def _refuse_forgotten_marker(module: ModuleType, attribute: str) -> None:
    if attribute in HOOKS and inspect.isfunction(inspect.getattr_static(module, attribute)):
        raise Refused("unmarked_hook", f"{attribute} is not marked with @hookimpl, so it would never be called")


def _refuse_unknown_hook(attribute: str, hook: str) -> None:
    if hook in HOOKS:
        return
    near = difflib.get_close_matches(hook, HOOKS, n=1)
    meant = f"; did you mean {near[0]}?" if near else f": the hooks are {', '.join(HOOKS)}"
    where = "" if attribute == hook else f" ({attribute})"
    raise Refused("unknown_hook", f"there is no hook {hook}{where}{meant}")


def _refuse_signature(attribute: str, function: object) -> None:
    """A hook takes `context` by position, or nothing. pluggy would silently leave out anything else."""
    if not inspect.isfunction(function):
        raise Refused("bad_signature", f"{attribute}: a hook is a plain function of the module")
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        raise Refused("bad_signature", f"{attribute}: a hook is not asynchronous; write def, not async def")
    for parameter in inspect.signature(function).parameters.values():
        refused = _REFUSED_KINDS.get(parameter.kind)
        if refused:
            space = " " if parameter.kind is inspect.Parameter.KEYWORD_ONLY else ""
            problem = f"{refused}{space}{parameter.name} would be ignored; write {attribute}(context)"
        elif parameter.default is not inspect.Parameter.empty:
            problem = f"parameter {parameter.name} has a default and would be ignored; write {attribute}(context)"
        elif parameter.name not in PARAMETERS:
            problem = f"unknown parameter {parameter.name}; write {attribute}(context)"
        else:
            continue
        raise Refused("bad_signature", f"{attribute}: {problem}")


def _ask_pluggy(manager: pluggy.PluginManager, name: str, module: ModuleType) -> None:
    """pluggy's own validation has the last word."""
    try:
        manager.register(module, name)
        manager.check_pending()
    except (pluggy.PluginValidationError, ValueError) as error:
        raise Refused("bad_signature", str(error)) from error
