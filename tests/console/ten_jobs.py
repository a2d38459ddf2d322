"""The most frequent jobs, by everybody who may do them: declared once, walked by the tests and for the documents."""

from __future__ import annotations

from typing import Any

from k2k_core.api import K2K
from tests.console.offered import LOT
from tests.console.staged_boxes import DAY, stage, states
from tests.console.trading import order
from tests.console.walk import Job, Walk

MANAGERS = ("admin", "sales_manager")
BUYING = (*MANAGERS, "procurement")
SEEING_CATALOG = (*MANAGERS, "salesperson", "setup")
SCANNING = ("warehouse", *MANAGERS, "procurement")
PRINTING = ("warehouse", *MANAGERS, "procurement")
PRICING = (*MANAGERS, "setup")
SETTING_UP = ("admin", "setup")


def statuses(k2k: K2K, numbers: list[str]) -> set[str]:
    return {str(k2k.show("ANDES", number)["status"]) for number in numbers}


def two_orders(k2k: K2K, number: int) -> list[str]:
    return [order(k2k), order(k2k, "C-100")]


def confirm_all(walk: Walk, numbers: list[str]) -> None:
    walk.menu("/orders/")
    walk.click("th.tick input")
    walk.picture("orders")
    walk.click('[data-bulk] [value="confirm"]')
    walk.see(".toast")


def order_with_a_cart(k2k: K2K, number: int) -> list[str]:
    """An order of two lines, of which one is checked out."""
    goods: Any = {"customer": "C-200", "lot": "ANDES/L1", "boxes": 1, "ship_date": DAY}
    first: Any = k2k.add("BLOOM", **goods)
    k2k.add("BLOOM", **goods, cart=first["cart"])
    k2k.checkout("BLOOM", line=str(first["lines"][0]["line"]))
    return [str(first["sales_order"])]


def confirm_pending(walk: Walk, numbers: list[str]) -> None:
    walk.click(f'.work a[href^="/orders/{numbers[0]}"]')
    walk.see(f'h1:has-text("{numbers[0]}")')
    walk.press("c")
    walk.see("dialog:modal")
    walk.picture("confirm-pending")
    walk.press("Control+Enter")
    walk.see(".toast")


def offer(k2k: K2K, number: int) -> str:
    """A lot that the buyer has not mapped, with a product of the buyer's that has the same words in another order."""
    words, own = f"Rose White Athena {40 + number}cm", f"Rose Athena White {40 + number}cm"
    k2k.put("ANDES", "products", [{"code": f"W-{number}", "description": words, "category": "ROSES"}])
    k2k.put("ANDES", "lots", [{**LOT, "code": f"N-{number}", "product": f"W-{number}"}])
    k2k.put("BLOOM", "products", [{"code": f"ATHENA-{number}", "description": own, "category": "ROSES"}])
    return f"ANDES/N-{number}"


def accept(walk: Walk, lot: str) -> None:
    walk.menu("/offers/")
    walk.see(".here")
    walk.picture("offers")
    walk.press("Enter")
    walk.see(".toast")


def type_price(walk: Walk, lot: str) -> None:
    walk.menu("/offers/")
    walk.see(".here")
    walk.type(walk.number("0.89"), reach="p", leave="Enter")
    walk.see(".toast")


def confirm_offer(k2k: K2K, lot: str) -> None:
    k2k.map("BLOOM", lot, product=str(lot).replace("ANDES/N", "ATHENA"), confirmed=True)


def why_price(walk: Walk, made: Any) -> None:
    walk.type("L1", reach="/", leave="Enter")
    walk.see("tr .why")
    walk.press("w")
    walk.see("dialog.drawer[open] .steps")
    walk.picture("price")


def hide(k2k: K2K, number: int) -> None:
    k2k.set("ANDES", product="R-RED-60", values={"local_after": 1})


def show(k2k: K2K, made: Any) -> None:
    k2k.set("ANDES", product="R-RED-60", values={"local_after": None})


def why_hidden(walk: Walk, made: Any) -> None:
    walk.type("L1", reach="/", leave="Enter")
    walk.click(".empty a.btn")
    walk.see("dialog.drawer[open] .chain")
    walk.picture("hidden")


