"""A process that verifies a network once and prints how long that took, how many faults there were, and how much memory
it added at its peak, as JSON.

    python verifying_process.py '{"url": ...}'
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from k2k_core.store import verification
from k2k_core.store.engine import Store


def verify(url: str) -> dict[str, float]:
    """Verify the network at `url`: seconds, also those of the processor alone, faults, and the process's peak of
    memory."""
    store = Store(url)
    begun, worked = time.monotonic(), time.process_time()
    faults = verification.faults(store)
    seconds, worked = time.monotonic() - begun, time.process_time() - worked
    store.close()
    return {
        "seconds": seconds,
        "worked": worked,
        "faults": len(faults),
        "megabytes": _peak() / 1024,
    }


def _peak() -> int:
    """The most memory that this program has had, in kilobytes. `ru_maxrss` is that of the process which started it, if
    that had more."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM"))


if __name__ == "__main__":
    sys.stdout.write(json.dumps(verify(json.loads(sys.argv[1])["url"])))
