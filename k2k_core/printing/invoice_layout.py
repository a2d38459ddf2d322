"""The layout of a printed invoice: a head, the receiver, the goods as a table over as many sheets as needed, the
charges, the total. Every further sheet repeats the head of the table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from k2k_core.domain.invoice_document import Party, PrintedInvoice, PrintedLine
from k2k_core.printing.pages import LEFT, RIGHT, Flow, Sheet, Words
from k2k_core.printing.typeface import ELLIPSIS, Typeface

MARGIN, FOOT = 46.0, 62.0
SMALL, BODY, LARGE, TITLE = 7.0, 8.5, 10.0, 19.0
GREY, PALE, DARK = 0.42, 0.93, 0.15
GAP = 9.0
LEADING = 1.28
NARROWEST_DESCRIPTION = 130.0
WIDEST_BOX_TYPE = 60.0
ACROSS = 4
"""Facts in one row."""

PADDING = 4.0
"""Points between the edges of the table and its texts."""

MOST_LINES = 4
"""Lines of the longest description; a longer one is shortened."""

COLUMNS = (
    ("description", LEFT),
    ("box_type", LEFT),
    ("boxes", RIGHT),
    ("pack", RIGHT),
    ("units", RIGHT),
    ("unit", LEFT),
    ("price", RIGHT),
    ("total", RIGHT),
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table: its left and right end."""

    name: str
    x: float
    width: float
    align: str

    @property
    def anchor(self) -> float:
        """The end at which its texts are aligned."""
        return self.x if self.align == LEFT else self.x + self.width


def layout(invoice: PrintedInvoice, fonts: Typeface) -> list[Sheet]:
    """The sheets of a legible invoice, each with its number and the number of sheets."""
    laid_out = _InvoiceLayout(invoice, fonts)
    laid_out.head()
    laid_out.goods()
    laid_out.sums()
    laid_out.feet()
    return laid_out.flow.sheets


def legible(invoice: PrintedInvoice, fonts: Typeface) -> PrintedInvoice:
    """The same invoice, with every text in characters that the font has."""
    read = fonts.readable

    def party(one: Party) -> Party:
        return Party(read(one.name), tuple(read(row) for row in one.address))

    return replace(
        invoice,
        number=read(invoice.number),
        seller=read(invoice.seller),
        bill_to=party(invoice.bill_to),
        ship_to=party(invoice.ship_to) if invoice.ship_to else None,
        facts=tuple((read(caption), read(text)) for caption, text in invoice.facts),
        lines=tuple(_legible_line(line, fonts) for line in invoice.lines),
        charges=tuple((read(name), amount) for name, amount in invoice.charges),
    )


def _legible_line(line: PrintedLine, fonts: Typeface) -> PrintedLine:
    texts = {name: fonts.readable(getattr(line, name)) for name in ("description", "box_type", "unit", "mark")}
    return replace(line, **texts)


