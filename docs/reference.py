"""Writes the reference pages that are generated from the code: `make docs`. A test says when one is stale."""

from __future__ import annotations

import inspect
import re
import tomllib
from argparse import SUPPRESS, Action, ArgumentParser, _SubParsersAction
from collections.abc import Callable, Iterator
from pathlib import Path

from reference_answers import FILES, OF_EVERY_COLLECTION, SHAPES, answers_page
from reference_hooks import hooks_page
from reference_plugins import contributions_page
from reference_text import NOTICE, annotation, doc_of, paragraph, shown_default

from k2k_core import K2K
from k2k_core.cli.parser import parser
from k2k_core.domain.events import EVENTS, LINE_FIELDS
from k2k_core.domain.roles import ACTIONS, ALLOWED, METHODS, OWN, ROLES
from k2k_core.domain.scopes import METHOD_SCOPES, PRESETS, SCOPES
from k2k_core.errors import K2KError, catalogue
from k2k_core.scenario.verbs import VERBS
from k2k_core.services.setup.changes import FIELD_ACTIONS
from k2k_core.settings.catalogue import GROUPS, SETTINGS, Setting
from k2k_core.settings.layers import PREFIX, Layers

HERE = Path(__file__).resolve().parent


def errors_page() -> Iterator[str]:
    """Every error code, its HTTP status, what it means and what to do."""
    yield from ("# Errors", "", NOTICE, "")
    yield from ("```python", "from k2k_core.errors import InsufficientStock", "", "try:")
    yield '    k2k.add("BLOOM", "C-100", lot="ANDES/L1", boxes=8, ship_date="2026-02-12")'
    yield "except InsufficientStock as error:"
    yield from ("    print(error.code, error.message, error.hint, error.facts)", "```", "")
    yield from paragraph(
        "Whatever K2K refuses has a stable `code`, a `title`, which is a short sentence and the same for all errors "
        "of a code, a `message` that you may show, a `hint` of what to do, and `facts` by name. A refused operation "
        "has changed nothing. The facade raises the class, the command "
        "line prints code, message and hint, and the console answers with the HTTP status. Catch a base "
        "class, such as `CannotSell`, to treat all of its kinds alike."
    )
    yield from ("", "| code | HTTP status | meaning |", "|---|---|---|")
    for error in catalogue():
        yield f"| [`{error.code}`](#{error.code}) | {error.status} | {_first_sentence(error)} |"
    for error in catalogue():
        yield from ("", f"## `{error.code}`", "", doc_of(error), "")
        yield f"* HTTP status: {error.status}"
        yield f"* Class: `{error.__name__}`, {_kind(error)}"
        yield f"* Title: {error.title}"
        yield f"* What to do: {error.hint}"


def settings_page() -> Iterator[str]:
    """Every setting of a company: its meaning, type, unit and default, and who may change it."""
    yield from ("# Settings", "", NOTICE, "")
    yield from ("```python", 'k2k.set("BLOOM", settings={"k2k_gpm": "28.5", "cart_minutes": 30})')
    yield 'k2k.set("BLOOM", settings={"k2k_gpm": None})  # unset again: the default applies'
    yield from ("```", "")
    yield from paragraph(
        "A setting has the value of the last of these layers that gives one: the default below; your "
        "installation's own file (TOML; `K2K_CONFIG` names it, its tables are the groups); what the company "
        f"has set; and an environment variable, which overrides every company (`{PREFIX}CART_MINUTES=30`). "
        "Give decimals as texts, such as `28.5` in quotes, so that they stay exact. What a setting does is in "
        "[the rules of the trade](rules/index.md)."
    )

    defaults = Layers().company("", {})
    for group, title in GROUPS.items():
        yield from ("", f"## {title}", "", f"In the file: `[{group}]`.", "")
        yield from ("| setting | meaning | type | unit | default | changed by |", "|---|---|---|---|---|---|")
        for setting in SETTINGS:
            if setting.group == group:
                roles = ", ".join(role for role in ROLES if role in ALLOWED[setting.action])
                default = shown(setting, getattr(defaults, setting.name))
                kind = setting.kind
                yield f"| `{setting.name}` | {setting.meaning} | {kind.type} | {kind.unit} | {default} | {roles} |"


