"""The page of a job: how far long work is, the button that stops it, and its outcome once it has ended.

The work goes on when the page is left; the reader's own page lists it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Flask, abort, current_app, flash, redirect, render_template, request, url_for
from flask_login import current_user, login_required
from werkzeug.wrappers import Response

from k2k_console import frame
from k2k_console.accounts.login import local_target
from k2k_console.facade_access import network
from k2k_console.page_views.tokens import new_token
from k2k_console.page_views.undone_entries import as_ranges
from k2k_console.translations import later, text
from k2k_console.vocabulary import Refusal
from k2k_core.domain.jobs import CANCELLED, DONE, ENDED, FAILED, RUNNING
from k2k_core.errors import Conflict

TITLES: Mapping[str, str] = {
    "what_if": later("What-if"),
    "export_draft_moves": later("Export of a draft’s prices"),
    "import_price_lists": later("Import of price lists"),
    "import_availability": later("Import of availability"),
    "import_rows": later("Import"),
    "export_price_lists": later("Export of price lists"),
    "export_rows": later("Export"),
    "label_sheet": later("Labels"),
    "confirm": later("Confirmation of orders"),
    "each": later("Changes of several records"),
    "load": later("Load of the network"),
    "verify": later("Checks of the database"),
}
"""What a job is called, by its kind."""

ENDINGS = {
    "application/pdf": "pdf",
    "text/csv": "csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}
"""Media type → the ending of a file's name; of any other it is `zpl`, which printers read."""

MOST_LISTED = 5
MOST_REFUSED = 100
MOST_UNDONE = 1_000
THEN = "then"
"""The parameter of its address with the page on which the work goes on once it is done."""

BACK = "back"
"""The parameter of its address with the page from which the work was begun."""


def address_of(job: str, back: str, then: str = "") -> str:
    """The address of the page of a job, which leads back to the page on which it was begun, and on to `then` once it is
    done."""
    return url_for("jobs.page", job=job, back=back, then=then or None)


def own_jobs() -> Sequence[Mapping[str, Any]]:
    """The latest jobs of the reader, the last one first, each with its title."""
    firm = frame.firm()
    if firm is None:
        return []
    found = network().as_person().jobs(firm.code, person=current_user.email, sort="-id", limit=MOST_LISTED)
    return [{**job, "title": str(TITLES[job["kind"]]), "words": words_of(job)} for job in found["items"]]


def words_of(job: Mapping[str, Any]) -> str:
    """How far a job is, or how it ended, in words."""
    facts = {"done": job["done"], "of": job["of"] or 0}
    if job["state"] == DONE:
        return text("Done.")
    if job["state"] == FAILED:
        return text("It failed.")
    if job["state"] == CANCELLED:
        return text("Stopped after %(done)d of %(of)d.", **facts) if job["of"] else text("Stopped.")
    if job["cancelling"]:
        return text("It is being stopped.")
    if job["state"] != RUNNING:
        return text("It waits for its turn.")
    return text("%(done)d of %(of)d", **facts) if job["of"] else text("It is running.")


def refused_of(result: Any) -> list[Refusal]:
    """What a job did not do, and why: its rows that were refused, the labels that could not be drawn."""
    if not isinstance(result, Mapping):
        return []
    failed = [
        (row.get("sales_order") or row.get("name"), row["error"]) for row in result.get("results", ()) if "error" in row
    ]
    failed += [(one["box_code"], one["error"]) for one in result.get("failed", ())]
    return [
        *_refused_rows(result),
        *(Refusal(name, error["code"], error["message"], error.get("hint", "")) for name, error in failed),
    ]


def _refused_rows(result: Mapping[str, Any]) -> list[Refusal]:
    """The rows of a file that were not imported; of a look they stand in its own page."""
    if result.get("dry_run"):
        return []
    rows = [row for row in result.get("rows", ()) if isinstance(row, Mapping) and row["outcome"] == "refused"]
    return [
        Refusal(str(row["code"] or row["row"]), "invalid", "; ".join(one["message"] for one in row["faults"]))
        for row in rows[:MOST_REFUSED]
    ]


