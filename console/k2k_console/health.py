"""`/health`: whether this process can serve, for load balancers and watchers. It names no company."""

from __future__ import annotations

from flask import Flask, jsonify
from werkzeug.wrappers import Response

from k2k_console.network import network
from k2k_console.plugin_report import plugin_lines
from k2k_core.errors import K2KError


def _health() -> tuple[Response, int]:
    k2k = network().k2k
    try:
        store: dict[str, object] = {"engine": k2k.office.store.engine, "migrated": k2k.office.store.migrated()}
    except K2KError as error:
        store = {"engine": k2k.office.store.engine, "migrated": False, "code": error.code}
    lines = plugin_lines(k2k)
    broken = [{"plugin": line.name, "state": line.state} for line in lines if not line.well]
    plugins = {"installed": len(lines), "well": len(lines) - len(broken), "broken": broken}
    status = "down" if not store["migrated"] else "degraded" if broken else "ok"
    return jsonify({"status": status, "store": store, "plugins": plugins}), 503 if status == "down" else 200


def answer_health(app: Flask) -> None:
    """Put `/health` on an application."""
    app.add_url_rule("/health", "health", _health)
