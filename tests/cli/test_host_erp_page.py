"""The examples in docs/host-erp.md form one program, and it runs."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "host-erp.md"


def test_the_examples_of_the_page_run() -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert len(blocks) > 10
    exec(compile("\n".join(blocks), str(PAGE), "exec"), {"__name__": "host_erp"})
