"""A whole AWB arrives: its labels are printed, decoded by a barcode reader, and scanned in random order with repeats by
two `k2k scan` processes at once."""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from typing import IO, Any, NamedTuple, cast

import pypdfium2
import zxingcpp

from k2k_core.api import K2K
from k2k_core.domain.box_codes import ARRIVED
from tests.proofs import network
from tests.proofs.processes import LONGEST, TOP

SCANNERS = 2
REPEATED = 10
"""Per cent of the boxes are scanned twice."""

LOTS = 20
AWB = "729-88123456"
HELD = "C-200"
"""A customer on credit hold: its boxes go into the inventory, those of the other one onto its invoice."""

DOTS_PER_INCH = 203


class Answered(NamedTuple):
    """One scan: what was scanned, what came of it, and the seconds between which that was."""

    code: str
    outcome: str
    begun: float
    ended: float


class Figures(NamedTuple):
    """What an arrival came to. `faults` are boxes that were not received exactly once, and whatever else is wrong."""

    engine: str
    boxes: int
    printed: float
    read: int
    scans: int
    seconds: float
    times: list[float]
    outcomes: Counter[str]
    faults: list[str]

    @property
    def sound(self) -> bool:
        """Every box received exactly once, every repeat answered as such, and all that is stored agrees."""
        return not self.faults

    def __str__(self) -> str:
        p50, p99 = (1000 * statistics.quantiles(self.times, n=100)[place] for place in (49, 98))
        counted = ", ".join(f"{count:,} {outcome}" for outcome, count in sorted(self.outcomes.items()))
        return (
            f"{self.engine}: {self.boxes:,} labels printed in {self.printed:.1f} s, {self.read:,} read from their"
            f" barcodes; {self.scans:,} scans by {SCANNERS} scanners at once: {counted};"
            f" {self.scans / self.seconds:,.0f} scans a second, an answer after {p50:.1f} ms (median), {p99:.1f} ms"
            f" (99th of a hundred), {max(self.times) * 1000:.0f} ms (the worst); {len(self.faults)} faults"
        )


def arrive(url: str, boxes: int, seed: int = 1) -> Figures:
    """Let an AWB of so many boxes arrive in the empty database `url`."""
    chance = random.Random(seed)
    with network.open_network(url) as k2k:
        confirm_awb(k2k, boxes)
        begun = time.perf_counter()
        printed = k2k.label_files(network.VENDOR, awb=AWB, format="pdf")
        spent = time.perf_counter() - begun
        codes = codes_on(printed.sheet or b"")
        answers = scan_at_once(url, shuffled(codes, chance))
        seconds = max(one.ended for one in answers) - min(one.begun for one in answers)
        outcomes = Counter(one.outcome for one in answers)
        faults = [*faults_of(codes, boxes, answers), *_faults_in(k2k, boxes)]
        times = [one.ended - one.begun for one in answers]
        engine = k2k.context.store.engine
        return Figures(engine, boxes, spent, len(codes), len(answers), seconds, times, outcomes, faults)


