"""The lots that a command has moved, for its answer: each with its last movement."""

from __future__ import annotations

from k2k_core.domain.answers.inventory import MovedLot
from k2k_core.store.database.session import Session
from k2k_core.store.inventory import stock_ledger
from k2k_core.store.inventory.stock_ledger import moved_in


def moved_lots(session: Session, company: str, *, buys: bool = False) -> list[MovedLot]:
    """The lots of a company that this unit of work has moved, by code; of one that `buys` also those of its vendors,
    with what is left of them."""
    own = [one for one in moved_in(session) if one.company == company]
    answer = [_own(one) for one in sorted(own, key=lambda one: one.code)]
    if buys:
        others = {f"{one.company}/{one.code}": one for one in moved_in(session) if one.company != company}
        answer += [
            {"lot": ref, "movement": one.movement, "available": one.available} for ref, one in sorted(others.items())
        ]
    return answer


def _own(moved: stock_ledger.MovedLot) -> MovedLot:
    return {
        "lot": moved.code,
        "movement": moved.movement,
        "available": moved.available,
        "on_hand": moved.on_hand,
        "short": moved.short,
    }
