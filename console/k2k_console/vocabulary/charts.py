"""Chart: a bar for each period with a second value below it, and the numbers as a table."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

HIGH = 96
"""The height of the highest bar, in percent of the chart."""

ROOM = 90
"""The range of the second value, in percent of its height."""


@dataclass(frozen=True)
class Bar:
    """A period: its value as a bar, the short text above it, and a second value, which may be unknown. `cells` are its
    numbers in the table."""

    label: str
    value: Decimal
    shown: str
    cells: tuple[str, ...]
    second: Decimal | None = None
    second_shown: str = ""


@dataclass(frozen=True)
class Chart:
    """Bars beside each other; the last is the present one. `rows` are the headings of the table's rows: one for each
    of the cells."""

    first: str
    rows: tuple[str, ...]
    bars: tuple[Bar, ...]

    def height(self, bar: Bar) -> int:
        """How high a bar is, in percent of the chart."""
        most = max((one.value for one in self.bars), default=Decimal(0))
        return int(HIGH * max(bar.value, Decimal(0)) / most) if most > 0 else 0

    def place(self, bar: Bar) -> int | None:
        """How far below the highest second value that of a bar is, in percent; None where it is unknown."""
        known = [one.second for one in self.bars if one.second is not None]
        if bar.second is None:
            return None
        span = max(known) - min(known)
        return int(ROOM * (max(known) - bar.second) / span) if span else ROOM // 2
