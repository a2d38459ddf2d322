"""Use case: how many boxes of these lots can still be bought? (domain section 3, the verb `availability`)"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from k2k_core.errors import NotFound
from k2k_core.services.lots import split_ref
from k2k_core.services.office import Office
from k2k_core.store.lots import available_boxes


def availability(office: Office, lots: Sequence[str]) -> list[dict[str, Any]]:
    """The one number kept with each lot, in the order asked. Lots are written `COMPANY/LOT`."""
    with office.store.reading() as session:
        owners = {owner for owner, _ in map(split_ref, lots) if owner}
        facts = office.facts.by_code(session, owners)
        codes = [split_ref(ref)[1] for ref in lots]
        numbers = available_boxes(session, [owner.id for owner in facts.values()], codes)
    answers = []
    for ref in lots:
        owner, code = split_ref(ref)
        key = (facts[owner].id if owner in facts else 0, code)
        if key not in numbers:
            raise NotFound(f"There is no lot {ref}: write it as COMPANY/LOT.", lot=ref)
        answers.append({"lot": ref, "available": numbers[key]})
    return answers
