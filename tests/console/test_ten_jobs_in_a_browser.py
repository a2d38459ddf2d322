"""The most frequent jobs, walked in Chromium as each role that may do them: how many clicks and fields they take, and
that docs/console.md says so. `make walk` writes it again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from k2k_core.api import K2K
from tests.console.ten_jobs import JOBS
from tests.console.walking import table, walking, written

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.parametrize("engine", ["sqlite"], indirect=True),
]


@pytest.mark.long
def test_frequent_jobs_take_as_few_clicks_and_fields_as_the_documents_say(
    chromium: Browser, served: Any, k2k: K2K, tmp_path: Path
) -> None:
    with served(k2k, tmp_path) as port, walking(chromium, port, k2k) as walker:
        measured = [walker.walk(job, thorough=False) for job in JOBS]
    for one in measured:
        for role, took in one.took.items():
            assert took[0] <= one.job.most[0], (one.job.name, role)
            assert took[1] <= one.job.most[1], (one.job.name, role)
    assert table(measured) == written()
