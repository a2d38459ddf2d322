"""`k2k plugin show`: a plugin as it serves one company: what it contributes and where that stands in the hierarchies,
its settings and where each comes from, its calls in this process, and what is in quarantine."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypedDict

from k2k_core.cli.commands.database import opened
from k2k_core.cli.language import said, words
from k2k_core.cli.options import add_command, add_json
from k2k_core.cli.terminal import Terminal, table
from k2k_core.domain.nearest_codes import SimilarCodes
from k2k_core.domain.plugin_states import WELL
from k2k_core.errors import NotFound

if TYPE_CHECKING:
    from k2k_core.domain.answers.administration import CompanyContribution, CompanyPlugin, PluginField
    from k2k_core.domain.answers.setup import HierarchiesInForce, StepOrder


class Place(TypedDict):
    """Where a step stands: `place` of `steps`, counted from one, in an order of price steps or, with `adjustments`, of
    adjustments; `where` are the conditions of the order, and `own` is whether the company has set it."""

    step: str
    place: int
    steps: int
    adjustments: bool
    where: dict[str, Any]
    own: bool


def add_show(actions: Any) -> None:
    """Add `k2k plugin show`."""
    command = add_command(
        actions,
        "show",
        show,
        "show a plugin as it serves a company",
        "What it contributes, where its steps stand in the hierarchies, its settings and where each comes from, and\n"
        "its calls in this process.\nExit status: 1 when it is broken or in quarantine for the company.",
    )
    command.add_argument("plugin", metavar="NAME")
    command.add_argument("--company", metavar="CODE", required=True, help="the company that it serves")
    add_json(command)


def show(options: Namespace) -> int:
    """Show a plugin; 1 when something is wrong with it."""
    with opened(options.database) as k2k:
        plugins = {one["name"]: one for one in k2k.company_plugins(options.company)}
        if options.plugin not in plugins:
            raise _unknown(options.plugin, sorted(plugins))
        plugin = plugins[options.plugin]
        places = list(places_of(options.plugin, k2k.hierarchies(options.company)))
    if options.json:
        options.screen.line(json.dumps({**plugin, "places": places}))
    else:
        options.screen.lines(_shown(options.screen, plugin, places))
    return int(plugin["state"] not in WELL)


def places_of(plugin: str, hierarchies: HierarchiesInForce) -> Iterator[Place]:
    """Every place of a plugin's steps in the orders that count for a company."""
    orders = [(order, False) for order in hierarchies["hierarchy"]]
    orders += [(order, True) for order in hierarchies["adjustments"]]
    for order, adjustments in orders:
        for number, step in enumerate(order["steps"], 1):
            if step["plugin"] == plugin:
                yield {
                    "step": step["step"],
                    "place": number,
                    "steps": len(order["steps"]),
                    "adjustments": adjustments,
                    "where": _conditions(order),
                    "own": order["own"],
                }


def _conditions(order: StepOrder) -> dict[str, Any]:
    """The conditions that an order names."""
    named: dict[str, Any] = {
        "inventory_type": order["inventory_type"],
        "customer_type": order["customer_type"],
        "ship_via": order["ship_via"],
        "channel": order["channel"],
        "settings": order["settings"],
    }
    return {name: value for name, value in named.items() if value}


def _unknown(name: str, known: Sequence[str]) -> NotFound:
    nearest = SimilarCodes(known).nearest(name)
    if nearest is not None:
        return NotFound("There is no plugin {name}; did you mean {nearest}?", name=name, nearest=nearest)
    return NotFound("There is no plugin {name}: there are {known}.", name=name, known=list(known))


def _shown(screen: Terminal, plugin: CompanyPlugin, places: Sequence[Place]) -> Iterator[str]:
    state = f"{plugin['name']} {plugin['version']}  {plugin['state']}"
    yield state if plugin["state"] in WELL else screen.bad(state)
    yield f"{said(plugin['title'])}; {plugin['owner']}"
    if plugin["problem"]:
        yield screen.bad(said(plugin["problem"]))
        yield words("    next: {next_step}", next_step=plugin["next_step"])
    yield from _titled(screen, [_headings(), *map(_called, plugin["contributions"])])
    for one in plugin["contributions"]:
        if one["last_problem"]:
            yield f"    {one['contribution']}: {said(one['last_problem'])}"
        for stopped in one["quarantines"]:
            yield words(
                "    in quarantine since {since}: {failures} of {calls} calls failed in process {process}",
                **stopped,
            )
    if places:
        header = (words("step"), words("place"), words("where"), words("from"))
        yield from _titled(screen, [header, *map(_placed, places)])
    if plugin["settings"]:
        header = (words("setting"), words("value"), words("from"), words("meaning"))
        yield from _titled(screen, [header, *map(_set, plugin["settings"])])


def _titled(screen: Terminal, rows: Sequence[Sequence[object]]) -> Iterator[str]:
    """A table after an empty line, its header pale."""
    header, *lines = table([tuple(map(str, row)) for row in rows])
    yield ""
    yield screen.dim(header)
    yield from lines


def _headings() -> tuple[str, ...]:
    return words("contribution"), words("for"), words("calls"), words("failures"), words("ms a call"), words("slowest")


def _called(one: CompanyContribution) -> tuple[object, ...]:
    kinds = ", ".join(one["inventory_types"]) or words("every inventory type")
    return (
        one["contribution"],
        kinds,
        one["calls"],
        one["failures"],
        one["milliseconds"],
        one["slowest_milliseconds"],
    )


def _placed(one: Place) -> tuple[object, ...]:
    where = ", ".join(f"{value}" if isinstance(value, str) else " + ".join(value) for value in one["where"].values())
    kind = words("adjustment {place} of {steps}", **_counted(one)) if one["adjustments"] else ""
    place = kind or words("step {place} of {steps}", **_counted(one))
    return one["step"], place, where, words("the company") if one["own"] else words("the configuration")


def _counted(one: Place) -> dict[str, int]:
    return {"place": one["place"], "steps": one["steps"]}


def _set(one: PluginField) -> tuple[object, ...]:
    value = one["own"] if one["is_own"] else one["default"]
    return one["name"], json.dumps(value, ensure_ascii=False, default=str), _origin(one), said(one["meaning"])


def _origin(one: PluginField) -> str:
    """Where a setting comes from: the company, with who set it, or the plugin."""
    if not one["is_own"]:
        return words("the plugin's default")
    if one["changed_by"] and one["changed_at"]:
        return words("the company, by {who}, {when}", who=one["changed_by"], when=one["changed_at"])
    return words("the company")
