"""Use case: forget what nobody needs any more. Decides nothing; it may be late, or never run."""

from __future__ import annotations

import datetime as dt

from k2k_core.errors import NotAllowed
from k2k_core.services.office import Office
from k2k_core.store.deliveries import forget_delivered

KEPT = dt.timedelta(days=30)
"""How long a delivery that arrived can be looked up. Events and notifications themselves stay."""

AT_ONCE = 1_000


def tidy(office: Office) -> int:
    """Forget deliveries that arrived long ago, bit by bit; how many. For whoever runs the network."""
    if not (office.actor.host or office.actor.operator):
        raise NotAllowed("Tidying up is for whoever runs the network.")
    forgotten = 0
    while True:
        count = office.store.transact(lambda session: forget_delivered(session, session.now - KEPT, AT_ONCE))
        forgotten += count
        if count < AT_ONCE:
            return forgotten
