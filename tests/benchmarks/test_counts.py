"""No page costs more calls of functions, and no catalog more memory, than it does today: counts that say the same on
every machine, in a few seconds. `make bench` measures the same works at full size."""

from __future__ import annotations

from pathlib import Path

from tests.benchmarks import counts


def test_no_page_calls_more_functions_and_no_catalog_holds_more_bytes_than_counted(tmp_path: Path) -> None:
    found = counts.measure(tmp_path)
    assert [str(target) for target in found if target.missed] == []
    assert len(found) == 2 * len(counts.PAGES) + len(counts.HELD)
