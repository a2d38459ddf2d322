"""Settings of one company that can never work, and are refused when they are saved (domain sections 3 and 4).

Only what is certainly impossible is here. What is merely unusual is a finding of the checks.
"""

from __future__ import annotations

from collections.abc import Mapping

from k2k_core.domain.dates import effective_cut_offs
from k2k_core.domain.parties import NO_SHIPPING, WEEKDAYS, Carrier
from k2k_core.messages import Message


def impossible_ages(min_age: int | None, max_age: int | None) -> str | None:
    """What is wrong with two age limits of one record; None when some age passes both."""
    if min_age is None or max_age is None or min_age <= max_age:
        return None
    return Message(
        "the minimum age of {min_age} is above the maximum age of {max_age}: no lot would pass both; "
        "lower the one or raise the other",
        min_age=min_age,
        max_age=max_age,
    )


def impossible_week(cut_offs: Mapping[str, str]) -> str | None:
    """What is wrong with cut-offs that close every day of the week; None when something can ship."""
    if any(cut_offs.get(day) != NO_SHIPPING for day in WEEKDAYS):
        return None
    return Message(
        "nothing would ship on any day of the week; leave one day at least without {no_shipping}",
        no_shipping=NO_SHIPPING,
    )


def impossible_service(
    days_of_service: Mapping[str, str], cut_offs: Mapping[str, str], carriers: Mapping[str, Carrier]
) -> str | None:
    """What is wrong with a connected company's days of service when nothing ships on any of them; else None.

    `cut_offs` are the e-commerce ones; the carrier of a day may close it too. Without days of service every day counts.
    """
    effective = effective_cut_offs(cut_offs, days_of_service, carriers)
    if not days_of_service or any(effective.get(day) != NO_SHIPPING for day in days_of_service):
        return None
    days = ", ".join(day for day in WEEKDAYS if day in days_of_service)
    return Message(
        "it is served on {days} alone, and nothing ships then ({no_shipping}); serve another day, or open one",
        days=days,
        no_shipping=NO_SHIPPING,
    )
