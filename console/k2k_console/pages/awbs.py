"""AWBs and labels: what leaves and what comes, its labels, its shipping and its real costs (domain section 6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from k2k_console.formats import number
from k2k_console.frame import firm, local_day
from k2k_console.pages.document_lines import LINE_STATES, via
from k2k_console.pages.labels import PRINT_LABELS, labels_of
from k2k_console.translations import later, later_of, text, text_of
from k2k_console.vocabulary import (
    Action,
    Call,
    Column,
    Detail,
    Download,
    Drawer,
    Empty,
    Fact,
    Field,
    Filter,
    Lines,
    List,
    Page,
    Progress,
    Row,
    State,
    View,
)
from k2k_core.domain.roles import ADMIN, PROCUREMENT, SALES_MANAGER

if TYPE_CHECKING:
    from k2k_core.api import K2K

COUNTED = (later("%(count)d AWB"), later("%(count)d AWBs"))
MOST_BOXES = 1_000
"""So many boxes are read at once."""
BOXES_COUNTED = (later("%(count)d box"), later("%(count)d boxes"))


def is_sent(awb: Row) -> bool:
    """Whether the reader's company sends an AWB; else it gets it."""
    own = firm()
    return own is not None and awb["vendor"] == own.code


def partner(awb: Row) -> str:
    """The other company of an AWB; nothing for the company's own supply."""
    side = "buyer" if is_sent(awb) else "vendor"
    return str(awb[f"{side}_name"] or "")


def arrives(awb: Row) -> str:
    """The arrival date of an AWB, where one was typed."""
    return text("arrives %(day)s", day=local_day(awb["arrival_date"])) if awb["arrival_date"] else ""


def state(awb: Row) -> State:
    """What an AWB waits for."""
    if not awb["shipped"]:
        return State(text("To ship") if is_sent(awb) else text("Not shipped yet"), "info", open=True)
    if awb.get("staged") == 0:
        return State(text("Arrived"), "ok")
    return State(text_of("AWB", "Shipped") if is_sent(awb) else text("On its way"), "ok")


def still_to_scan(awb: Row) -> str:
    """How many of its boxes the buyer has not received."""
    return text("%(count)s to scan", count=number(awb["staged"])) if awb["staged"] else ""


def freight(awb: Row) -> str:
    """Whether the freight is the real amount or the estimate; the costs are the buyer's alone."""
    if "freight" not in awb or is_sent(awb):
        return ""
    return text("estimate") if awb["freight"] is None else text("%(amount)s, real", amount=number(awb["freight"], 2))


def costs(k2k: K2K, company: str, key: str) -> Mapping[str, Any]:
    """An AWB with the landed costs of its lines."""
    return {"awb": k2k.awb(company, key)}


def with_boxes(k2k: K2K, company: str, awbs: Sequence[Row]) -> Sequence[Row]:
    """AWBs with the boxes that are `on_it`, by their codes."""
    return [{**awb, "on_it": list(_boxes(k2k, company, awb["id"]))} for awb in awbs]


def _boxes(k2k: K2K, company: str, awb: str) -> Iterator[Row]:
    cursor = None
    while True:
        found = k2k.boxes(company, {"awb": awb}, sort="code", cursor=cursor, limit=MOST_BOXES)
        yield from found["items"]
        cursor = found["next"]
        if cursor is None:
            return


def orders(awb: Row) -> str:
    """The orders whose boxes are on an AWB."""
    return ", ".join(sorted({box["order"] for box in awb["on_it"] if box["order"]}))


def box_state(box: Row) -> State:
    """The state of a box; one that its buyer reports missing says so."""
    if box["missing"]:
        return State(text_of("box", "Reported missing"), "bad", sub=box["missing"])
    return LINE_STATES.get(box["state"], State(str(box["state"])))


def printed(call: Call) -> Download | Progress:
    """The labels of every box on some AWBs."""
    codes = [code for key in call.keys for code in call.k2k.awb(call.company, key)["box_codes"]]
    return labels_of(call, codes)


COSTS = Drawer("costs", later("Landed costs"), costs, "k2k/awb_costs.html")

PRINT = replace(
    PRINT_LABELS,
    subject="awb",
    many=(later("Print the labels of %(count)d AWB"), later("Print the labels of %(count)d AWBs")),
    call=printed,
)
PRINT_SHEET = replace(PRINT, name="print-sheet", label=later("Print"), fields=(), bulk=False, many=("", ""))
"""Prints the labels of one AWB as a sheet at once; other formats are asked for in the dialog."""

