"""What a field that names a record finds while one types: codes with what they are, whatever accents and case."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, render_template, request

from k2k_console.page_views.reader import Reader
from k2k_console.vocabulary import FoundLine, Lookup

MOST_FOUND = 8


def found(reader: Reader, name: str) -> Response:
    """The records for a field of an action of the page; 404 for a field that finds none."""
    lookup = _lookup(reader, name)
    words = request.args.get("q", "").replace("\0", "").strip()[:100]
    page: Any = reader.k2k.records(
        reader.company, lookup.collection, q=words or None, limit=MOST_FOUND, fields=("code", lookup.about)
    )
    rows = [FoundLine(row["code"], str(row.get(lookup.about) or "")) for row in page["items"]]
    return Response(render_template("k2k/parts/lookup.html", rows=rows), mimetype="text/html")


def _lookup(reader: Reader, name: str) -> Lookup:
    actions = [action for action in reader.page.actions.values() if reader.may(action)]
    known = {field: lookup for action in actions for field, lookup in action.lookups.items()}
    if name not in known:
        abort(404)
    return known[name]
