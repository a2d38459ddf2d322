"""A time zone is one of the public list, which every machine has; no file of this machine is one."""

from __future__ import annotations

import pytest

from k2k_core.domain import parsing
from k2k_core.errors import Invalid


@pytest.mark.parametrize(
    "zone", ["America/Bogota", "America/New_York", "UTC", "Etc/GMT+5", "US/Eastern", "Asia/Kolkata"]
)
def test_a_zone_of_the_public_list_is_taken(zone: str) -> None:
    assert parsing.time_zone(zone) == zone


@pytest.mark.parametrize(
    "zone",
    [
        *(
            "localtime",
            "posixrules",
            "Factory",
            "posix/UTC",
            "right/UTC",
            "tzdata.zi",
            "../etc/passwd",
            "/etc/localtime",
        ),
        *("america/bogota", "America", "America/Bogotá", "UTC+5", "-05:00", "EST5EDT4", "", "America/Bogota\x00"),
    ],
)
def test_anything_else_is_refused(zone: str) -> None:
    with pytest.raises(Invalid):
        parsing.time_zone(zone)
