"""Peak memory of a function, measured in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

_RUN = """
import json, sys
from tests.benchmarks import {module}
from tests.benchmarks.memory import peak
answer = {module}.{work}(*json.loads(sys.argv[1]))
print(json.dumps([answer, peak()]))
"""


def peak() -> float:
    """The most memory that this process has held, in MB.

    `ru_maxrss` would do on systems without `/proc`, but on Linux a child begins with the peak of who started it.
    """
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


def alone(module: str, work: str, *arguments: object) -> tuple[Any, float]:
    """What a function of a benchmark answers (JSON) in a process of its own, and the peak of that process in MB."""
    script = [sys.executable, "-c", _RUN.format(module=module, work=work), json.dumps(arguments)]
    done = subprocess.run(script, stdout=subprocess.PIPE, check=True, text=True)
    answer, most = json.loads(done.stdout)
    return answer, most
