"""`k2k demo` succeeds, lists what it created, and leaves files that can be opened."""

from __future__ import annotations

import dataclasses
import io
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from k2k_core.cli import main
from k2k_core.cli.demo_network import read_bundled
from k2k_core.scenario.report import as_person
from k2k_core.scenario.runner import run

LONGEST_SECONDS = 20


class Told(NamedTuple):
    """A run of the demo."""

    status: int
    out: str
    err: str
    folder: Path
    seconds: float


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """The demo, run once as people run it."""
    folder = tmp_path_factory.mktemp("demo")
    begun = time.monotonic()
    command = [sys.executable, "-m", "k2k_core.cli", "demo", "--folder", str(folder)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, stdin=subprocess.DEVNULL)
    return Told(ran.returncode, ran.stdout, ran.stderr, folder, time.monotonic() - begun)


def test_it_ends_well_and_clean(told: Told) -> None:
    assert (told.status, told.err) == (0, ""), told.out[-3000:]
    assert "verify: clean" in told.out
    assert "NOT AS EXPECTED" not in told.out


def test_it_is_short_enough_to_watch(told: Told) -> None:
    assert told.seconds < LONGEST_SECONDS


def test_it_is_plain_text_in_a_pipe(told: Told) -> None:
    assert "\033" not in told.out
    assert max(map(len, told.out.partition("To look at")[0].splitlines())) <= 120


def test_it_tells_every_part_of_the_story(told: Told) -> None:
    for part in (
        "are shared by ANDES with GOTHAM",
        "too_young",
        "local_after",
        "mixed_box",
        "via grower",
        "gave the price",
        "Cart C-",
        "Prebook B-",
        "Sales order S-",
        "refused[insufficient_stock]",
        "boxes go on AWB",
        "staged",
        "billed to its customer",
        "are held until they are approved",
        "reported missing to the vendor",
        "needed",
        "Invoice I-",
    ):
        assert part in told.out, part


def test_two_vendors_and_two_buyers_have_at_least_200_lots() -> None:
    network = read_bundled().network
    vendors = {connection["vendor"] for connection in network["connections"]}
    buyers = {connection["buyer"] for connection in network["connections"]}
    assert len(vendors) == 2
    assert len(buyers) == 2
    assert sum(len(one["lots"]) for one in network["companies"] if one["code"] in vendors) >= 200


def test_the_counts_are_those_of_the_answers(told: Told) -> None:
    for shared, total, kept in re.findall(r"(\d+) of (\d+) lots are \w+ .*\n +(\d+) are not", told.out):
        assert int(shared) + int(kept) == int(total)


def _barcodes(image: Image.Image) -> set[str]:
    return {found.text for found in zxingcpp.read_barcodes(image)}


def _confirmed(told: Told) -> list[list[str]]:
    """The box codes of each confirmation, in the order of the story."""
    return [codes.split(", ") for codes in re.findall(r"boxes go on AWB .*:\n +(.*)", told.out)]


def test_the_sheet_of_labels_has_a_page_for_each_box_and_each_scans(told: Told) -> None:
    [path] = told.folder.glob("*.pdf")
    sheet = pypdfium2.PdfDocument(path)
    try:
        pages = [page.render(scale=203 / 72).to_pil() for page in sheet]
    finally:
        sheet.close()
    assert [_barcodes(page) for page in pages] == [{code} for code in _confirmed(told)[0]]


def test_the_picture_of_a_label_is_4_by_3_and_scans(told: Told) -> None:
    [path] = told.folder.glob("*.png")
    picture = Image.open(io.BytesIO(path.read_bytes()))
    assert picture.width * 3 == pytest.approx(picture.height * 4, rel=0.01)
    assert picture.width >= 4 * 203
    assert _barcodes(picture) == {_confirmed(told)[0][0]}


def test_the_labels_for_the_printer_are_zpl_one_for_each_box(told: Told) -> None:
    [path] = told.folder.glob("*.zpl")
    text = path.read_text("utf-8")
    assert text.startswith("^XA")
    assert text.count("^XA") == text.count("^XZ") == len(_confirmed(told)[1])
    printed = re.sub(r"_([0-9A-F]{2})", lambda found: chr(int(found.group(1), 16)), text)
    assert all(code in printed for code in _confirmed(told)[1])


def test_it_can_be_told_again_in_the_same_folder(told: Told, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--folder", str(told.folder)]) == 0
    assert capsys.readouterr().out == told.out


def test_the_questions_that_it_suggests_can_be_asked(told: Told, capsys: pytest.CaptureFixture[str]) -> None:
    asked = [line.split() for line in told.out.splitlines() if " explain " in line]
    assert len(asked) == 2
    for words in asked:
        assert main(words[1:]) == 0
        assert capsys.readouterr().err == ""


def test_what_does_not_come_out_as_expected_is_shown_and_ends_with_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = read_bundled()
    number = next(i for i, step in enumerate(scenario.steps) if step.fails == "insufficient_stock")
    wrong = dataclasses.replace(scenario.steps[number], fails="no_price")
    steps = (*scenario.steps[:number], wrong, *scenario.steps[number + 1 :])
    changed = dataclasses.replace(scenario, steps=steps)
    monkeypatch.setattr("k2k_core.cli.demo_network.read_bundled", lambda: changed)
    assert main(["demo", "--folder", str(tmp_path)]) == 1
    told = capsys.readouterr().out
    assert "NOT AS EXPECTED" in told
    assert "1 step(s) did not come out as expected" in told


def test_the_scenario_holds_on_each_engine(database_url: str) -> None:
    outcome = run(read_bundled(), database_url)
    assert outcome.passed, "\n".join(as_person(outcome))
