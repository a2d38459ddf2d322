"""What keeps a network's house while a command runs on it: boxes of expired carts return, what is long done is
forgotten. Nothing depends on it: whether a cart has expired is decided whenever somebody touches it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from k2k_core.api import K2K

log = logging.getLogger("k2k.house")

SWEEP_SECONDS = 5.0
"""How long at most the boxes of an expired cart wait."""

TIDY_SECONDS = 3600.0


@contextmanager
def housekeeping(
    k2k: K2K, expired: Callable[[int], object] = lambda _carts: None, seconds: float = SWEEP_SECONDS
) -> Iterator[None]:
    """A thread that sweeps every few seconds and tidies up every hour, until the block ends. `expired` is told how many
    carts had run out of time."""
    ended = threading.Event()

    def work() -> None:
        tidied = float("-inf")
        while not ended.wait(seconds):
            try:
                expired(k2k.sweep())
                if time.monotonic() - tidied > TIDY_SECONDS:
                    k2k.tidy()
                    tidied = time.monotonic()
            except Exception:  # the database may come back; whoever keeps house must be there when it does
                log.exception("keeping house failed")

    keeper = threading.Thread(target=work, name="k2k-keeper", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        ended.set()
        keeper.join()
