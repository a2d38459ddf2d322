"""The sums over all pages of a list, which are asked for once the page is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from k2k_console.formats import money, number
from k2k_console.page_views.addresses import ListAddress
from k2k_console.page_views.lists.list_reading import read_page
from k2k_console.page_views.reader import Reader
from k2k_console.translations import text


def totals_of(reader: Reader, address: ListAddress) -> str:
    """The boxes of all rows, and what they come to in each currency, as far as the reader may see it."""
    found = read_page(reader, address, limit=1, sort=None, totals=True, fields=[address.listing.key])["totals"]
    boxes = [int(one["boxes"]) for one in found if "boxes" in one]
    said = [text("%(count)s {count:box|boxes}", count=number(sum(boxes)))] if boxes else []
    return " · ".join([*said, *_amounts(found)])


def _amounts(found: Sequence[Mapping[str, Any]]) -> list[str]:
    """What is summed up in each currency: of orders the goods alone, whose charges are computed one by one."""
    sums: dict[str, Decimal] = {}
    goods_alone = False
    for one in found:
        if "goods" in one:
            charges = one["charges"]
            goods_alone |= charges is None
            more = Decimal(one["goods"]) + Decimal(charges or 0)
            sums[one["currency"]] = sums.get(one["currency"], Decimal(0)) + more
    amounts = [f"{money(str(amount), currency)} {currency}" for currency, amount in sorted(sums.items())]
    return [text("goods %(amount)s", amount=amount) for amount in amounts] if goods_alone else amounts
