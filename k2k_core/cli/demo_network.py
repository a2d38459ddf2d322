"""The network of the demo: its scenario, its clock, and a facade that writes its labels to files."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from urllib.parse import quote

from k2k_core.api import K2K
from k2k_core.bootstrap import open_context
from k2k_core.cli.language import spoken
from k2k_core.clock import Clock
from k2k_core.domain.answers.fulfilment import PrintedLabel
from k2k_core.domain.labels import Label
from k2k_core.errors import Invalid, NotConfigured
from k2k_core.scenario.reader import Scenario, read_scenario
from k2k_core.scenario.runner import FrozenClock, clock_of
from k2k_core.services.fulfilment.labels import shown

SCENARIO = "valentine.yaml"
MAIL = "mail"
"""The folder of its mails, in its own folder."""


@dataclass(frozen=True)
class Performance:
    """The demo's network, open, with its scenario and its clock."""

    k2k: K2K
    scenario: Scenario
    clock: FrozenClock


class Printing(K2K):
    """The facade, whose labels also become files in a folder."""

    folder: Path

    def labels(
        self,
        company: str,
        awb: str | None = None,
        box_codes: Sequence[str] | None = None,
        format: str = "zpl",
        partner: str | None = None,
    ) -> list[PrintedLabel]:
        """Print labels, and write the sheet of all, or the single label, to a file."""
        printed = self.label_files(company, awb, box_codes, format, partner)
        good = [label for _, label in printed.labels if isinstance(label, Label)]
        name = f"{company}-{awb or 'reprint'}.{format}"
        if good:
            (self.folder / name).write_bytes(printed.sheet or good[0].content)
        return [shown(box_code, label) for box_code, label in printed.labels]


def prepare(folder: Path, database: str, ticking: Callable[[FrozenClock], Clock] = lambda clock: clock) -> Performance:
    """A fresh network for the demo: an empty folder, a new database, and the scenario.

    `ticking` makes the network's clock from the scenario's. Raises `NotConfigured` when the folder cannot be written,
    `Invalid` when the scenario has faults.
    """
    scenario = read_bundled()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for old in (*folder.glob(f"{database}*"), *folder.glob(f"{MAIL}/*.eml")):
            old.unlink()
    except OSError as error:
        raise NotConfigured("{folder} cannot be written: {why}.", folder=folder, why=error.strerror or error) from None
    clock = clock_of(scenario)
    k2k = Printing(
        open_context(
            f"sqlite:///{quote(str(folder / database))}", clock=ticking(clock), environ=_without_mail_server()
        ).in_language(spoken())
    )
    k2k.folder = folder
    k2k.context.store.migrate()
    return Performance(k2k, scenario, clock)


def _without_mail_server() -> dict[str, str]:
    """The environment without its mail server: mails of the demo are written to files and sent to nobody."""
    return {name: value for name, value in os.environ.items() if not name.startswith("K2K_MAIL")}


def read_bundled() -> Scenario:
    """The demo's scenario, which comes with K2K."""
    with as_file(files("k2k_config").joinpath("demo", SCENARIO)) as path:
        scenario, faults = read_scenario(path)
    if scenario is None:
        raise Invalid("The scenario {scenario} has faults.", faults, scenario=SCENARIO)
    return scenario
