"""A small network in which everything has been traded: received, billed, staged, sold from own stock, voided, credited,
in a cart; with an audit that is sealed but for its last entries, and events that are deleted by age."""

from __future__ import annotations

import datetime as dt

from k2k_core.api import K2K
from tests.services.conftest import BEGINNING, LOT, NETWORK, Trade


def fill(url: str) -> None:
    """Load and trade into an empty database."""
    now = [BEGINNING - dt.timedelta(days=100)]
    with K2K.open(url, clock=lambda: now[0]) as net:
        net.load(NETWORK)
        for minutes in (30, 60):
            net.set("ANDES", settings={"cart_minutes": minutes})
        now[0] = BEGINNING
        net.tidy()
        trade = Trade(net, now)
        done = trade.confirmed(3)
        net.ship("ANDES", done["awb"])
        net.scan("BLOOM", done["box_codes"][:2])
        net.set("BLOOM", settings={"auto_billing": "scan"})
        net.scan("BLOOM", done["box_codes"][2:])
        billed = trade.confirmed(2, lot="SIERRA/S1")
        net.ship("SIERRA", billed["awb"])
        net.scan("BLOOM", billed["box_codes"])
        trade.confirmed(1, lot="SIERRA/S1")
        voided = trade.confirmed(1, lot="ANDES/L2")
        net.void("ANDES", voided["sales_order"], reason="frost", confirm="CONFIRM")
        net.put(
            "BLOOM",
            "lots",
            [{**LOT, "code": "OWN", "product": "FREEDOM", "boxes": 5, "web_price": "0.9", "box_codes": list("VWXYZ")}],
        )
        net.seal_audit()
        net.set("BLOOM", settings={"cart_minutes": 45})
        own = trade.checked_out(2, lot="OWN")
        net.deliver("BLOOM", own["invoice_order"])
        trade.ordered(1, lot="ANDES/L2", key="one")