class _InvoiceLayout:
    """One invoice while it is laid out."""

    def __init__(self, invoice: PrintedInvoice, fonts: Typeface) -> None:
        self.invoice, self.fonts, self.words = invoice, fonts, invoice.words
        self.flow = Flow(invoice.paper, fonts, MARGIN, FOOT)
        self.size, self.columns = _columns(invoice, fonts, self.flow)

    def head(self) -> None:
        """The seller, the kind of document, its number, its facts and the receiver."""
        flow, half = self.flow, self.flow.inner * 0.58
        y = flow.margin + TITLE
        size, lines = self._large(self.invoice.seller, half)
        for line in lines:
            flow.add(Words(flow.margin, y, line, size, bold=True))
            y += size * LEADING
        room = flow.inner - half - GAP
        flow.add(Words(flow.right, flow.margin + TITLE, self.words["title"], TITLE, bold=True, align=RIGHT), room)
        number_y = flow.margin + TITLE + 17
        flow.add(Words(flow.right, number_y, self.invoice.number, 11, gray=GREY, align=RIGHT), room)
        flow.y = max(y, number_y + 8) + 4
        flow.rule(flow.y, 1.4, DARK)
        flow.y += 16
        self._facts()
        self._parties()
        flow.head = self._head_again
        self._table_head()

    def _large(self, text: str, room: float) -> tuple[float, tuple[str, ...]]:
        """A name in the largest size that fits into two lines; in the smallest size it is shortened."""
        for size in (15.0, 13.0, 11.0):
            lines = self.fonts.wrapped(text, room, size, 2, bold=True)
            if not lines or not lines[-1].endswith(ELLIPSIS):
                break
        return size, lines

    def _facts(self) -> None:
        flow = self.flow
        room, facts = flow.inner / ACROSS, self.invoice.facts
        for start in range(0, len(facts), ACROSS):
            lowest = flow.y
            for place, (caption, text) in enumerate(facts[start : start + ACROSS]):
                x, y = flow.margin + place * room, flow.y
                flow.add(Words(x, y, caption, SMALL, gray=GREY), room - GAP)
                for line in self.fonts.wrapped(text, room - GAP, BODY, MOST_LINES, bold=True):
                    y += BODY * LEADING + 0.5
                    flow.add(Words(x, y, line, BODY, bold=True))
                lowest = max(lowest, y)
            flow.y = lowest + 16
        flow.y += 6

    def _parties(self) -> None:
        flow = self.flow
        shown = [("bill_to", self.invoice.bill_to)]
        if self.invoice.ship_to is not None:
            shown.append(("ship_to", self.invoice.ship_to))
        room = (flow.inner - 2 * GAP) / 2
        lowest = flow.y
        for place, (caption, party) in enumerate(shown):
            x, y = flow.margin + place * (room + 2 * GAP), flow.y
            flow.add(Words(x, y, self.words[caption], SMALL, gray=GREY))
            y += 14
            for line in self.fonts.wrapped(party.name, room, LARGE, 2, bold=True):
                flow.add(Words(x, y, line, LARGE, bold=True))
                y += LARGE * LEADING
            for row in party.address:
                flow.add(Words(x, y, row, BODY), room)
                y += BODY * LEADING
            lowest = max(lowest, y)
        flow.y = lowest + 10

    def _head_again(self) -> None:
        flow = self.flow
        y = flow.margin + BODY
        flow.add(Words(flow.margin, y, self.invoice.seller, BODY, bold=True), flow.inner * 0.6)
        named = f"{self.words['title']} {self.invoice.number}"
        flow.add(Words(flow.right, y, named, BODY, gray=GREY, align=RIGHT), flow.inner * 0.38)
        flow.y = y + 12
        self._table_head()

    def _table_head(self) -> None:
        flow = self.flow
        flow.fill(flow.margin, flow.y, flow.inner, 17, PALE)
        for column in self.columns:
            caption = self.words[column.name]
            flow.add(Words(column.anchor, flow.y + 11.5, caption, SMALL, bold=True, gray=DARK, align=column.align))
        flow.y += 17

    def goods(self) -> None:
        """A row for each line; no row is split over two sheets."""
        for line in self.invoice.lines:
            self._row(line)

    def _row(self, line: PrintedLine) -> None:
        flow, description = self.flow, self.columns[0]
        said = self.fonts.wrapped(line.description, description.width, self.size, MOST_LINES)
        mark = f"{self.words['mark']} {line.mark}" if line.mark else ""
        leading = self.size * LEADING
        height = max(len(said), 1) * leading + (SMALL * LEADING if mark else 0) + 8
        flow.need(height)
        y = flow.y + 4 + self.size
        for place, text in enumerate(said):
            flow.add(Words(description.x, y + place * leading, text, self.size))
        if mark:
            below = y + len(said) * leading - 1
            flow.add(Words(description.x, below, mark, SMALL, gray=GREY), description.width)
        for column in self.columns[1:]:
            text, room = getattr(line, column.name), column.width if column.align == LEFT else None
            flow.add(Words(column.anchor, y, text, self.size, bold=column.name == "total", align=column.align), room)
        flow.y += height
        flow.rule(flow.y, 0.5, 0.85)

    def sums(self) -> None:
        """The subtotal of the goods, the charges, the total; the total is never alone on a sheet."""
        flow = self.flow
        rows = [(self.words["subtotal"], self.invoice.subtotal), *self.invoice.charges] if self.invoice.charges else []
        flow.need(min(len(rows), 3) * 15 + 40)
        flow.y += 8
        for place, (name, amount) in enumerate(rows):
            flow.need(15 + (26 if place == len(rows) - 1 else 0))
            self._sum(name, amount, BODY, 15)
        flow.need(28)
        flow.fill(flow.right - self._room(), flow.y + 2, self._room(), 1.0, DARK)
        flow.y += 5
        self._sum(self.words["total"], self.invoice.total, 11.5, 22, bold=True)

    def _room(self) -> float:
        return self.flow.inner * 0.55

    def _sum(self, name: str, amount: str, size: float, height: float, bold: bool = False) -> None:
        flow = self.flow
        y = flow.y + height - 4
        width = self.fonts.width(amount, size, bold)
        room = self._room() - width - GAP - PADDING
        flow.add(Words(flow.right - self._room(), y, name, size, bold=bold), room)
        flow.add(Words(flow.right - PADDING, y, amount, size, bold=bold, align=RIGHT))
        flow.y += height

    def feet(self) -> None:
        """The seller and the page number at the foot of each sheet."""
        sheets = self.flow.sheets
        for place, sheet in enumerate(sheets, 1):
            self._foot(sheet, place, len(sheets))

    def _foot(self, sheet: Sheet, place: int, count: int) -> None:
        flow = self.flow
        whole = Flow(self.invoice.paper, self.fonts, MARGIN, FOOT)
        whole.sheets = [sheet]
        y = flow.height - MARGIN + 8
        whole.rule(y - 14, 0.6, 0.8)
        named = f"{self.invoice.seller} · {self.words['title']} {self.invoice.number}"
        whole.add(Words(flow.margin, y, named, SMALL, gray=GREY), flow.inner * 0.75)
        page = self.words["page"].format(page=place, pages=count)
        whole.add(Words(flow.right, y, page, SMALL, gray=GREY, align=RIGHT))


def _columns(invoice: PrintedInvoice, fonts: Typeface, flow: Flow) -> tuple[float, tuple[Column, ...]]:
    """The columns, as wide as their contents; the description gets the rest, and a smaller size makes everything
    fit."""
    for size in (BODY, 8.0, 7.5, 7.0, 6.5, 6.0, 5.5, 5.0):
        widths = {name: _width(name, invoice.words, invoice.lines, fonts, size) for name, _ in COLUMNS[1:]}
        rest = flow.inner - 2 * PADDING - sum(widths.values()) - GAP * len(widths)
        if rest >= NARROWEST_DESCRIPTION:
            break
    columns, x = [], flow.margin + PADDING
    for name, align in COLUMNS:
        width = widths.get(name, rest)
        columns.append(Column(name, x, width, align))
        x += width + GAP
    return size, tuple(columns)


def _width(name: str, words: Mapping[str, str], lines: Sequence[PrintedLine], fonts: Typeface, size: float) -> float:
    longest = max((fonts.width(getattr(line, name), size, bold=name == "total") for line in lines), default=0.0)
    room = WIDEST_BOX_TYPE if name == "box_type" else longest
    return max(min(longest, room), fonts.width(words[name], SMALL, bold=True))
