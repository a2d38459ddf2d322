"""What a scan says to the person with the box in their hands: a colour, an icon, a word and what to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from k2k_console.formats import clock_time
from k2k_console.frame import local_moment, timezone
from k2k_console.translations import later, text
from k2k_core.domain.box_codes import ALREADY_RECEIVED, BILLED, CANCELLED, NOT_YOURS, RECEIVED, UNKNOWN

OK, WARN, BAD, INFO = "ok", "warn", "bad", "info"
TONES = (OK, WARN, BAD)
"""From what needs nobody to what needs a person at once."""


@dataclass(frozen=True)
class Meaning:
    """An outcome in words: its tone, icon and title, and what the person does with the box."""

    tone: str
    icon: str
    title: str
    advice: str = ""


MEANINGS: Mapping[str, Meaning] = {
    RECEIVED: Meaning(OK, "circle-check", later("Received")),
    BILLED: Meaning(OK, "circle-check", later("Billed")),
    ALREADY_RECEIVED: Meaning(WARN, "refresh", later("Already received"), later("This changes nothing.")),
    UNKNOWN: Meaning(BAD, "circle-x", later("Unknown code"), later("Put the box aside and tell procurement.")),
    NOT_YOURS: Meaning(BAD, "circle-x", later("Not yours"), later("Put the box aside and tell procurement.")),
    CANCELLED: Meaning(BAD, "arrow-back-up", later("Order cancelled"), later("The box goes back to the vendor.")),
}
COUNTED = {
    OK: (later("%(count)d box received"), later("%(count)d boxes received")),
    WARN: (later("%(count)d box received before"), later("%(count)d boxes received before")),
    BAD: (later("%(count)d box to put aside"), later("%(count)d boxes to put aside")),
}


@dataclass(frozen=True)
class Scan:
    """One scanned code as the page shows it. `name` is the product, or the word of an outcome that concerns no product;
    `note` is the code with what became of it; `time` is the company's."""

    code: str
    outcome: str
    tone: str
    icon: str
    name: str
    note: str
    time: str


@dataclass(frozen=True)
class Shown:
    """The large field on top of the page."""

    tone: str
    icon: str
    title: str
    sub: str


def meaning(outcome: str) -> Meaning:
    """An outcome in words."""
    return MEANINGS[outcome]


def scan_of(box: Mapping[str, Any], at: dt.datetime) -> Scan:
    """A row of the scans, of a box as the facade answers it, scanned at a moment."""
    said = meaning(box["outcome"])
    name = box.get("description") if said.tone == OK else None
    note = " · ".join(part for part in (box["box_code"], became(box), _advice(box)) if part)
    return Scan(box["box_code"], box["outcome"], said.tone, said.icon, name or str(said.title), note, _time(at))


def became(box: Mapping[str, Any]) -> str:
    """Whose the box is: of a billed one its customer and invoice, of a received one the customer that it waits for."""
    customer = box.get("customer_name") or box.get("customer")
    if box["outcome"] == BILLED and customer:
        who = text("billed to %(customer)s", customer=customer)
        return f"{who}, {box['invoice']}" if box.get("invoice") else who
    if box["outcome"] == RECEIVED and customer:
        return text("for %(customer)s", customer=customer)
    return ""


def _advice(box: Mapping[str, Any]) -> str:
    """What to do with the box; of one that was received before, who did that and when."""
    advice = str(meaning(box["outcome"]).advice)
    if not box.get("received_at"):
        return advice
    when = local_moment(box["received_at"])
    return f"{box['received_by']}, {when}. {advice}" if box.get("received_by") else f"{when}. {advice}"


def _time(at: dt.datetime) -> str:
    return clock_time(at.astimezone(ZoneInfo(timezone())).time())


def shown(boxes: Sequence[Mapping[str, Any]]) -> Shown:
    """What stands on top after a scan: its outcome, or the sum of several with the worst tone."""
    if len(boxes) != 1:
        return _summed_up(boxes)
    (box,) = boxes
    said = meaning(box["outcome"])
    return Shown(said.tone, said.icon, str(said.title), " · ".join(part for part in _about(box, said) if part))


def _about(box: Mapping[str, Any], said: Meaning) -> tuple[str, ...]:
    """The code; whose a box is that arrived, or what is in it; what to do with any other."""
    if said.tone != OK:
        return box["box_code"], _advice(box)
    whose = (box.get("customer_name") or box.get("customer"), box.get("invoice"))
    return box["box_code"], ", ".join(part for part in whose if part) or box.get("description") or ""


def _summed_up(boxes: Sequence[Mapping[str, Any]]) -> Shown:
    tones = [meaning(box["outcome"]).tone for box in boxes]
    counts = [(tone, tones.count(tone)) for tone in reversed(TONES) if tone in tones]
    if not counts:
        return Shown(INFO, "scan", text("No code"), text("Scan a box, or type its code."))
    words = [str(COUNTED[tone][count != 1]) % {"count": count} for tone, count in counts]
    worst = counts[0][0]
    aside = [box["box_code"] for box in boxes if meaning(box["outcome"]).tone == BAD]
    icon = next(meaning(box["outcome"]).icon for box in boxes if meaning(box["outcome"]).tone == worst)
    return Shown(worst, icon, words[0], " · ".join([*words[1:], ", ".join(aside)]).strip(" ·"))
