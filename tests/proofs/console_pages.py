"""Looks at every address of the console in both languages, light and dark, wide and narrow (`page_sweep`)."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.console.conftest import serving, small_network
from tests.console.every_address import furnish
from tests.console.in_chromium import launched
from tests.console.page_sweep import Sweep


def sweep(database_url: str) -> Sweep:
    """The sweep of a furnished network, with every look."""
    with (
        tempfile.TemporaryDirectory(prefix="k2k-console-") as folder,
        small_network(database_url) as k2k,
        launched() as chromium,
    ):
        furnish(k2k)
        with serving(k2k, Path(folder)) as port:
            found = Sweep(chromium, f"http://127.0.0.1:{port}", k2k, thorough=True)
            found.run()
            found.close()
    return found