def a_box(k2k: K2K, number: int) -> str:
    (code,) = stage(k2k, 1, awb=f"729-{number:08}")
    return code


def receive(walk: Walk, code: str) -> None:
    if "/scan/" not in walk.page.url:
        walk.menu("/scan/")
    walk.page.wait_for_function("document.activeElement.id === 'code'")
    walk.type(code, leave="Enter")
    walk.see("#outcome.ok")
    walk.picture("scan", phone=True)


def print_labels(walk: Walk, code: str) -> None:
    walk.menu("/awbs/")
    with walk.page.expect_download() as started:
        walk.click('button[value^="print-sheet:"]')
    assert started.value.path().read_bytes().startswith(b"%PDF")


def take_in(k2k: K2K, code: str) -> None:
    """The box is received and its AWB done with."""
    k2k.scan("BLOOM", [code])


def change_margin(walk: Walk, number: str) -> None:
    walk.press("g", "m")
    walk.see('[name="k2k_gpm"]')
    walk.fill('[name="k2k_gpm"]', number)
    walk.see(".big")
    walk.picture("margins")
    walk.click("#beside .btn.go")
    walk.see(".toast")


def change_cut_off(walk: Walk, minute: str) -> None:
    walk.menu("/ship_days/")
    walk.fill('[name="cut:thu"]', minute)
    walk.see("button.go:not([aria-busy])")
    walk.picture("days")
    walk.click("main .btn.go")
    walk.see(".toast")


JOBS = (
    Job(
        "confirm all ready orders",
        'Orders, tick all, "Confirm 2 orders"',
        (3, 0),
        "ANDES",
        MANAGERS,
        two_orders,
        confirm_all,
        lambda k2k, made: statuses(k2k, made) == {"confirmed"},
    ),
    Job(
        "confirm an order with lines that are not checked out",
        "its line in the overview, `C`, `⌘↵`",
        (3, 0),
        "ANDES",
        MANAGERS,
        order_with_a_cart,
        confirm_pending,
        lambda k2k, made: statuses(k2k, made) == {"confirmed"},
    ),
    Job(
        "map and confirm an offer",
        "Offers, `↵`",
        (2, 0),
        "BLOOM",
        BUYING,
        offer,
        accept,
        lambda k2k, made: bool(k2k.offer("BLOOM", made)["sellable"]),
    ),
    Job(
        "type a price",
        "Offers, `P`, number, `↵`",
        (1, 1),
        "BLOOM",
        MANAGERS,
        offer,
        type_price,
        lambda k2k, made: k2k.offer("BLOOM", made)["va_price"] == "0.89",
        confirm_offer,
    ),
    Job(
        "why this price?",
        "`/` lot, `W`",
        (1, 1),
        "BLOOM",
        SEEING_CATALOG,
        lambda k2k, number: None,
        why_price,
        lambda k2k, made: True,
    ),
    Job(
        "why is it hidden?",
        '`/` lot, "is hidden: why?"',
        (2, 1),
        "BLOOM",
        SEEING_CATALOG,
        hide,
        why_hidden,
        lambda k2k, made: True,
        show,
    ),
    Job(
        "receive a box",
        "Scan, which is where the warehouse begins",
        (1, 1),
        "BLOOM",
        SCANNING,
        a_box,
        receive,
        lambda k2k, made: states(k2k, [made]) == {"received"},
    ),
    Job(
        "print the labels of an AWB",
        'AWBs, "Print" in its row',
        (2, 0),
        "ANDES",
        PRINTING,
        a_box,
        print_labels,
        lambda k2k, made: True,
        take_in,
    ),
    Job(
        "change a margin, knowing the effect",
        '`G` `M`, number, "Save, n prices rise"',
        (2, 1),
        "BLOOM",
        PRICING,
        lambda k2k, number: str(30 + number % 9),
        change_margin,
        lambda k2k, made: k2k.settings("BLOOM")["k2k_gpm"]["value"] == made,
    ),
    Job(
        "change a cut-off",
        "Days, cell, Save",
        (2, 1),
        "ANDES",
        SETTING_UP,
        lambda k2k, number: f"14{number % 60:02}",
        change_cut_off,
        lambda k2k, made: k2k.settings("ANDES")["cut_offs"]["value"]["thu"] == made,
    ),
)