def _done_words(job: Mapping[str, Any], refused: Sequence[Refusal]) -> str:
    """What a job that has ended says: of rows how many were done, and how many refused."""
    result = job["result"]
    if job["state"] != DONE or not isinstance(result, Mapping):
        return words_of(job)
    if job["kind"] == "import_rows" and result["dry_run"]:
        read = len(result["rows"])
        return text("%(count)d {count:row is|rows are} read. Nothing has been written yet.", count=read)
    if job["kind"] == "import_rows":
        return text(
            "%(changed)d changed, %(created)d new, %(unchanged)d as before, %(refused)d refused", **result["counts"]
        )
    if "results" not in result:
        return words_of(job)
    return text("%(done)d done, %(refused)d refused", done=len(result["results"]) - len(refused), refused=len(refused))


def _file_of(job: Mapping[str, Any]) -> str:
    """The name of the file that a job made; empty where it made none."""
    result = job["result"]
    if not isinstance(result, Mapping) or not result.get("size"):
        return ""
    return f"{job['kind']}-{job['id']}.{ENDINGS.get(result['media_type'], 'zpl')}"


def _undo_of(job: Mapping[str, Any]) -> str:
    """The entries of the audit that take back what a job did, where all of that can be; empty for any other."""
    result = job["result"]
    if job["kind"] != "each" or not isinstance(result, Mapping):
        return ""
    done = [row for row in result["results"] if "error" not in row]
    whole = len(done) <= MOST_UNDONE and all("audit" in row for row in done)
    return as_ranges([int(row["audit"]) for row in done]) if whole else ""


def _page(job: str) -> str | Response | tuple[str, int]:
    part = "HX-Request" in request.headers
    if not current_user.is_authenticated:  # what a page asks for by itself is not answered with a log-in
        return ("", 204) if part else current_app.login_manager.unauthorized()  # type: ignore[attr-defined]  # set by Flask-Login
    found = network().as_person().job(_company(), job)
    refused = refused_of(found["result"])
    over = found["state"] in ENDED
    shown = {
        "job": found,
        "name": str(TITLES[found["kind"]]),
        "over": over,
        "words": _done_words(found, refused) if over else words_of(found),
        "refused": refused,
        "file": _file_of(found),
        "back": local_target(request.args.get(BACK)),
        "then": local_target(request.args[THEN]) if request.args.get(THEN) else None,
        "undo": _undo_of(found),
        "token": new_token(),
    }
    return render_template("k2k/parts/progress.html" if part else "k2k/long_work.html", **shown)


def _stop(job: str) -> Response:
    """Ask a job to stop; one that has ended meanwhile says so on its page."""
    token = request.form.get("key", "")
    if not 16 <= len(token) <= 64:
        abort(400)
    try:
        network().as_person().cancel_job(_company(), job, key=token)
    except Conflict as error:
        flash(error.message, "error")
    return redirect(address_of(job, local_target(request.args.get(BACK))), 303)


def _file(job: str) -> Response:
    k2k, company = network().as_person(), _company()
    made, name = k2k.job_result(company, job), _file_of(k2k.job(company, job))
    if made.content is None:
        abort(404)
    answer = current_app.response_class(made.content, mimetype=made.media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _company() -> str:
    firm = frame.firm()
    return abort(404) if firm is None else firm.code


def init_long_work(app: Flask) -> None:
    """Register the pages of jobs on an application."""
    blueprint = Blueprint("jobs", __name__)
    blueprint.add_url_rule("/jobs/<job>", "page", _page)
    blueprint.add_url_rule("/jobs/<job>/stop", "stop", login_required(_stop), methods=["POST"])
    blueprint.add_url_rule("/jobs/<job>/file", "file", login_required(_file))
    app.register_blueprint(blueprint)
