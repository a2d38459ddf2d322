"""Keeps what a page says after an action until the next page is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import flash, session

from k2k_console.page_addresses import this_address
from k2k_console.page_views.tokens import new_token
from k2k_console.page_views.undone_entries import as_ranges
from k2k_console.vocabulary import Finding, Toast

FINDINGS = "findings"
MOST_FINDINGS = 5
"""As many as fit into a session; the checks of the set-up show all."""


def keep(toast: Toast, findings: Iterable[Finding] = ()) -> None:
    """Keep a toast and findings for the next page."""
    undo: Any = None
    entries = as_ranges(toast.undo)
    if entries:
        fields = {"do": "undo", "entry": entries, "key": new_token()}
        undo = {"action": this_address(), "fields": fields}
    elif toast.back:
        undo = {"action": this_address(), "fields": {**toast.back, "key": new_token()}}
    said: Any = {"text": toast.text, "undo": undo}
    flash(said, "success")
    session[FINDINGS] = [finding.stored() for finding in list(findings)[:MOST_FINDINGS]]


def stored_feedback() -> Mapping[str, Any]:
    """The findings that were kept for this page; the frame shows the toasts."""
    return {"findings": [Finding(**one) for one in session.pop(FINDINGS, ())]}