def confirm_awb(k2k: K2K, boxes: int) -> None:
    """Two customers order everything that there is, and the vendor confirms it on one AWB."""
    described = network.network(LOTS, boxes // LOTS)
    _, buyer = described["companies"]
    buyer["settings"]["auto_billing"] = "scan"
    buyer["customers"].append({**buyer["customers"][0], "code": HELD, "credit_hold": True})
    k2k.load(described)
    refs = network.refs(LOTS)
    for customer, mine in ((network.CUSTOMER, refs[: LOTS // 2]), (HELD, refs[LOTS // 2 :])):
        cart: dict[str, Any] = {"cart": None}
        for lot in mine:
            wish = {"boxes": boxes // LOTS, "ship_date": network.SHIP_DATE, "cart": cart["cart"]}
            cart = k2k.add(network.BUYER, customer, lot=lot, **wish)
        k2k.checkout(network.BUYER, cart=cart["cart"])
        k2k.confirm(network.VENDOR, cart["sales_order"], reference_number=AWB)
    k2k.ship(network.VENDOR, AWB)


def codes_on(sheet: bytes) -> list[str]:
    """What a scanner reads on each page of a sheet of labels, as a printer of 203 dots per inch makes them."""
    document = pypdfium2.PdfDocument(sheet)
    found = []
    for number in range(len(document)):
        page = document[number]
        picture = page.render(scale=DOTS_PER_INCH / 72, grayscale=True).to_pil()
        found += [barcode.text for barcode in zxingcpp.read_barcodes(picture)]
        page.close()
    document.close()
    return found


def shuffled(codes: Sequence[str], chance: random.Random) -> list[list[str]]:
    """The codes in random order, some of them twice, dealt out to the scanners."""
    scans = [*codes, *chance.sample(codes, len(codes) * REPEATED // 100)]
    chance.shuffle(scans)
    return [scans[scanner::SCANNERS] for scanner in range(SCANNERS)]


def scan_at_once(url: str, streams: Sequence[Sequence[str]]) -> list[Answered]:
    """What each scan is answered; each stream is a process of its own."""
    answers: list[Answered] = []
    together = threading.Barrier(len(streams))
    scanners = [
        threading.Thread(target=_scan, args=(url, stream, together, answers), daemon=True) for stream in streams
    ]
    for scanner in scanners:
        scanner.start()
    for scanner in scanners:
        scanner.join(LONGEST)
    return answers


def _scan(url: str, codes: Sequence[str], together: threading.Barrier, answers: list[Answered]) -> None:
    command = [sys.executable, "-m", "k2k_core.cli", "scan", network.BUYER, "--json", "--database", url]
    roots = [str(TOP), str(TOP / "plugins"), str(TOP / "config")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(roots)}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, text=True, bufsize=1) as process:
        _asked(process, "NOBODYS-BOX")  # by now it has opened the network, loaded the plugins and read the set-up
        together.wait(LONGEST)
        for code in codes:
            begun = time.perf_counter()
            answer = _asked(process, code)
            answers.append(Answered(code, answer["outcome"], begun, time.perf_counter()))
        process.communicate()


def _asked(process: subprocess.Popen[str], code: str) -> dict[str, Any]:
    given, said = cast("IO[str]", process.stdin), cast("IO[str]", process.stdout)
    given.write(f"{code}\n")
    given.flush()
    answer: dict[str, Any] = json.loads(said.readline())
    return answer


def faults_of(codes: Sequence[str], boxes: int, answers: Sequence[Answered]) -> list[str]:
    """What is wrong with what was read and answered."""
    faults = [] if len(set(codes)) == len(codes) == boxes else [f"{len(set(codes))} codes read of {boxes} labels"]
    arrived = Counter(one.code for one in answers if one.outcome in ARRIVED)
    faults += [f"{code} was received {arrived[code]} times" for code in codes if arrived[code] != 1]
    repeated = [one.outcome for one in answers if one.outcome not in ARRIVED]
    expected = ["already_received"] * (len(codes) * REPEATED // 100)
    return faults if repeated == expected else [*faults, f"the repeats were answered {Counter(repeated)}"]


def _faults_in(k2k: K2K, boxes: int) -> list[str]:
    """What is wrong with what is stored."""
    faults = [str(fault) for fault in k2k.verify()]
    if left := k2k.staging(network.BUYER):
        faults.append(f"{len(left)} boxes are staged still")
    told = Counter(row["data"]["box_code"] for row in _events(k2k) if row["type"] in ("box.received", "box.billed"))
    if len(told) != boxes or set(told.values()) != {1}:
        faults.append(f"{len(told)} boxes of {boxes} were told of, some of them {max(told.values(), default=0)} times")
    invoices = [row for row in k2k.orders(network.BUYER) if row["kind"] == "invoice"]
    invoiced = sum(line["boxes"] for invoice in invoices for line in invoice["lines"])
    if (len(invoices), invoiced) != (1, boxes // 2):
        faults.append(f"{invoiced} boxes on {len(invoices)} invoices, not {boxes // 2} on one")
    return faults


def _events(k2k: K2K) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while page := k2k.events(network.BUYER, found[-1]["seq"] if found else 0, 1000):
        found += page
    return found
