"""A process that changes a company's settings and seals the audit, again and again, until somebody kills it.

    python sealing_process.py '{"url": ...}'

What it prints, once a change is answered, is a line with the number of the change.
"""

from __future__ import annotations

import json
import os
import sys
from itertools import count

from k2k_core.store.events import audit_sealing
from tests.proofs.network import BUYER, open_network

AT_ONCE = 2
"""So few entries at once that it is often killed between two units of work."""


def seal_for_ever(url: str) -> None:
    """Change, acknowledge, and now and then seal."""
    audit_sealing.AT_ONCE = AT_ONCE
    k2k = open_network(url)
    for number in count():
        k2k.set(BUYER, settings={"cart_minutes": 10 + number % 50})
        os.write(1, f"{number}\n".encode())
        if number % 5 == 4:
            k2k.seal_audit()


if __name__ == "__main__":
    seal_for_ever(json.loads(sys.argv[1])["url"])
