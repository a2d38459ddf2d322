"""The model of orders of a company's own stock, which end when their boxes have left (domain section 5)."""

from __future__ import annotations

import datetime as dt

from tests.properties.state_machine.boxes_model import BoxesModel, Row
from tests.properties.state_machine.deadlines import end_of


class OwnStockModel(BoxesModel):
    """What a buyer sells of its own."""

    now: dt.datetime

    def is_pending(self, line: Row) -> bool:
        """Whether the vendor waits for the check-out of a line."""
        return bool(line["state"] == "in_cart" and (line["expires_at"] is None or line["expires_at"] > self.now))

    def invoice_orders(self) -> list[tuple[str, str]]:
        """Orders of a company's own stock."""
        return sorted({(line["buyer"], line["invoice_order"]) for line in self.lines.values() if line["invoice_order"]})

    def cannot_be_delivered(self, key: tuple[str, str]) -> bool:
        """Whether something of an order waits for its check-out, or nothing is there to be delivered."""
        lines = [self.lines[one] for one in self.lines_of(buyer=key[0], invoice_order=key[1])]
        ready = [line for line in lines if line["state"] == "checked_out"]
        return any(map(self.is_pending, lines)) or not ready or self.are_short(ready)

    def deliver(self, key: tuple[str, str]) -> None:
        """The boxes of an order have left with its customer, and are on an invoice."""
        for one in self.lines_of(buyer=key[0], invoice_order=key[1], state="checked_out"):
            line = self.lines[one]
            line["codes"] = self.free_codes(line["lot"])[: line["boxes"]]
            for code in line["codes"]:
                self.boxes[code]["state"] = "billed"
                self.boxes[code]["claims"].append(one)
            self.lots[line["lot"]].on_hand -= line["boxes"]
            line |= {"state": "billed", "billed": line["boxes"]}

    def due_deliveries(self) -> list[tuple[str, str]]:
        """Orders of own stock whose ship date is over and of which nothing waits for its check-out."""
        return [key for key in self.invoice_orders() if self._is_over(key) and not self.cannot_be_delivered(key)]

    def _is_over(self, key: tuple[str, str]) -> bool:
        (*_, last) = self.lines_of(buyer=key[0], invoice_order=key[1])
        return end_of(self.lines[last]["leaves"]) <= self.now
