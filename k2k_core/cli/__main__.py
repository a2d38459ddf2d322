"""`python -m k2k_core.cli` is `k2k`."""

from __future__ import annotations

import sys

from k2k_core.cli.program import main

if __name__ == "__main__":
    sys.exit(main())
