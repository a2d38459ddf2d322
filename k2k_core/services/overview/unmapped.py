"""What waits in a buyer's offers: lots whose product is none of the buyer's yet."""

from __future__ import annotations

from collections.abc import Iterator

from k2k_core.domain.answers.overview import WorkItem
from k2k_core.services.context import ServiceContext
from k2k_core.services.lists.page_request import MOST, PageRequest
from k2k_core.services.sharing import offer_list
from k2k_core.services.sharing.offer_list import EXACT


def unmapped_offers(context: ServiceContext, buyer: str) -> Iterator[WorkItem]:
    """The unmapped offers, and how many of them have a suggestion with exactly the same words; of more than a page of
    them those of the first page, with `more`."""
    page = offer_list.offers(context, buyer, PageRequest({"mapped": False}, limit=MOST, fields=("lot", "suggestion")))
    found = page["items"]
    if found:
        suggested = [one["suggestion"] for one in found if one["suggestion"] is not None]
        facts = {
            "exact": sum(one["score"] == EXACT for one in suggested),
            "suggested": len(suggested),
            "more": page["next"] is not None,
        }
        yield {
            "kind": "unmapped_offers",
            "count": len(found),
            "tone": "info",
            "facts": facts,
            "due_at": None,
            "action": "map",
        }
