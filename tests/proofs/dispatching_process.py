"""A worker that sends webhooks until somebody kills it.

python dispatching_process.py '{"url": ..., "pace": {"lease": 3.0, ...}, "threads": 16, "attempts": 9}'
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from typing import Any

from k2k_core.api import K2K
from k2k_core.domain.retry_policy import RetryPolicy
from k2k_core.services.events.dispatcher import Dispatcher


def dispatch(order: dict[str, Any]) -> None:
    """Say that it is there, and send."""
    os.environ["K2K_WEBHOOK_LOCAL"] = "on"  # the receivers are on this machine
    k2k = K2K.open(order["url"])
    policy = {name: dt.timedelta(seconds=seconds) for name, seconds in order["pace"].items()}
    dispatcher = Dispatcher(
        k2k.context, threads=order["threads"], policy=RetryPolicy(attempts=order["attempts"], **policy)
    )
    os.write(1, b"ready\n")
    dispatcher.run()


if __name__ == "__main__":
    dispatch(json.loads(sys.argv[1]))
