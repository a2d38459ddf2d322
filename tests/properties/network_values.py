"""Values that the oracle reads from a plain network: amounts as fractions, days, box sizes, rows of price lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import floor
from typing import Any

Facts = Mapping[str, Any]

FBE = {"FB": Fraction(1), "HB": Fraction(1, 2), "QB": Fraction(1, 4), "EB": Fraction(1, 8)}


def number(value: Any) -> Fraction | None:
    """An amount of the network; None where it is blank."""
    return None if value is None else Fraction(str(value))


def day(value: Any) -> dt.date:
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(value)


def only(rows: Sequence[Facts], **wanted: Any) -> Facts | None:
    """The first row with these values."""
    return next((row for row in rows if all(row.get(key) == value for key, value in wanted.items())), None)


def half_up(value: Fraction, scale: int) -> Fraction:
    """Rounded half up to 1/scale, as everybody does by hand: what is below zero is rounded as if it were above."""
    rounded = Fraction(floor(abs(value) * scale + Fraction(1, 2)), scale)
    return rounded if value >= 0 else -rounded


def stored(amount: Fraction) -> Fraction:
    """An amount as it is kept: with six decimals."""
    return half_up(amount, 10**6)


def boxes(lot: Facts) -> Fraction:
    """How many boxes a lot is: loose units are a part of the box they came from."""
    count = Fraction(lot["boxes"])
    return count / lot["units_per_box"] if lot["inventory_type"] == "open_market_units" else count


def fbe(company: Facts, lot: Facts) -> Fraction:
    """The full-box equivalent of the lot's box type."""
    own = only(company.get("box_types", ()), code=lot["box_type"])
    return Fraction(str(own["fbe"])) if own else FBE[lot["box_type"]]


def cubes(company: Facts, lot: Facts) -> Fraction | None:
    """Cubic feet of a box; dimensions for the product win over those of the box type alone."""
    rows = [row for row in company.get("box_dimensions", ()) if row["box_type"] == lot["box_type"]]
    row = only(rows, product=lot["product"]) or only(rows, product=None)
    if row is None:
        return None
    length, width, height = (Fraction(str(row[side])) for side in ("length", "width", "height"))
    return length * width * height / 1728


def best_row(lists: Sequence[Facts], product: Any, box_type: Any, vendor: Any, on: dt.date) -> Facts | None:
    """First the list, then the row: the latest start of a season with a row for the lot, then the list's code; within
    it the most specific row."""
    found: list[tuple[int, str, Facts]] = []
    for each in lists:
        for season in each["seasons"] if each.get("active", True) else ():
            if not day(season["start"]) <= on <= day(season["end"]):
                continue
            rows = [row for row in season["rows"] if _matches(row, product, box_type, vendor)]
            if rows:
                found.append((-day(season["start"]).toordinal(), each["code"], max(rows, key=_specific)))
    return min(found, key=lambda entry: entry[:2])[2] if found else None


def _matches(row: Facts, product: Any, box_type: Any, vendor: Any) -> bool:
    fits = row.get("box_type") in (None, box_type) and row.get("vendor") in (None, vendor)
    return row["product"] == product and fits


def _specific(row: Facts) -> tuple[bool, bool]:
    return row.get("vendor") is not None, row.get("box_type") is not None
