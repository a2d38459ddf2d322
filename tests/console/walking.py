"""Walks the ten most frequent jobs in Chromium, and writes what they took and their pictures into the documents.

python -m tests.console.walking        as `make walk`
"""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page

from k2k_core.api import K2K
from tests.console.conftest import serving, small_network
from tests.console.in_chromium import launched, log_in
from tests.console.staged_boxes import grow
from tests.console.ten_jobs import JOBS
from tests.console.walk import Draw, Job, Measured, Walk

DOCS = Path(__file__).parents[2] / "docs"
PAGE, PICTURES = DOCS / "console.md", DOCS / "images" / "console"
BLOCK = re.compile(r"(?<=<!-- clicks: written by `make walk` -->\n).*?(?=<!-- end of clicks -->)", re.DOTALL)
SIZE: Any = {"width": 1440, "height": 900}
PHONE: Any = {"width": 390, "height": 844}
COLOURS = 128
LANGUAGES = ("en", "es")


class Walker:
    """Walks jobs on a network: one browser of their own for each person."""

    def __init__(self, chromium: Browser, address: str, k2k: K2K, draw: Draw) -> None:
        self._chromium, self._address, self._k2k, self._draw = chromium, address, k2k, draw
        self._people: dict[str, Page] = {}
        self._number = 0

    def walk(self, job: Job, *, thorough: bool) -> Measured:
        """Walk a job as each role: in both languages, or in one after the other where it is not thorough."""
        measured = Measured(job)
        for place, role in enumerate(job.roles):
            for language in LANGUAGES if thorough else (LANGUAGES[place % 2],):
                took = self._as(job, role, language, drawing=place == 0 and language == "en")
                assert measured.took.setdefault(role, took) == took, f"{job.name}: languages differ for {role}"
        return measured

    def close(self) -> None:
        """Close every browser."""
        for page in self._people.values():
            page.context.close()

    def _as(self, job: Job, role: str, language: str, *, drawing: bool) -> tuple[int, int]:
        self._number += 1
        page = self._person(f"{role}@{job.company.lower()}.test", language)
        made = job.before(self._k2k, self._number)
        page.goto("/")
        walk = Walk(page, language, self._draw) if drawing else Walk(page, language)
        job.walk(walk, made)
        assert job.done(self._k2k, made), f"{job.name} as {role}"
        job.after(self._k2k, made)
        return walk.clicks, walk.fields

    def _person(self, email: str, language: str) -> Page:
        self._k2k.set_preferences(email, {"locale": language})
        if email not in self._people:
            context = self._chromium.new_context(base_url=self._address, viewport=SIZE, reduced_motion="reduce")
            self._people[email] = context.new_page()
            log_in(self._people[email], email)
        return self._people[email]


def prepare(k2k: K2K) -> None:
    """Enough boxes for every walk, and nothing that is mapped by itself."""
    grow(k2k, 500)
    k2k.set("BLOOM", settings={"auto_map_products": False, "autoconfirm": False})
    k2k.put("BLOOM", "categories", [{"code": "ROSES", "name": "Roses"}])
    k2k.put("BLOOM", "products", [{"code": "RED-60", "description": "Rose Red Freedom 60cm", "category": "ROSES"}])
    k2k.map("BLOOM", "ANDES/L1", product="RED-60", confirmed=True)


@contextmanager
def walking(chromium: Browser, port: int, k2k: K2K, draw: Draw = lambda page, name, phone: None) -> Iterator[Walker]:
    """A walker on a prepared network."""
    prepare(k2k)
    walker = Walker(chromium, f"http://127.0.0.1:{port}", k2k, draw)
    yield walker
    walker.close()


def table(measured: Iterable[Measured]) -> str:
    """What the jobs took, as the table of the documents."""
    lines = ["| job | how | as | clicks | fields |", "|---|---|---|---|---|"]
    for one in measured:
        lines += [
            f"| {one.job.name} | {one.job.how} | {who} | {clicks} | {fields} |" for who, clicks, fields in one.rows
        ]
    return "\n".join([*lines, ""])


def written() -> str:
    """The table that stands in the documents."""
    found = BLOCK.search(PAGE.read_text())
    assert found is not None, f"{PAGE} has no place for what the jobs take"
    return found[0]


def draw(page: Page, name: str, phone: bool) -> None:
    """Take a picture, with as few colours as a screen needs."""
    page.set_viewport_size(PHONE if phone else SIZE)
    page.wait_for_load_state("networkidle")
    picture = Image.open(io.BytesIO(page.screenshot(animations="disabled", caret="hide")))
    PICTURES.mkdir(parents=True, exist_ok=True)
    # The colours that are far apart, and not those of the most pixels: the dots of the states are small.
    small = picture.convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    small.save(PICTURES / f"{name}.png", optimize=True)
    page.set_viewport_size(SIZE)


def write(jobs: Sequence[Job] = JOBS) -> None:
    """Walk every job as everybody in both languages; write the table and the pictures."""
    with tempfile.TemporaryDirectory(prefix="k2k-walk-") as folder:
        data = Path(folder)
        with (
            small_network(f"sqlite:///{data}/walk.db") as k2k,
            launched() as chromium,
            serving(k2k, data) as port,
            walking(chromium, port, k2k, draw) as walker,
        ):
            found = table(walker.walk(job, thorough=True) for job in jobs)
    PAGE.write_text(BLOCK.sub(lambda old: found, PAGE.read_text()))


if __name__ == "__main__":
    write()
