"""`k2k new-plugin`: writes the project of a new plugin. `k2k plugin check`: installs one for trial, and holds it to the
contract, its own tests and its types."""

from __future__ import annotations

import json
import tempfile
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from k2k_core.cli import plugin_kit
from k2k_core.cli.language import said, words
from k2k_core.cli.options import add_command, add_json
from k2k_core.cli.plugin_kit.sketches import SKETCHES
from k2k_core.cli.terminal import Terminal

if TYPE_CHECKING:
    from k2k_core.cli.plugin_kit.checking import Step


def add_to(commands: Any) -> None:
    """Add `k2k new-plugin`."""
    command = add_command(
        commands,
        "new-plugin",
        new_plugin,
        "write the project of a new plugin",
        "It can be installed at once, has one contribution for each hook, settings, help for admins, and tests that\n"
        "pass. Replace what it contributes by your own.",
    )
    command.add_argument("name", metavar="NAME", help="the name of the project, such as acme-friends")
    command.add_argument(
        "--hook",
        action="append",
        choices=tuple(SKETCHES),
        help="a hook that it implements; may be repeated (default: all)",
    )
    command.add_argument("--title", metavar="TEXT", help="its name for people (default: from NAME)")
    command.add_argument(
        "--owner", metavar="TEXT", default="", help="whom to contact when it fails, as `Name <address>`"
    )
    command.add_argument("--into", metavar="FOLDER", type=Path, help="where to write it (default: a folder NAME here)")


def add_check(actions: Any) -> None:
    """Add `k2k plugin check`."""
    command = add_command(
        actions,
        "check",
        check,
        "check the project of a plugin before its release",
        "It is installed for trial into a folder that is removed again, and what is installed there is held to the\n"
        "contract of plugins, to its own tests and to its types. A plugin that is installed already is held to the\n"
        "contract as it is.\nExit status: 1 when something is to be mended.",
    )
    command.add_argument(
        "folder", metavar="FOLDER", type=Path, help="the project, where its pyproject.toml is; or an installed plugin"
    )
    add_json(command)


def new_plugin(options: Namespace) -> int:
    """Write a project, and say what to do with it."""
    folder = options.into or Path(options.name)
    title = options.title or options.name.replace("-", " ").replace("_", " ").capitalize()
    owner = options.owner or title
    hooks = [hook for hook in SKETCHES if hook in (options.hook or SKETCHES)]
    written = plugin_kit.new_project.write_project(folder, options.name, title, owner, hooks)
    options.screen.lines(str(path) for path in written)
    options.screen.line()
    options.screen.line(words("Next:"))
    options.screen.line("    pip install --upgrade setuptools pytest mypy zxing-cpp")
    options.screen.line(f"    pip install -e {folder}")
    options.screen.line(f"    k2k plugin check {folder}")
    options.screen.line(
        words(
            "Then replace what {package} contributes by your own.",
            package=plugin_kit.new_project.package_of(options.name),
        )
    )
    return 0


def check(options: Namespace) -> int:
    """Check a project; 1 when something is to be mended."""
    steps: list[Step] = []
    with tempfile.TemporaryDirectory(prefix="k2k-plugin-") as work:
        for step in _steps(options.folder, Path(work)):
            steps.append(step)
            if not options.json:
                _show(options.screen, step)
    failed = any(step.problems for step in steps)
    if options.json:
        answer = [{"step": str(step.name), "done": str(step.done), "problems": list(step.problems)} for step in steps]
        options.screen.line(json.dumps({"passed": not failed, "steps": answer}))
    else:
        options.screen.line()
        options.screen.line(words("Something is to be mended.") if failed else words("It can be released."))
    return int(failed)


def _steps(folder: Path, work: Path) -> Iterator[Step]:
    """The checks of a project in a folder, or else of the plugin of that name."""
    if folder.is_dir() or len(folder.parts) != 1:
        return plugin_kit.checking.checked(folder.resolve(), work)
    return plugin_kit.checking.checked_installed(folder.name, work)


def _show(screen: Terminal, step: Step) -> None:
    line = f"{said(step.name):26}{said(step.done)}"
    screen.line(screen.bad(line) if step.problems else line)
    for problem in step.problems:
        screen.lines(said(problem).splitlines(), indent="    ")
