"""The view of the scan page: a form that works without a script, and the same as data for the page's own script."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import asdict
from pathlib import Path
from typing import Any

from flask import Response as FlaskResponse
from flask import current_app, jsonify, make_response, render_template, request
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from k2k_console.base import Answer, Page, expose
from k2k_console.facade_access import network
from k2k_console.formats import aware
from k2k_console.frame import now
from k2k_console.scanning.camera_policy import allow_camera
from k2k_console.scanning.outcomes import scan_of, shown
from k2k_console.scanning.scanned_boxes import MOST_CODES, Box, awb_of, last_scans, scanned, staged, waiting_awb
from k2k_console.scanning.texts import script_texts
from k2k_core.domain.box_codes import codes_in
from k2k_core.domain.roles import BOXES, PURCHASING
from k2k_core.errors import Invalid, K2KError

LONGEST_CODE = 200
TOO_MUCH = "At most {most} codes at once, each of at most {longest} characters."
FOLDER = "scan"
READER = "reader.js"


class ScanPage(Page):
    """Boxes are received, one after the other (design of the console, "Phone, scan, staging")."""

    reads = BOXES

    @expose("/", methods=("GET", "POST"))
    def index_view(self) -> Answer:
        """The page; with codes, after receiving them."""
        if request.method != "POST":
            return self._page(None)
        try:
            boxes = self._received()
        except K2KError as error:
            if _wants_data() and error.status < 500:
                return _data({"error": error.as_dict()}, error.status)
            raise
        return jsonify(self._data(boxes)) if _wants_data() else self._page(boxes)

    @expose("/session")
    def session_view(self) -> Answer:
        """Whose session this is, for scans that waited: their person sends them, with the session's own token."""
        return jsonify({**self._owner(), "token": generate_csrf()})

    @expose(f"/{READER}")
    def reader_view(self) -> Answer:
        """The thread that reads bar codes: it compiles the reader, so it has the page's policy."""
        program = Path(str(current_app.static_folder)) / FOLDER / READER
        return allow_camera(FlaskResponse(program.read_bytes(), mimetype="text/javascript"))

    def _received(self) -> list[Box]:
        codes = codes_in(request.form.get("codes", ""))
        if len(codes) > MOST_CODES or any(len(code) > LONGEST_CODE for code in codes):
            raise Invalid(TOO_MUCH, most=MOST_CODES, longest=LONGEST_CODE)
        if not codes:
            return []
        return scanned(network().as_person(), self.company, codes, request.form.get("key") or None)

    @property
    def company(self) -> str:
        """The company whose boxes are received."""
        return str(self.actor.company)

    def _data(self, boxes: list[Box]) -> dict[str, Any]:
        facts = self._facts(boxes)
        parts = {name: render_template(f"k2k/scan_{name}.html", **facts) for name in ("progress", "staging")}
        return {"scans": [asdict(scan) for scan in facts["scans"]], "panel": asdict(facts["panel"]), **parts}

    def _facts(self, boxes: list[Box]) -> dict[str, Any]:
        """What the page shows of boxes that were scanned just now, and of what is expected."""
        staging = staged(network().as_person(), self.company)
        return {
            "scans": [scan_of(box, now()) for box in boxes],
            "panel": shown(boxes),
            "awb": awb_of(boxes, staging),
            "staged": staging,
            "may_receive": self.actor.has(PURCHASING),
        }

    def _page(self, boxes: list[Box] | None) -> Response:
        facts = self._facts(boxes or [])
        if boxes is None:
            facts["panel"] = None
        latest = last_scans(network().as_person(), self.company, self.actor.email)
        facts["scans"] = [scan_of(one, aware(one["at"])) for one in latest]
        if latest and not boxes:
            facts["awb"] = waiting_awb(facts["staged"], latest[0]["awb_id"])
        page = self.render(
            "k2k/scan.html", texts=script_texts(), owner=self._owner(), key=secrets.token_hex(16), **facts
        )
        return allow_camera(make_response(page))

    def _owner(self) -> dict[str, str]:
        """Whose scans these are, as they are stored with those that wait: a device has no addresses of people."""
        person = hashlib.sha256(self.actor.email.encode()).hexdigest()[:16]
        return {"company": self.company, "person": person, "name": str(current_user.name)}


def _data(answer: Any, status: int) -> Response:
    response = jsonify(answer)
    response.status_code = status
    return response


def _wants_data() -> bool:
    return request.accept_mimetypes.best == "application/json"
