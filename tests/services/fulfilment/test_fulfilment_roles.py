"""Who may do what with an order, box or AWB: every verb, every role, the company's own users and those of other
companies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from k2k_core.api import K2K
from k2k_core.domain.roles import ADMIN, ALLOWED, BOXES, CONFIRMING, PRICES, PURCHASING, READING, ROLES, Actor
from k2k_core.errors import K2KError, NotAllowed

Trade = Any
Work = Callable[[K2K], object]
COMPANIES = ("ANDES", "BLOOM", "PETAL", "SIERRA")

# Each verb with arguments that are refused as unknown, not as forbidden: what counts is who gets that far.
VERBS: dict[str, tuple[str, str, Work]] = {
    "confirm": (CONFIRMING, "ANDES", lambda net: net.confirm("ANDES", "S-0K")),
    "credit": (
        CONFIRMING,
        "ANDES",
        lambda net: net.credit("ANDES", "I-0", "1", boxes=1, reason="x", confirm="CONFIRM"),
    ),
    "missing": (BOXES, "BLOOM", lambda net: net.missing("BLOOM", ["B1"], reason="x")),
    "decline_missing": (CONFIRMING, "ANDES", lambda net: net.decline_missing("ANDES", ["B1"], reason="x")),
    "void": (CONFIRMING, "ANDES", lambda net: net.void("ANDES", sales_order="S-0K", reason="x", confirm="CONFIRM")),
    "ship": (CONFIRMING, "ANDES", lambda net: net.ship("ANDES", "0")),
    "labels": (BOXES, "ANDES", lambda net: net.labels("ANDES", awb="0")),
    "label_files": (BOXES, "ANDES", lambda net: net.label_files("ANDES", awb="0")),
    "label_sheet": (BOXES, "ANDES", lambda net: net.label_sheet("ANDES", awb="0")),
    "scan": (BOXES, "BLOOM", lambda net: net.scan("BLOOM", ["0"])),
    "receive": (PURCHASING, "BLOOM", lambda net: net.receive("BLOOM", ["0"])),
    "arrival date": (PURCHASING, "BLOOM", lambda net: net.awb("BLOOM", "0", arrival_date="2026-02-05")),
    "awb costs": (PRICES, "BLOOM", lambda net: net.awb("BLOOM", "0", freight="1")),
    "staging": (READING, "BLOOM", lambda net: net.staging("BLOOM")),
    "orders": (READING, "BLOOM", lambda net: net.orders("BLOOM")),
    "show": (READING, "BLOOM", lambda net: net.show("BLOOM", "0")),
    "events": (READING, "BLOOM", lambda net: net.events("BLOOM")),
    "notifications": (READING, "BLOOM", lambda net: net.notifications("BLOOM")),
}


def is_allowed(work: Work, net: K2K) -> bool:
    try:
        work(net)
    except NotAllowed:
        return False
    except K2KError:
        return True
    return True


def test_each_verb_is_open_to_its_roles_and_closed_to_all_others(trade: Trade) -> None:
    open_to = {
        verb: {
            role for role in ROLES if is_allowed(work, trade.net.on_behalf_of(Actor("x", company, frozenset({role}))))
        }
        for verb, (_, company, work) in VERBS.items()
    }
    assert open_to == {verb: ALLOWED[action] for verb, (action, _, _) in VERBS.items()}


def test_no_stranger_gets_in_whatever_their_role(trade: Trade) -> None:
    strangers = {code: trade.net.on_behalf_of(Actor("x", code, frozenset({ADMIN}))) for code in COMPANIES}
    got_in = [
        (verb, code)
        for verb, (_, company, work) in VERBS.items()
        for code, net in strangers.items()
        if code != company and is_allowed(work, net)
    ]
    assert got_in == []


def test_operators_of_the_network_do_not_do_a_companys_work(trade: Trade) -> None:
    net = trade.net.on_behalf_of(Actor("operator", None))
    reading = {verb for verb, (action, _, _) in VERBS.items() if action == READING}
    assert {verb for verb, (_, _, work) in VERBS.items() if is_allowed(work, net)} == reading
