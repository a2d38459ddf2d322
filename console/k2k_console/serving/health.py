"""`/health`: whether this process can serve, for load balancers and monitoring. It names no company."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, jsonify
from werkzeug.wrappers import Response

from k2k_console.facade_access import network
from k2k_console.plugin_report import plugin_lines
from k2k_core.domain.answers.events import DeliveryHealth
from k2k_core.errors import K2KError

if TYPE_CHECKING:
    from k2k_core.api import K2K

LATE_SECONDS = 900
"""A delivery that waits longer than this indicates that no worker is running, or that a receiver cannot be reached."""


def _health() -> tuple[Response, int]:
    k2k = network().k2k
    try:
        store: dict[str, object] = {"engine": k2k.context.store.engine, "migrated": k2k.context.store.migrated()}
    except K2KError as error:
        store = {"engine": k2k.context.store.engine, "migrated": False, "code": error.code}
    sent = _deliveries(k2k) if store["migrated"] else None
    lines = plugin_lines(k2k)
    broken = [{"plugin": line.name, "state": line.state} for line in lines if not line.well]
    plugins = {"installed": len(lines), "well": len(lines) - len(broken), "broken": broken}
    late = sent is not None and sent["oldest_seconds"] > LATE_SECONDS
    failing = _failing_sweeps(k2k) if store["migrated"] else None
    audit = _audit(k2k) if store["migrated"] else None
    unsound = audit is not None and (audit["late"] or audit["broken"] > 0)
    open_to_all = store["migrated"] and not _row_security(k2k, store)
    degraded = broken or late or failing or unsound or open_to_all
    status = "down" if not store["migrated"] else "degraded" if degraded else "ok"
    sweep = {"failing": failing}
    answer = {"status": status, "store": store, "plugins": plugins, "deliveries": sent, "sweep": sweep, "audit": audit}
    return jsonify(answer), 503 if status == "down" else 200


def _row_security(k2k: K2K, store: dict[str, object]) -> bool:
    """Whether the rows of companies are kept apart as well as they can be; on PostgreSQL the answer says so."""
    held = not k2k.context.store.passes_policies()
    if k2k.context.store.engine == "postgresql":
        store["row_security"] = held
    return held


def _deliveries(k2k: K2K) -> DeliveryHealth | None:
    """How many webhooks and mails wait, for how long the oldest has waited, and how many are dead; without company
    names."""
    try:
        return k2k.delivery_health()
    except K2KError:
        return None


def _failing_sweeps(k2k: K2K) -> int | None:
    """How many carts and orders whose time is over cannot be ended; which ones `k2k verify` names."""
    try:
        return len(k2k.sweep_failures())
    except K2KError:
        return None


def _audit(k2k: K2K) -> dict[str, int] | None:
    """How many entries of the audit are not sealed yet, for how long the oldest has waited, and how many chains do not
    end as their record says; which ones `k2k audit verify` names."""
    try:
        found = k2k.audit_health()
    except K2KError:
        return None
    return {
        "unsealed": found["unsealed"],
        "oldest_seconds": found["oldest_seconds"],
        "late": found["late"],
        "broken": len(found["broken"]),
    }


def register_health(app: Flask) -> None:
    """Register `/health` on an application."""
    app.add_url_rule("/health", "health", _health)
