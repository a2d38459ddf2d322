"""Engine room: what several companies have, read in one query and handed to each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")

ByCompany = dict[int, dict[K, V]]


def by_company(ids: Sequence[int], found: Iterable[tuple[int, K, V]]) -> ByCompany[K, V]:
    """For each company what was found of it, by key; nothing for those of which nothing was."""
    made: ByCompany[K, V] = {company_id: {} for company_id in ids}
    for company_id, key, value in found:
        made[company_id][key] = value
    return made
