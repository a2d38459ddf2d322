"""The nightly run's plugin (`make nightly`): ten times as many random examples, where a test leaves the number open."""

from __future__ import annotations

from hypothesis import settings

TIMES = 10


def pytest_configure() -> None:
    """Give hypothesis more time than anyone has while working."""
    usual = settings.get_profile("default").max_examples
    settings.register_profile("nightly", max_examples=TIMES * usual, deadline=None)
    settings.load_profile("nightly")