SHIP = Action(
    "ship",
    later("Ship"),
    "awb",
    later("%(name)s is shipped."),
    many=(later("Ship %(count)d AWB"), later("Ship %(count)d AWBs")),
    many_done=(later("%(count)d AWB is shipped."), later("%(count)d AWBs are shipped.")),
    icon="plane-departure",
    tone="go",
    confirm="effect",
    about=later("Its orders become shipped and the buyer is told. Boxes via grower are received at once."),
    bulk=True,
    when=lambda awb: is_sent(awb) and not awb["shipped"],
)
FREIGHT = Action(
    "awb",
    later("Freight"),
    "awb",
    later("The costs of %(name)s are saved."),
    name="freight",
    icon="coin",
    roles=(ADMIN, SALES_MANAGER),
    fields=(
        Field(
            "freight",
            later("Freight"),
            kind="number",
            now=lambda awb: awb.get("freight"),
            about=later("The real amount of the whole AWB, 0 included. Blank: the estimate."),
        ),
        Field(
            "handling",
            later("Handling"),
            kind="number",
            now=lambda awb: awb.get("handling"),
            about=later("The real amount of the whole AWB, 0 included. Blank: the estimate."),
        ),
    ),
    about=later("Boxes that are not billed cost this from now on; billed ones keep what they were billed with."),
    when=lambda awb: not is_sent(awb),
)
ARRIVAL = Action(
    "awb",
    later("Arrival"),
    "awb",
    later("The arrival of %(name)s is saved."),
    name="arrival",
    icon="calendar",
    roles=(ADMIN, SALES_MANAGER, PROCUREMENT),
    fields=(
        Field(
            "arrival_date",
            later("Arrives"),
            kind="date",
            now=lambda awb: awb["arrival_date"],
            about=later("The day on which its boxes arrive; a box that is scanned before has arrived that day."),
        ),
    ),
)

LIST = List(
    read="awbs",
    key="id",
    counted=COUNTED,
    search=later("AWB, partner"),
    columns=(
        Column("number", later("AWB"), "code", sort="number", phone="title"),
        Column("buyer_name", later("Partner"), show=partner, phone="under"),
        Column("ship_date", later("Ships"), "date", sort="ship_date", sub=arrives),
        Column("ship_via", later("Ship via"), show=via, phone="hide"),
        Column("boxes", later("Boxes"), "number", total=True, sub=still_to_scan),
        Column("fbe", later("FBE"), "number", total=True),
        Column("freight", later("Freight"), show=freight, why=COSTS, needs="freight"),
        Column("shipped", later("State"), "state", show=state),
    ),
    filters=(
        Filter("role", later("Direction"), choices={"vendor": later("We send"), "buyer": later("We get")}),
        Filter(
            "shipped",
            later_of("AWB", "Shipped"),
            choices={"true": later_of("AWB", "Shipped"), "false": later("Not shipped yet")},
        ),
        Filter("ship_date", later("Ships"), "range"),
        Filter("partner", later("Partner"), "text"),
    ),
    views=(
        View(
            "open",
            later("Not shipped yet"),
            {"shipped": "false"},
            sort="ship_date",
            empty=Empty(later("No AWB waits to be shipped")),
        ),
        View("coming", later("We get"), {"role": "buyer"}, sort="-ship_date"),
        View("sent", later("We send"), {"role": "vendor"}, sort="-ship_date"),
        View("all", later_of("AWBs", "All"), sort="-ship_date"),
    ),
    actions=(PRINT, SHIP),
    row_actions=(PRINT_SHEET,),
    empty=Empty(
        later("No AWB yet"),
        later("Orders go on an AWB as they are confirmed; its labels are printed here."),
        "orders",
        later("See orders"),
    ),
)

AWB = Detail(
    read="awbs",
    subject="awb",
    given={"limit": 2},
    keys=("id", "number"),
    title=lambda awb: awb["number"],
    about=partner,
    state=state,
    facts=(
        Fact(later("Ships"), lambda awb: awb["ship_date"], "date"),
        Fact(later("Arrives"), lambda awb: awb["arrival_date"], "date"),
        Fact(later("Ship via"), via),
        Fact(later("Boxes"), lambda awb: awb["boxes"], "number", sub=still_to_scan),
        Fact(later("Orders"), orders),
        Fact(later("Freight, real"), lambda awb: awb.get("freight"), "number"),
        Fact(later("Handling, real"), lambda awb: awb.get("handling"), "number"),
    ),
    sections=(
        Lines(
            later("Boxes"),
            lambda awb: awb["on_it"],
            (
                Column("box_code", later("Box code"), "code", phone="title"),
                Column("description", later("Product"), sub=lambda box: box["lot"], phone="under"),
                Column("mark_code", later("Mark code"), "code"),
                Column("order", later("Order"), "code"),
                Column("state", later("State"), "state", show=box_state),
            ),
            BOXES_COUNTED,
        ),
    ),
    actions=(SHIP, PRINT, ARRIVAL, FREIGHT),
    beside=with_boxes,
)

AWBS = Page("awbs", (LIST, AWB))
