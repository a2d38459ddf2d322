"""`k2k plugins`: lists the installed plugins, their state, and the next step for those with a problem.

`k2k plugin accept`: puts a plugin, as it is installed here, on the record of the companies that rely on it.
`k2k plugin lift`: ends a quarantine."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import k2k_core
from k2k_core.cli.commands import plugin_projects, plugin_show
from k2k_core.cli.commands.database import opened
from k2k_core.cli.language import words
from k2k_core.cli.options import add_command, add_group, add_json
from k2k_core.cli.terminal import Terminal, table
from k2k_core.cli.usage_error import UsageError
from k2k_core.domain.plugin_states import WELL
from k2k_core.errors import K2KError, NoDatabase, NotMigrated
from k2k_core.messages import Message

if TYPE_CHECKING:
    from k2k_core.runtime.report import PluginReport
    from k2k_core.services.context import ServiceContext

MEMORY = "sqlite://"


def add_to(commands: Any) -> None:
    """Add `k2k plugins` and `k2k plugin accept`."""
    command = add_command(
        commands,
        "plugins",
        plugins,
        "list the plugins and their state",
        "If there is a database, each plugin is also loaded for every company in it.\n"
        "Exit status: 1 when one is broken or in quarantine.",
    )
    add_json(command)
    actions = add_group(commands, "plugin", "manage the plugins that companies rely on")
    plugin_show.add_show(actions)
    plugin_projects.add_check(actions)
    acceptance = add_command(
        actions,
        "accept",
        accept,
        "put a plugin, as it is installed here, on the record of the companies that rely on it",
        "Processes that lack the plugin, or have it with another compatible mark, then treat it as failed.",
    )
    acceptance.add_argument("plugin", metavar="NAME")
    acceptance.add_argument("--company", metavar="CODE", help="this company (default: all that rely on it)")
    lifting = add_command(
        actions,
        "lift",
        lift,
        "call a contribution that is in quarantine again, in every process",
        "`k2k plugins --json` names the contributions and the companies for which they are in quarantine.",
    )
    lifting.add_argument("contribution", metavar="CONTRIBUTION")
    lifting.add_argument("--company", metavar="CODE", help="for this company (default: for all)")


def accept(options: Namespace) -> int:
    """Accept a plugin for a company, or for every company that has it on record or has settings of it."""
    with opened(options.database) as k2k:
        with k2k.context.store.whole_network.reading() as session:
            known = [one.company for one in k2k.context.snapshots.all(session).values()]
        relying = [one.code for one in known if options.plugin in (*one.plugin_record, *one.plugin_settings)]
        companies = [options.company] if options.company else relying
        if not companies:
            raise UsageError(
                Message("No company relies on {plugin}.", plugin=options.plugin), Message("Name a --company.")
            )
        for company in companies:
            accepted = k2k.accept_plugin(company, options.plugin)
            said = words(
                "{company} relies on {plugin} {version} now: {contributions}",
                **{**accepted, "contributions": ", ".join(accepted["contributions"])},
            )
            options.screen.line(said)
    return 0


def lift(options: Namespace) -> int:
    """End the quarantine of a contribution for a company, or for every company for which it is in quarantine."""
    with opened(options.database) as k2k:
        found = [one for plugin in k2k.plugins() for one in plugin["contributions"]]
        stopped = [one for one in found if one["contribution"] == options.contribution]
        concerned = [code for one in stopped for code in one["quarantined_for"]]
        companies = [options.company] if options.company else concerned
        if not companies:
            raise UsageError(
                Message("{contribution} is not in quarantine.", contribution=options.contribution),
                Message("See k2k plugins."),
            )
        for company in companies:
            facts = {"contribution": options.contribution, "company": company}
            if k2k.lift_quarantine(company, options.contribution):
                options.screen.line(words("{contribution} is called again for {company}.", **facts))
            else:
                options.screen.line(words("{contribution} is not in quarantine for {company}.", **facts))
    return 0


def plugins(options: Namespace) -> int:
    """List the plugins; 1 when one of them has a problem or a company cannot be served with them."""
    with ExitStack() as closing:
        context, where = _context(closing, options)
        troubles = _loaded_for_every_company(context) if where else []
        reports = context.plugins.report()
    if options.json:
        answer = {"plugins": [one.as_dict() for one in reports], "companies": troubles}
        options.screen.line(json.dumps(answer))
    else:
        options.screen.lines(_shown(options.screen, reports, troubles, where))
    return 1 if troubles or any(one.state not in WELL for one in reports) else 0


def _context(closing: ExitStack, options: Namespace) -> tuple[ServiceContext, str]:
    """The context of the database, or, without one, a context that only finds plugins."""
    try:
        return closing.enter_context(opened(options.database)).context, options.database
    except (NoDatabase, NotMigrated):
        if options.named_database:
            raise
    context = k2k_core.bootstrap.open_context(MEMORY)
    closing.callback(k2k_core.K2K(context).close)
    return context, ""


def _loaded_for_every_company(context: ServiceContext) -> list[dict[str, object]]:
    """Load the plugins as each company has them; the companies that cannot be served, with the reason."""
    with context.store.whole_network.reading() as session:
        companies = [one.company for one in context.snapshots.all(session).values()]
    troubles: list[dict[str, object]] = []
    for company in companies:
        try:
            context.plugins.registry(company)
        except K2KError as error:
            troubles.append({"company": company.code, **error.as_dict()})
    return troubles


def _shown(
    screen: Terminal, reports: Sequence[PluginReport], troubles: Sequence[dict[str, object]], where: str
) -> Iterator[str]:
    rows = [(one.name, one.version, one.state, one.owner, _brings(one)) for one in reports]
    header, *lines = table(
        [(words("plugin"), words("version"), words("state"), words("owner"), words("contributes")), *rows]
    )
    yield screen.dim(header)
    for one, line in zip(reports, lines, strict=True):
        yield line if one.state in WELL else screen.bad(line)
        if one.problem:
            companies = words(" (for {broken_for})", broken_for=list(one.broken_for)) if one.broken_for else ""
            yield f"    {one.problem}{companies}"
        if one.next_step:
            yield words("    next: {next_step}", next_step=one.next_step)
    for trouble in troubles:
        yield screen.bad(
            words("{company} cannot be served: {problem}", company=trouble["company"], problem=trouble["message"])
        )
    well = sum(one.state in WELL for one in reports)
    yield ""
    untried = "" if where else words(" (There is no database here: they were not tried with any company.)")
    yield words(
        "{well} of {count} {count:plugin has|plugins have} no problem.{untried}",
        well=well,
        count=len(reports),
        untried=untried,
    )


def _brings(one: PluginReport) -> str:
    return one.title or words("{count} {count:contribution|contributions}", count=len(one.contributions))
