"""What the facade answers about boxes that were scanned, about their AWBs and about those still to come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from k2k_core.api import K2K

MOST_CODES = 100
"""In one scan; the page divides longer lists."""

LAST_SCANS = 12
"""Of the person, that the page shows when it opens."""

MOST_AWBS = 20
"""Of the staging area, beside the scans."""

Box = Mapping[str, Any]
Awb = Mapping[str, Any]


def scanned(k2k: K2K, company: str, codes: Sequence[str], key: str | None) -> list[Box]:
    """Receive codes; each outcome with what there is to say about its box."""
    return [{**one} for one in k2k.scan(company, codes, key=key)]


def last_scans(k2k: K2K, company: str, person: str) -> list[Box]:
    """What a person scanned last, the last one first."""
    return [{**one} for one in k2k.scans(company, {"person": person}, sort="-id", limit=LAST_SCANS)["items"]]


def awb_of(boxes: Sequence[Box], staging: Sequence[Awb]) -> Awb | None:
    """How far the AWB is that the last of some boxes came on; what the staging area says of it while boxes wait."""
    found = [{**box["progress"], "vendor": box.get("vendor")} for box in boxes if box.get("progress")]
    if not found:
        return None
    return waiting_awb(staging, found[-1]["awb_id"]) or found[-1]


def waiting_awb(staging: Sequence[Awb], awb_id: str | None) -> Awb | None:
    """An AWB of the staging area."""
    return next((one for one in staging if one["awb_id"] == awb_id), None)


def staged(k2k: K2K, company: str) -> list[Awb]:
    """The AWBs with boxes in the staging area, what arrives first before the others."""
    found = k2k.staged_awbs(company, sort="arrival_date", limit=MOST_AWBS)["items"]
    return sorted(({**one} for one in found), key=lambda one: one["expected_on"] or "9999")
