"""Use case: prove that what is stored agrees with itself (architecture section 3, `k2k verify`)."""

from __future__ import annotations

from typing import Any

from k2k_core.domain.roles import READING
from k2k_core.errors import NotAllowed
from k2k_core.services.office import Office
from k2k_core.store import verification


def verify(office: Office) -> list[dict[str, Any]]:
    """Every fault: `{check, subject, message}`; empty for a sound network. For the host and for operators."""
    if not (office.actor.host or office.actor.operator):
        raise NotAllowed("The whole network is verified by its operators.", action=READING)
    with office.store.reading() as session:
        return verification.faults(session)
