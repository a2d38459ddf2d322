"""The error for a record that is not there: a whole sentence for each kind, because a translator cannot put the name of
a kind into a sentence of another language."""

from __future__ import annotations

from k2k_core.errors import NotFound
from k2k_core.messages import Message

SENTENCES = {
    "company": Message("There is no company {code} in {where}."),
    "customer": Message("There is no customer {code} in {where}."),
    "vendor": Message("There is no vendor {code} in {where}."),
    "location": Message("There is no location {code} in {where}."),
    "lot": Message("There is no lot {code} in {where}."),
    "product": Message("There is no product {code} in {where}."),
    "box_type": Message("There is no box type {code} in {where}."),
    "category": Message("There is no category {code} in {where}."),
    "carrier": Message("There is no carrier {code} in {where}."),
}


def missing(kind: str, code: str, where: str) -> NotFound:
    """The error for a record of a kind (`SENTENCES`) that a company, or the network, does not have."""
    return NotFound(SENTENCES[kind].template, code=code, where=where, kind=kind)
