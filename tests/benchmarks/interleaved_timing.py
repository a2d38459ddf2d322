"""Timing of several functions that run in turns within one process; the best of several rounds counts.

The best round is the one least disturbed by the rest of the machine. Ratios of best rounds are about the same on a slow
machine as on a fast one.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

Work = Callable[[], object]


class Target(NamedTuple):
    """A ratio or a count that was measured, and the most that it may be; without a limit it is only told."""

    what: str
    measured: float
    limit: float | None = None

    @property
    def missed(self) -> bool:
        """Whether it is more than it may be."""
        return self.limit is not None and self.measured > self.limit

    def __str__(self) -> str:
        goal = "" if self.limit is None else f"   at most {self.limit:g}{'   MISSED' if self.missed else ''}"
        return f"  {self.what:<72} {_shown(self.measured):>8}{goal}"

    def beside(self, committed: float | None) -> str:
        """The figure beside that of the last release, and how many times that it is."""
        if committed is None:
            return str(self)
        times = f", × {self.measured / committed:.2f}" if committed else ""
        return f"{self}   (release: {_shown(committed)}{times})"


def _shown(figure: float) -> str:
    """A figure with one decimal, a small one with two digits."""
    return f"{figure:.2g}" if 0 < figure < 1 else f"{figure:.1f}"


def best_of(rounds: int, works: Mapping[str, Work], between: Mapping[str, Work] | None = None) -> dict[str, float]:
    """Seconds that each work takes at best. Every round does each work once; `between` prepares one, untimed."""
    best = dict.fromkeys(works, float("inf"))
    gc.freeze()  # what was there before is not searched for garbage before each work
    try:
        for _ in range(rounds):
            for name, work in works.items():
                if between and name in between:
                    between[name]()
                gc.collect()
                start = time.perf_counter()
                work()
                best[name] = min(best[name], time.perf_counter() - start)
    finally:
        gc.unfreeze()
    return best
