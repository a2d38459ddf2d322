"""Starts scripts of this folder as processes that work on one network at once. Each gets its task as JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

HERE = Path(__file__).parent
TOP = HERE.parents[1]
LONGEST = 3000
"""Seconds that a process may take, on the slowest machine."""


def start(script: str, order: dict[str, Any]) -> subprocess.Popen[str]:
    """Start a script with its order."""
    command = [sys.executable, str(HERE / script), json.dumps(order)]
    pipe = subprocess.PIPE
    path = [str(TOP), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path)}
    return subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def together(script: str, orders: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Start one process for each order, let all begin at the same moment, and answer what each of them answers."""
    running = [start(script, order) for order in orders]
    try:
        for process in running:
            line = _pipe(process.stdout).readline()
            assert line == "ready\n", line + process.communicate()[1]
        for process in running:
            _pipe(process.stdin).write("go\n")
            _pipe(process.stdin).flush()
        return [_answer(process) for process in running]
    finally:
        for process in running:
            process.kill()
            process.communicate()


def _answer(process: subprocess.Popen[str]) -> dict[str, Any]:
    output, complaints = process.communicate(timeout=LONGEST)
    assert process.returncode == 0, complaints
    answer: dict[str, Any] = json.loads(output)
    return answer


def _pipe(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None
    return pipe