def events_page() -> Iterator[str]:
    """Every type of event: when it happens, whose feed holds it, and its data."""
    yield from ("# Events", "", NOTICE, "")
    yield from ("```python", 'for event in k2k.events("BLOOM", after=last_seq):')
    yield from ('    print(event["seq"], event["type"], event["data"])', "```", "")
    yield from paragraph(
        "What a company's feed holds, in the order of commits, and what "
        "[webhooks](webhooks.md) send. An event is written in the transaction of the work, so it is "
        "there exactly when the change is. Its data are names and numbers, never prices of one side. Every event has "
        "besides the `id` of what it is about, by which the facade finds it, and the `version` that this has at the "
        "end of the transaction; of a vendor's offers as a whole the version rises with every change of its lots and "
        "its set-up, and not with sales. Fields in brackets are not always there."
    )
    yield ""
    yield from paragraph(
        "A line that an event carries has " + ", ".join(f"`{name}`" for name in LINE_FIELDS) + ", as they are then. "
        "Each company reads its own numbers alone: the vendor neither the cart nor the prebook of its buyer, and the "
        "buyer what is left of a lot (`available`, `movement`) while it is connected with the vendor."
    )

    yield from ("", "| type | when | received by | data |", "|---|---|---|---|")
    for event in EVENTS:
        data = [f"`{name}`" for name in event.fields] + [f"[`{name}`]" for name in event.optional]
        yield f"| `{event.name}` | {event.meaning} | {event.recipients} | {', '.join(data)} |"


def _first_sentence(member: object) -> str:
    return doc_of(member).split("\n\n")[0].replace("\n", " ").partition(". ")[0].removesuffix(".") + "."


def shown(setting: Setting, value: object) -> str:
    """A default as the pages show it."""
    if isinstance(value, bool):
        return "on" if value else "off"
    shown = None if value is None else setting.kind.show(value)
    return f"`{shown}`" if shown or shown == 0 else "none"


def _kind(error: type[K2KError]) -> str:
    parent = error.__base__
    return "the base class" if error is K2KError or parent is None else f"a `{parent.__name__}`"


def scopes() -> Iterator[str]:
    """What scopes narrow, scope by scope and method by method."""
    yield from ("", "## Scopes", "")
    yield from paragraph(
        "An actor may carry `scopes`, as keys and tokens do: "
        "`k2k.on_behalf_of(Actor(..., scopes=frozenset({'reading'})))`. They narrow what its roles include, and never "
        "widen it. What is outside of them is refused as `scope_missing`, which names a scope that would do. A method "
        "needs one of the scopes that it stands beside, and each setting, field and part of it that of its action. "
        "A customer's token needs `shop`, and an operator's key `hub`, for whatever it does; methods that stand "
        "nowhere here are for whoever runs the network, and need `hub` too."
    )
    yield from ("", "| scope | grants |", "|---|---|")
    yield from (f"| `{one.name}` | {one.grants} |" for one in SCOPES)
    yield from ("", "| scope | methods |", "|---|---|")
    for one in SCOPES:
        methods = sorted(name for name, needed in METHOD_SCOPES.items() if one.name in needed)
        if methods:
            yield f"| `{one.name}` | {', '.join(f'`{name}`' for name in methods)} |"
    yield from ("", "| preset | scopes |", "|---|---|")
    yield from (f"| `{name}` | {', '.join(f'`{one}`' for one in own)} |" for name, own in PRESETS.items())


