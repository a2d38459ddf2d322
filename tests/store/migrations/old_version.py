"""Plays a scenario with the program of an old version, and writes down the database that it left.

python old_version.py every_order.yaml every_order.json.gz

Run with the sources of that version first on the path (PYTHONPATH: its root, config, console and plugins), as a program
beside its own. The file holds the `clock` at the end, the `answers` of the steps that have a name, the `tables` with
their rows, and each company's `documents` as that version showed them.
"""

from __future__ import annotations

import gzip
import json
import sqlite3
import sys
import tempfile
from pathlib import Path
from typing import Any

from k2k_core.api import K2K
from k2k_core.scenario.reader import read_scenario
from k2k_core.scenario.runner import clock_of, play

TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN ('schema_version', 'sqlite_sequence')"


def main(scenario_path: str, target: str) -> None:
    """Play, look, and write; every step must come out as expected."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "old.db"
        left = _played(Path(scenario_path), f"sqlite:///{path}")
        left["tables"] = _tables(path)
    text = json.dumps(left, separators=(",", ":"), ensure_ascii=False)
    Path(target).write_bytes(gzip.compress(text.encode(), mtime=0))


def _played(path: Path, url: str) -> dict[str, Any]:
    scenario, faults = read_scenario(path)
    if scenario is None:
        raise ValueError(faults)
    clock = clock_of(scenario)
    with K2K.open(url, clock=clock) as net:
        outcomes = list(play(scenario, net, clock))
        if unexpected := [(one.step, one.differences) for one in outcomes if not one.passed]:
            raise ValueError(unexpected)
        companies = [company["code"] for company in scenario.network["companies"]]
        return {
            "clock": clock().isoformat(),
            "answers": {one.step.name: one.result for one in outcomes if one.step.name},
            "documents": {company: _documents(net, company) for company in companies},
        }


def _documents(net: K2K, company: str) -> dict[str, Any]:
    numbers = [one["number"] for one in net.orders(company)]
    return {number: json.loads(json.dumps(net.show(company, number))) for number in numbers}


def _tables(path: Path) -> dict[str, Any]:
    connection = sqlite3.connect(path)
    tables = {}
    for (name,) in connection.execute(TABLES).fetchall():
        cursor = connection.execute(f'SELECT * FROM "{name}"')
        rows = cursor.fetchall()
        if rows:
            tables[name] = {"columns": [column for column, *_ in cursor.description], "rows": rows}
    connection.close()
    return tables


if __name__ == "__main__":
    main(*sys.argv[1:])
