"""`k2k run`: the scenarios of admins, of plugin authors and of the project."""

from __future__ import annotations

from argparse import Namespace

from k2k_core.scenario.report import run_files


def run(options: Namespace) -> int:
    """Run scenario files, each in a fresh memory unless the call names a database."""
    return run_files(options.files, options.named_database, options.json)
