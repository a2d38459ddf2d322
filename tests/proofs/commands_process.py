"""A process that does what it is told, command by command, until somebody kills it.

    python commands_process.py '{"url": ..., "company": "ANDES"}'

It reads `[command, arguments, named arguments, lot]` from its standard input, a line each, and writes `[answer, code of
a refusal, quantities of the lot]` to its standard output, a line each.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from k2k_core.errors import K2KError
from tests.proofs.network import open_network


def do_as_told(order: dict[str, Any]) -> None:
    """Read, do, answer."""
    k2k = open_network(order["url"])
    for line in sys.stdin:
        command, args, named, lot = json.loads(line)
        answer, refused = None, None
        try:
            answer = getattr(k2k, command)(*args, **named)
        except K2KError as error:
            refused = error.code
        quantities = k2k.quantities(order["company"], [lot])["items"][0]
        print(json.dumps([answer, refused, quantities]), flush=True)  # noqa: T201 - that is how it answers


if __name__ == "__main__":
    do_as_told(json.loads(sys.argv[1]))
