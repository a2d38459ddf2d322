"""The pytest plugin of the nightly run (`make nightly`): ten times as many random examples where a test leaves the
number open, and 100,000 customers of random networks against the price oracle."""

from __future__ import annotations

import os

from hypothesis import settings

TIMES = 10
CUSTOMERS = "100000"


def pytest_configure() -> None:
    """Give random examples more time than anyone has while working."""
    usual = settings.get_profile("default").max_examples
    settings.register_profile("nightly", max_examples=TIMES * usual, deadline=None)
    settings.load_profile("nightly")
    os.environ.setdefault("K2K_EXAMPLES", CUSTOMERS)