def roles_page() -> Iterator[str]:
    """Who may do what, action by action and method by method, and who sees which money."""
    yield from ("# Roles", "", NOTICE, "")
    yield from ("```python", 'k2k.add_user("BLOOM", "sally@bloom.example", roles=["salesperson"])', "```", "")
    yield from paragraph(
        "A person of a company has any number of roles and may do whatever one of them includes. The program that "
        "embeds K2K may do everything; an operator of the network looks after users and set-up, and reads, without "
        "amounts. Refusals are `not_allowed` and name the roles that would do. In your own program, "
        "`k2k.on_behalf_of(actor)` acts for a person."
    )
    yield from ("", "| action | what it covers | roles |", "|---|---|---|")
    for action in ACTIONS:
        yield f"| `{action.name}` | {action.covers} | {', '.join(role for role in ROLES if role in action.roles)} |"
    yield from ("", "## Methods", "")
    yield from paragraph(
        "Every method of `k2k_core.K2K` for the people of a company. `set` and `set_all` need the action of each "
        "setting ([settings](settings.md)) and field that they change, `put` that of its collection: `stock` for lots, "
        "`prices` for price lists, `purchasing` for products, `people` for users, `setup` for all others. "
        f"{', '.join(f'`{name}`' for name in OWN)} are each user's own, whatever their roles; whoever has `people` "
        "gives passwords, sees and ends sessions and deletes views for everybody, too."
    )
    yield from ("", "| action | methods |", "|---|---|")
    for action in ACTIONS:
        names = [
            f"`{one.name}`" + (f" ({one.part})" if one.part else "") for one in METHODS if one.action == action.name
        ]
        if names:
            yield f"| `{action.name}` | {', '.join(names)} |"
    yield from scopes()
    yield from ("", "## Fields", "")
    fields = {
        name: sorted(field for field, own in FIELD_ACTIONS.items() if own == name)
        for name in (action.name for action in ACTIONS)
    }
    yield from ("| action | fields of records that `set` changes |", "|---|---|")
    for name, own in fields.items():
        if own:
            yield f"| `{name}` | {', '.join(f'`{field}`' for field in own)} |"
    yield from ("| `stock` | every other field of a lot |", "| `purchasing` | every field of a product |")
    yield "| `setup` | every other field of other records |"
    yield from ("", "## Who sees which money", "", "| | `seeing_costs` | salesperson | warehouse | final customer |")
    yield "|---|---|---|---|---|"
    yield "| prices, totals and charges of what the company sells | yes | yes | no | its own prices |"
    yield "| which step made a price | yes | yes | no | no |"
    yield "| values and reasons of the steps, base price, adjustments | yes | no | no | no |"
    yield "| landed costs, purchase orders' prices, invoices of vendors | yes | no | no | no |"
    yield from ("", *paragraph("What a reader may not see is not in the answer, in any interface."))


ARGUMENT_MEANINGS: dict[str, str] = tomllib.loads((HERE / "arguments.toml").read_text("utf-8"))
"""What an argument means in every method of the facade that has it."""


def facade_page() -> Iterator[str]:
    """Every method of the facade, by area: its arguments, its answer, and who may call it."""
    yield from ("# The facade", "", NOTICE, "", "```python", "from k2k_core import K2K", "")
    yield from ('with K2K.open("sqlite:///network.db") as k2k:', '    print(k2k.price("BLOOM", "C-100", ["ANDES/L1"]))')
    yield from ("```", "")
    yield from paragraph(
        "Every method of `K2K`. [Embedding K2K](host-erp.md) shows them at work; the rules that they follow are [the "
        "rules of the trade](rules/index.md). Codes and numbers are texts. Days are `datetime.date` or `YYYY-MM-DD`, "
        "amounts decimals as texts, never floats. What is refused raises an [error](errors.md) and changes nothing. "
        "The shapes of answers, such as `LotPrice`, are declared in `k2k_core.domain.answers`."
    )
    for area in (K2K, *(base for base in K2K.__mro__[1:] if base is not object)):
        names = [name for name, own in vars(area).items() if not name.startswith("_") and callable(getattr(area, name))]
        yield from ("", f"## {'The network' if area is K2K else area.__name__}", "", doc_of(area))
        for name in names:
            yield from ("", f"### `{name}`", "", *_method(name))


