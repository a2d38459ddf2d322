"""A host's Flask application with its own table of users, its own log-in and pages, in which the console is mounted."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from flask import Flask, redirect, request, session
from werkzeug.wrappers import Response

from k2k_console.mounting import HostLogIn, mount
from k2k_core.api import K2K

PREFIX = "/erp/k2k"
HOME = "<!doctype html><title>ERP</title><h1>The ERP of {who}</h1>"
LOG_IN = """<!doctype html><title>ERP</title><form method="post"><label>Name <input name="name"></label>
<input type="hidden" name="next" value="{target}"><button>Enter</button></form>"""


def make_host(k2k: K2K, folder: Path, *, log_out: str | None = "/leave") -> Flask:
    """The ERP, whose users have names, and addresses in its own table."""
    host = Flask("erp")
    host.secret_key = "the host's own, for these tests"
    table = folder / "erp.db"
    with sqlite3.connect(table) as database:
        database.execute("CREATE TABLE IF NOT EXISTS user (name TEXT PRIMARY KEY, email TEXT)")
    database.close()

    def email() -> str | None:
        with sqlite3.connect(table) as database:
            found = database.execute("SELECT email FROM user WHERE name = ?", (session.get("name"),)).fetchone()
        database.close()
        return found and str(found[0])

    @host.get("/")
    def home() -> str:
        return HOME.format(who=session.get("name", "nobody"))

    @host.route("/enter", methods=["GET", "POST"])
    def enter() -> Any:
        if request.method == "GET":
            return LOG_IN.format(target=request.args.get("next", "/"))
        session["name"] = request.form["name"]
        return redirect(request.form.get("next", "/"))

    @host.get("/leave")
    def leave() -> Response:
        session.clear()
        return redirect("/")

    mount(host, PREFIX, k2k, HostLogIn(email, "/enter", log_out), secret_key="only for these tests")
    return host


def employ(folder: Path, name: str, email: str) -> None:
    """A user of the ERP."""
    with sqlite3.connect(folder / "erp.db") as database:
        database.execute("INSERT OR REPLACE INTO user VALUES (?, ?)", (name, email))
    database.close()
