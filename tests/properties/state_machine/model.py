"""The model of the state machine: stock, boxes, carts, lines and orders as plain dictionaries.

It implements the rules of the trade (domain sections 5 and 6) without importing the program.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from tests.properties.state_machine.boxes_model import GIVEN
from tests.properties.state_machine.deadlines import APPROVAL, CART, CUT_OFF, OVERDUE, end_of, last_moment, leaves
from tests.properties.state_machine.lot_quantities import LotQuantities, Places
from tests.properties.state_machine.network import BUYERS, LOTS, NOW, VENDORS, VIA
from tests.properties.state_machine.own_stock_model import OwnStockModel
from tests.properties.state_machine.purchase_order_model import GOODS_OF, NOBODYS, PACKED, UNTOUCHED

Row = dict[str, Any]
HOLDING = ("in_cart", "checked_out", "staged", "received", "billed")
OPEN = (*HOLDING, "needed")
LIVE = ("in_cart", "checked_out", "needed")
ENDED = ("cancelled", "dropped")
EASTERN = dt.timedelta(hours=5)
"""How far behind the buyers' clocks are."""


class Model(OwnStockModel):
    """The whole network. Lines are known by their number, carts and documents by company and number."""

    def __init__(self, codes: Mapping[str, Places], billing: Mapping[str, str]) -> None:
        self.now = NOW
        self.billing = billing
        self.lots: dict[str, LotQuantities] = {ref: LotQuantities.opened(list(codes[ref])) for ref in LOTS}
        self.boxes: dict[str, Row] = {}
        for ref, found in codes.items():
            self._put(ref, found)
        self.suspended: set[tuple[str, str]] = set()
        self.carts: dict[tuple[str, str], Row] = {}
        self.lines: dict[str, Row] = {}
        self.orders: dict[tuple[str, str], Row] = {}
        """Sales orders: status, the buyer, its purchase order, AWB."""

        self.waiting: set[tuple[str, str]] = set()
        """Purchase orders that wait for their approval."""

        self.purchases: dict[tuple[str, str], Row] = {}
        self.arrivals: dict[tuple[str, str, str], dt.date | None] = {}
        """When AWBs are said to arrive, by vendor, buyer and number."""

        self.came: dict[str, tuple[dt.date, tuple[str, str, str]]] = {}
        """When the first boxes of buyers' lots came, and on which AWB."""

    # Looking

    def due(self) -> list[tuple[str, str]]:
        """Carts and purchase orders of which the time is over and that nobody has tidied up."""
        return [*self.due_carts(), *self.due_orders()]

    def due_carts(self) -> list[tuple[str, str]]:
        """Carts whose time is over."""
        return [key for key, cart in self.carts.items() if cart["state"] == "open" and cart["expires_at"] <= self.now]

    def due_orders(self) -> list[tuple[str, str]]:
        """Purchase orders of which a line's time is over, the longest first."""
        ended = [(line["expires_at"], int(one)) for one, line in self.lines.items() if self.has_ended(line)]
        return list(dict.fromkeys((line["buyer"], line["purchase_order"]) for line in self._of(ended)))

    def _of(self, ended: list[tuple[dt.datetime, int]]) -> list[Row]:
        return [self.lines[str(one)] for _, one in sorted(ended)]

    def has_ended(self, line: Row) -> bool:
        """Whether a line that waits has ended by itself; one that is in a cart ends with the cart."""
        alone = line["state"] in ("checked_out", "needed") or (line["state"] == "in_cart" and line["cart"] is None)
        return bool(alone and line["expires_at"] is not None and line["expires_at"] <= self.now)

    def approved(self, numbers: Iterable[str]) -> None:
        """Lines were checked out or approved: they wait for their vendor from now on."""
        for number in numbers:
            line = self.lines[number]
            line["state"] = "needed" if line["state"] == "needed" else "checked_out"
            if line["purchase_order"] is not None:
                line |= {"overdue_at": end_of(line["leaves"]), "expires_at": end_of(line["leaves"]) + OVERDUE}
            else:
                line["expires_at"] = None

    @staticmethod
    def is_wanted(line: Row) -> bool:
        """Whether a customer still waits for a line whose boxes are gone."""
        return line["prebook"] is not None and line["boxes"] > line["released"]

    def hidden(self, buyer: str, ref: str) -> set[str]:
        """Why a lot cannot be bought at all."""
        owner = ref.partition("/")[0]
        codes = {"not_visible"} if self.lots[ref].on_hold else set()
        if (owner, buyer) in self.suspended:
            codes |= {"not_visible", "not_found"}
        return codes

    def closed(self, buyer: str, customer: str, number: str) -> set[str]:
        """Why nothing can be added to a cart."""
        cart = self.carts.get((buyer, number))
        if cart is None or cart["customer"] != customer:
            return {"not_found"}
        if cart["state"] == "expired" or (cart["state"] == "open" and cart["expires_at"] <= self.now):
            return {"cart_expired"}
        return set() if cart["state"] == "open" else {"conflict"}

    # Ordering

    def added(self, buyer: str, customer: str, header: tuple[str, str], answer: Row) -> None:
        """Boxes went into a cart."""
        key = (buyer, answer["cart"])
        fresh = {"customer": customer, "state": "open", "header": header, "expires_at": self.now + CART}
        cart = self.carts.setdefault(key, fresh)
        if any(self.ref(buyer, line["lot"]).startswith("SIERRA/") for line in answer["lines"]):
            today = dt.datetime.combine(self.now.date(), dt.time(), dt.UTC) + CUT_OFF
            cart["expires_at"] = min(cart["expires_at"], today if today > self.now else today + dt.timedelta(days=1))
        assert dt.datetime.fromisoformat(answer["expires_at"]) == cart["expires_at"]
        self._take(buyer, customer, answer, answer["cart"], cart["expires_at"])
        for line in self.lines.values():
            if (line["buyer"], line["cart"], line["state"]) == (buyer, answer["cart"], "in_cart"):
                line["expires_at"] = cart["expires_at"]

    def prebooked(self, buyer: str, customer: str, answer: Row) -> None:
        """A salesperson sold boxes: the purchase orders wait."""
        self._take(buyer, customer, answer, None, None)
        for one in answer["lines"]:
            line = self.lines[one["line"]]
            line["expires_at"] = min(self.now + APPROVAL, last_moment(line["vendor"], line["leaves"]))
        self.waiting |= {(buyer, line["purchase_order"]) for line in answer["lines"] if line["purchase_order"]}

    def _take(self, buyer: str, customer: str, answer: Row, cart: str | None, expires_at: dt.datetime | None) -> None:
        for line in answer["lines"]:
            ref = self.ref(buyer, line["lot"])
            owner = ref.partition("/")[0]
            self.lots[ref].net -= line["boxes"]
            self.lines[line["line"]] = {
                "buyer": buyer,
                "vendor": owner if owner in VENDORS else None,
                "customer": customer,
                "lot": ref,
                "boxes": line["boxes"],
                "price": line["price"],
                "state": "in_cart",
                "cart": cart,
                "expires_at": expires_at,
                "overdue_at": None,
                "leaves": self._leaves(buyer, customer, cart, owner in VENDORS),
                "prebook": answer["prebook"] if owner in VENDORS else None,
                "invoice_order": answer["invoice_order"] if owner not in VENDORS else None,
                "purchase_order": line["purchase_order"],
                "sales_order": line["sales_order"],
                "codes": [],
                **UNTOUCHED,
                "at_vendor": None,
                "product": GOODS_OF[ref.partition("/")[2].partition("-")[0]],
                **PACKED,
            }
            if line["sales_order"]:
                own = {"status": "pending", "buyer": buyer, "purchase_order": line["purchase_order"], "awb": None}
                self.orders.setdefault((owner, line["sales_order"]), own)

    def _leaves(self, buyer: str, customer: str, cart: str | None, vendors: bool) -> dt.date:
        """The vendor ship date, or the ship date of own stock; that of a cart is fixed by its first line."""
        if cart is None:
            return leaves(self.now, customer)
        ship_date, via = self.carts[(buyer, cart)]["header"]
        return dt.date.fromisoformat(ship_date) - dt.timedelta(days=vendors and via == "warehouse")

    @staticmethod
    def ref(buyer: str, ref: str) -> str:
        """A lot with its company, as a buyer names it without."""
        return ref if "/" in ref else f"{buyer}/{ref}"

    def end(self, numbers: Iterable[str], state: str, leave: Callable[[str], bool] = lambda _: False) -> None:
        """Lines ended: their boxes are back, or have left otherwise, and their orders close when nothing is left on
        them."""
        for number in numbers:
            line = self.lines[number]
            if not leave(number):
                self._give_back(line)
            line["state"] = state
            vendor, order = line["vendor"], line["sales_order"]
            alive = self.lines_of(vendor=vendor, sales_order=order)
            if order is not None and not any(self.lines[one]["state"] in OPEN for one in alive):
                self.orders[(vendor, order)]["status"] = "voided"
            self.close_purchase(line)

    def _give_back(self, line: Row) -> None:
        for code in line["codes"]:
            self.boxes[code] |= {"state": "in_stock", "missing": False}
        if line["lot"] is not None:
            self.lots[line["lot"]].net += line["boxes"]

    def close_cart(self, buyer: str, number: str | None) -> None:
        """A cart with nothing left to check out is closed."""
        states = [self.lines[one]["state"] for one in self.lines_of(buyer=buyer, cart=number)]
        if number is not None and "in_cart" not in states and self.carts[(buyer, number)]["state"] == "open":
            self.carts[(buyer, number)]["state"] = "checked_out" if set(states) & set(OPEN) else "cancelled"

    def sweep(self) -> int:
        """Carts and orders that are due end; how many."""
        carts = self.due_carts()
        for buyer, number in carts:
            self.carts[(buyer, number)]["state"] = "expired"
            self.end(self.lines_of(buyer=buyer, cart=number, state="in_cart"), "cancelled")
        orders = self.due_orders()
        for buyer, number in orders:
            on_it = self.lines_of(buyer=buyer, purchase_order=number)
            ended = [one for one in on_it if self.has_ended(self.lines[one])]
            for one in ended:
                if self.lines[one]["state"] == "needed" and self.lines[one]["prebook"] is not None:
                    again = {"lot": None, "purchase_order": None, "codes": [], "billed": 0}
                    self.add_line({**self.lines[one], **NOBODYS, **again})
            self.end(ended, "cancelled")
            if not any(self.is_unapproved(self.lines[one]) for one in on_it):
                self.waiting.discard((buyer, number))
        for key in self.due_deliveries():
            self.deliver(key)
        return len(carts) + len(orders)

    def is_unapproved(self, line: Row) -> bool:
        """Whether a line waits for an approval."""
        return (line["state"] == "in_cart" and line["cart"] is None) or (
            line["state"] == "needed" and line["purchase_order"] is not None and line["overdue_at"] is None
        )

    # Fulfilling

    def confirm(self, vendor: str, number: str) -> list[str]:
        """The checked out lines of an order get their boxes; the codes in order."""
        given: list[str] = []
        for one in self.lines_of(vendor=vendor, sales_order=number, state="checked_out"):
            line = self.lines[one]
            line["codes"] = self.free_codes(line["lot"])[: line["boxes"]]
            line |= {"state": "staged", "invoiced": line["boxes"]}
            given += line["codes"]
            for code in line["codes"]:
                self.boxes[code]["state"] = "staged"
                self.boxes[code]["claims"].append(one)
        return given

    def need_again(self, number: str, new: str) -> None:
        """What was voided is needed still, from nobody."""
        line = self.lines[number]
        gone = {"lot": None, "cart": None, "purchase_order": None}
        wanted = {"state": "needed", "codes": [], "boxes": line["boxes"] - line["released"]}
        self.lines[new] = {**line, **NOBODYS, **gone, **wanted, **UNTOUCHED}

    def arrive(self, company: str, codes: Sequence[str], billed: bool) -> list[str]:
        """The outcome of each code that somebody reads in a company, where boxes are billed at once or not."""
        return [self._arrive(company, code, billed) for code in codes]

    def _arrive(self, company: str, code: str, billed: bool) -> str:
        if code not in self.boxes:
            return "unknown"
        box = self.boxes[code]
        mine = [one for one in box["claims"] if self.lines[one]["buyer"] == company]
        if not mine:
            return "not_yours"
        line = self.lines[mine[-1]]
        if line["state"] in ENDED:
            return "cancelled"
        if box["state"] != "staged" or line["state"] != "staged":
            return "already_received"
        owed = bool(line["prebook"]) and line["boxes"] - line["released"] - line["billed"] - line["allocated"] > 0
        becomes = "in_stock"
        if owed:
            becomes = "billed" if billed and line["customer"] != "HELD" else "received"
            line["billed" if becomes == "billed" else "allocated"] += 1
        box |= {"state": becomes, "missing": False}
        if self.orders[(line["vendor"], line["sales_order"])]["status"] != "shipped":
            self.lots[line["lot"]].on_hand -= 1
        if becomes != "billed":
            self._move_in(company, code, line, mine[-1])
        if not any(self.boxes[other]["state"] == "staged" for other in line["codes"]):
            line["state"] = self._arrived(line)
        return "billed" if becomes == "billed" else "received"

    @staticmethod
    def _arrived(line: Row) -> str:
        """The state of a line of which no box is on its way."""
        return "billed" if 0 < line["billed"] == line["boxes"] - line["released"] else "received"

    def _move_in(self, company: str, code: str, line: Row, number: str) -> None:
        ref = self._lot_for(f"{company}/{line['lot'].partition('/')[2]}-{number}", line)
        self.lots[line["lot"]].codes.remove(code)
        lot = self.lots.setdefault(ref, LotQuantities())
        lot.come(1)
        if self.boxes[code]["state"] == "received":
            lot.net -= 1
            lot.allocated += 1
        lot.codes.append(code)
        self.boxes[code]["lot"] = ref
        self.match(ref)

    def _lot_for(self, first: str, line: Row) -> str:
        """The buyer's lot that a box comes into: that of its line and of the day on which it is scanned."""
        here, awb = (self.now - EASTERN).date(), self.awb_of(line)
        number, found = 1, first
        there = []
        while found in self.lots:
            there.append(found)
            number += 1
            found = f"{first}.{number}"
        for ref in reversed(there):
            if self.came[ref][0] == here:
                return ref
        self.came[found] = (here, awb)
        return found

    def awb_of(self, line: Row) -> tuple[str, str, str]:
        """On which AWB a line goes."""
        return (line["vendor"], line["buyer"], self.orders[(line["vendor"], line["sales_order"])]["awb"])

    def arrived_on(self, ref: str) -> dt.date:
        """The day of arrival of a buyer's lot: that of its scan, or of its AWB if that is earlier."""
        came, awb = self.came[ref]
        return min(came, self.arrivals.get(awb) or came)

    def allocated(self, number: str) -> list[str]:
        """The boxes that are allocated to a line, those that come first in their lot before the others;
        one that is reported missing is not there to be billed or released."""
        line = self.lines[number]
        received = [code for code in line["codes"] if self.boxes[code]["state"] == "received"]
        mine = [code for code in received if not self.boxes[code]["missing"]]
        return sorted(mine, key=self.place)

    def bill(self, numbers: Iterable[str]) -> None:
        """What is allocated to lines goes onto their invoice."""
        for number in numbers:
            line = self.lines[number]
            for code in self.allocated(number):
                lot = self.lots[self.boxes[code]["lot"]]
                lot.allocated -= 1
                lot.on_hand -= 1
                line["allocated"] -= 1
                line["billed"] += 1
                self.boxes[code]["state"] = "billed"
            if line["state"] == "received":
                line["state"] = self._arrived(line)

    def release(self, number: str, boxes: int) -> None:
        """The customer of a line gave boxes up: what is allocated is free first, the last before the others."""
        line = self.lines[number]
        for code in self.allocated(number)[::-1][:boxes]:
            lot = self.lots[self.boxes[code]["lot"]]
            lot.allocated -= 1
            lot.net += 1
            line["allocated"] -= 1
            self.boxes[code]["state"] = "in_stock"
            self.match(self.boxes[code]["lot"])
        line["released"] += boxes

    def ship(self, vendor: str, buyer: str, awb: str) -> None:
        """The confirmed orders of an AWB leave; boxes via grower arrive by themselves, and are billed unless nothing
        is."""
        for (owner, number), order in sorted(self.orders.items()):
            if (owner, order["buyer"], order["awb"], order["status"]) == (vendor, buyer, awb, "confirmed"):
                order["status"] = "shipped"
                for one in self.lines_of(vendor=vendor, sales_order=number):
                    line = self.lines[one]
                    if line["state"] not in GIVEN:
                        continue
                    self.lots[line["lot"]].on_hand -= sum(map(self._waits, line["codes"]))
                    if VIA.get(line["customer"]) != "grower":
                        continue
                    billed = self.billing[line["buyer"]] != "off"
                    there = [code for code in line["codes"] if not self.boxes[code]["missing"]]
                    self.arrive(line["buyer"], there, billed)
                    if billed and line["customer"] != "HELD":
                        self.bill([one])


PAIRS = [(vendor, buyer) for vendor in VENDORS for buyer in BUYERS]
