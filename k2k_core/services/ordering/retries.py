"""When work that others got in the way of is tried again."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator

FIRST, LONGEST = 0.005, 0.25
"""The longest first pause, and the longest of all, in seconds."""


def pauses(patience: float) -> Iterator[None]:
    """Once for each attempt: the first at once, the others after pauses that double on average and are random, so that
    those who met do not meet again; none after so many seconds."""
    end, longest = time.monotonic() + patience, FIRST
    yield
    while time.monotonic() < end:
        time.sleep(random.uniform(0, longest))
        longest = min(2 * longest, LONGEST)
        yield
