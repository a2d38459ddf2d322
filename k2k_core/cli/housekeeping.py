"""Housekeeping in a background thread of a command: sweeps expired carts and orders, seals the
audit, deletes old deliveries.

Correctness does not depend on it: whether a cart or an order has ended is decided whenever it is used.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from k2k_core.api import K2K


log = logging.getLogger("k2k.housekeeping")

SWEEP_SECONDS = 5.0
"""Seconds after which the boxes of a cart or an order that has ended return at the latest."""

CLEANUP_SECONDS = 3600.0

SEAL_SECONDS = 20.0
"""Seconds after which entries of the audit are sealed at the latest."""


@contextmanager
def housekeeping(
    k2k: K2K, expired: Callable[[int], object] = lambda _ended: None, seconds: float = SWEEP_SECONDS
) -> Iterator[None]:
    """A thread that sweeps every few seconds, seals the audit and deletes old deliveries every hour, until the block
    ends. `expired` is called with the number of carts and orders that had ended."""
    ended = threading.Event()

    def work() -> None:
        cleaned = sealed = float("-inf")
        while not ended.wait(seconds):
            with _going_on("housekeeping failed"):
                expired(k2k.sweep())
                if time.monotonic() - cleaned > CLEANUP_SECONDS:
                    k2k.tidy()
                    cleaned = time.monotonic()
            with _going_on("the audit was not sealed"):
                if time.monotonic() - sealed > SEAL_SECONDS:
                    k2k.seal_audit()
                    sealed = time.monotonic()

    thread = threading.Thread(target=work, name="k2k-housekeeping", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


@contextmanager
def _going_on(failure: str) -> Iterator[None]:
    """Logs what fails: the database may come back, and the thread must still run then."""
    try:
        yield
    except Exception:
        log.exception(failure)
