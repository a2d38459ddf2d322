"""A program that takes a job and never ends it: `python -m tests.services.jobs.stuck_worker DATABASE before|after`.

It says when it is stuck: before the work is done, or after that, so that nobody has heard what came of it.
"""

from __future__ import annotations

import sys
import time
from typing import Any

from k2k_core import K2K
from k2k_core.api import jobs
from k2k_core.services.jobs.runner import JobRunner


def main(database: str, when: str) -> None:
    """Take the job and get stuck."""
    with K2K.open(database) as net:

        def perform(context: Any, work: Any) -> Any:
            if when == "after":
                jobs._perform(context, work)
            sys.stdout.write("stuck\n")
            sys.stdout.flush()
            time.sleep(600)

        JobRunner(net.context, perform).run_next()


if __name__ == "__main__":
    main(*sys.argv[1:])
