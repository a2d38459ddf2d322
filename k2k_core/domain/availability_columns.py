"""The columns of a vendor availability file, and what the boxes of its rows mean."""

from __future__ import annotations

OVERWRITE, INCREASE = "overwrite", "increase"
MODES = (OVERWRITE, INCREASE)
"""What the boxes of a row mean: the new number of the lot, or a number that is added."""

NEEDED = ("lot", "boxes")
"""Columns that every file must have."""

OF_A_NEW_LOT = ("product", "box_type", "units_per_box", "unit_type", "arrival_date")
"""Columns that a new lot needs in addition."""

DAYS = ("arrival_date",)
"""Columns of days."""

COLUMNS = (*NEEDED, *OF_A_NEW_LOT, "vendor", "location", "stems_per_bunch", "unit_cost", "va_price")
