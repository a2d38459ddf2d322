"""The first ship date of an assortment, with its reason (domain section 4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from k2k_core.domain.dates import PlannerStep
from k2k_core.services.catalog.assortment import Assortment


class FirstShipDate(NamedTuple):
    """The day, None if there is none, the code of the company that ships then, and the chain of reasons."""

    day: dt.date | None
    shipper: str
    chain: Sequence[PlannerStep]


def first_ship_date(assortment: Assortment) -> FirstShipDate:
    """The first day for which boxes of a vendor can be ordered; of own stock where no vendor has one, since own stock
    is there at once. Of several vendors the first by code counts."""
    vendors = [assortment.planner(assortment.partners[code]) for code in sorted(assortment.partners)]
    planners = [*vendors, assortment.planner(None)]
    days = [planner.first() for planner in planners]
    earliest = min((day for day in days[:-1] if day is not None), default=days[-1])
    planner = planners[days.index(earliest)]
    return FirstShipDate(earliest, planner.shipper.code, list(planner.chain()))