def _method(name: str) -> Iterator[str]:
    method = getattr(K2K, name)
    yield from (doc_of(method), "")
    parameters = [each for each in inspect.signature(method).parameters.values() if each.name != "self"]
    if parameters:
        yield from ("| argument | type | default | meaning |", "|---|---|---|---|")
    else:
        yield "No arguments."
    for each in parameters:
        kind = annotation(each).replace("|", "\\|")
        yield f"| `{each.name}` | `{kind}` | {shown_default(each)} | {ARGUMENT_MEANINGS.get(each.name, '')} |"
    actions = sorted({one.action for one in METHODS if one.name == name})
    allowed = f" Action: {', '.join(f'`{action}`' for action in actions)} ([roles](roles.md))." if actions else ""
    answer = re.sub(r"(?:\w+\.)+", "", str(inspect.signature(method).return_annotation))
    named = [one for word in re.findall(r"\w+", answer) for one in (word, *OF_EVERY_COLLECTION.get(word, ()))]
    links = [f"[`{one}`](answers.md#{one.lower()})" for one in named if one in SHAPES or one in FILES]
    fields = f" Fields: {', '.join(links)}." if links else ""
    yield from ("", f"Returns `{answer}`.{fields}{allowed}")


def commands_page() -> Iterator[str]:
    """Every command of `k2k` with its arguments, as its own help has them."""
    yield from ("# Commands", "", NOTICE, "", "```sh", "k2k explain price BLOOM C-100 ANDES/L1", "```", "")
    yield from paragraph(
        "Every command of `k2k` with its arguments. [The command line](cli.md) says what they are for, which database "
        "they work on, and what their exit status means. Each takes `--database URL` and `--debug` besides."
    )
    for command in _commands(parser()):
        yield from ("", f"## `{command.prog}`", "", *(command.description or "").strip().splitlines()[:1], "")
        own = [action for action in command._actions if action.dest not in ("help", "database", "debug")]
        if own:
            yield from ("| argument | values | default | meaning |", "|---|---|---|---|")
        yield from map(_command_argument, own) if own else ("No arguments of its own.",)


def _commands(of: ArgumentParser) -> Iterator[ArgumentParser]:
    groups = [action for action in of._actions if isinstance(action, _SubParsersAction)]
    if not groups:
        yield of
    for group in groups:
        for command in group.choices.values():
            yield from _commands(command)


def _command_argument(action: Action) -> str:
    name = ", ".join(f"`{option}`" for option in action.option_strings) or f"`{action.metavar or action.dest.upper()}`"
    values = " or ".join(f"`{choice}`" for choice in action.choices or ())
    if not values:
        values = "flag" if action.nargs == 0 else f"`{action.metavar or action.dest.upper()}`"
    if not action.option_strings:
        default = "optional" if action.nargs in ("?", "*") else "required"
    else:
        unset = action.default in (None, False, SUPPRESS, "") or action.default == []
        default = "required" if action.required else "" if unset else f"`{action.default}`"
    meaning = re.sub(r" \(default: [^)]*\)", "", action.help or "").replace("|", "/")
    return f"| {name} | {values} | {default} | {meaning} |"


def scenarios_page() -> Iterator[str]:
    """The page about scenario files, whose table of verbs is generated; the rest of it is written by hand."""
    before, header, rest = (HERE / "scenarios.md").read_text("utf-8").partition("| verb | arguments | optional |\n")
    yield from before.splitlines()
    yield from (header.strip(), "|---|---|---|")
    for verb, rules in VERBS.items():
        either = [" or ".join(f"`{name}`" for name in group) for group in rules.one_of]
        needed = ", ".join([*(f"`{name}`" for name in rules.needed), *either])
        yield f"| `{verb}` | {needed} | {', '.join(f'`{name}`' for name in rules.optional)} |"
    yield from ("", *rest.partition("\n\n")[2].splitlines())


PAGES: dict[str, Callable[[], Iterator[str]]] = {
    "answers.md": answers_page,
    "commands.md": commands_page,
    "contributions.md": contributions_page,
    "errors.md": errors_page,
    "events.md": events_page,
    "facade.md": facade_page,
    "hooks.md": hooks_page,
    "roles.md": roles_page,
    "scenarios.md": scenarios_page,
    "settings.md": settings_page,
}


def text_of(name: str) -> str:
    """A page as it should be on disk."""
    return "\n".join(PAGES[name]()) + "\n"


def main() -> None:
    """Write every page that is not as the code says."""
    for name in PAGES:
        path, text = HERE / name, text_of(name)
        if not path.is_file() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
