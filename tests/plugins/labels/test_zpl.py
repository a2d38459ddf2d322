"""Labels as ZPL, parsed strictly: only the expected commands, and every text is only data."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k2k_core.domain.labels import LabelRequest
from k2k_core.errors import UnprintableBoxCode
from k2k_labels.layout import layout
from k2k_labels.typeface import Typeface
from k2k_labels.zpl import ZplRenderer, escaped, printer_has

NUMBER = r"\d{1,4}"
DATA = r"(?:[A-Za-z0-9 ]|_[0-9A-F]{2})*"
COMMANDS = {
    "block": re.compile(rf"\^FO{NUMBER},{NUMBER}\^GB{NUMBER},{NUMBER},{NUMBER},B,0\^FS"),
    "text": re.compile(rf"\^FT{NUMBER},{NUMBER}\^A0N,{NUMBER},0\^FH_\^FD(?P<data>{DATA})\^FS"),
    "drawn": re.compile(rf"\^FO{NUMBER},{NUMBER}(?:\^FR)?\^GFA,(\d+),\1,(?P<row>\d+),(?P<dots>[0-9A-F]+)\^FS"),
    "barcode": re.compile(rf"\^FO{NUMBER},{NUMBER}\^BY[1-4],3,96\^BCN,96,N,N,N,A\^FH_\^FD(?P<data>{DATA})\^FS"),
}
HEAD = ["^XA", "^PON^PMN^FWN^LRN^LS0^MUd", "^CI28", "^PW812", "^LL609", "^LH0,0"]


@dataclass
class Taken:
    """What one label consists of."""

    texts: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    drawn: int = 0
    blocks: int = 0


def _take_apart(content: bytes) -> Taken:
    lines = content.decode("ascii").split("\n")
    assert lines[: len(HEAD)] == HEAD
    assert lines[-2:] == ["^XZ", ""]
    taken = Taken()
    for line in lines[len(HEAD) : -2]:
        _take(line, taken)
    return taken


def _take(line: str, taken: Taken) -> None:
    found = {name: match for name, pattern in COMMANDS.items() if (match := pattern.fullmatch(line))}
    assert len(found) == 1, line
    name, match = found.popitem()
    if name == "text":
        taken.texts.append(_unescaped(match["data"]))
    elif name == "barcode":
        taken.codes.append(_unescaped(match["data"]))
    elif name == "drawn":
        assert len(match["dots"]) == 2 * int(match[1])
        assert int(match[1]) % int(match["row"]) == 0
        assert set(match["dots"]) != {"0"}
        taken.drawn += 1
    else:
        taken.blocks += 1


def _unescaped(data: str) -> str:
    parts = re.findall(r"_([0-9A-F]{2})|(.)", data)
    return b"".join(bytes.fromhex(code) if code else plain.encode() for code, plain in parts).decode("utf-8")


def _check(request: LabelRequest, as_zpl: ZplRenderer, typeface: Typeface) -> None:
    label = as_zpl.render(request)
    design = layout(request, typeface)
    lines = [(line, words.white) for words in design.words for _, line in words.placed_lines()]
    taken = _take_apart(label.content)
    assert taken.texts == [line for line, white in lines if printer_has(line) and not white]
    assert taken.drawn == len(lines) - len(taken.texts)
    assert taken.codes == [request.box_code]
    assert taken.blocks == len(design.blocks)
    assert label.text == design.text


def test_strange_boxes_bring_no_command_of_their_own(
    strange_boxes: list[LabelRequest], as_zpl: ZplRenderer, typeface: Typeface
) -> None:
    for box in strange_boxes:
        _check(box, as_zpl, typeface)


@given(text=st.text(max_size=80))
def test_no_text_at_all_brings_a_command_of_its_own(
    roses: LabelRequest, as_zpl: ZplRenderer, typeface: Typeface, text: str
) -> None:
    _check(replace(roses, product=text, recipient=text, mark_code=text, vendor_name=text, lot=text), as_zpl, typeface)


@given(text=st.text(st.characters(codec="utf-8")))
def test_escaping_loses_nothing_and_leaves_no_sign_of_the_printers(text: str) -> None:
    data = escaped(text)
    assert re.fullmatch(DATA, data)
    assert _unescaped(data) == text


@pytest.mark.parametrize("code", ["A>B", ">:12345", ">"])
def test_a_barcode_never_holds_the_printers_shift_sign(roses: LabelRequest, as_zpl: ZplRenderer, code: str) -> None:
    with pytest.raises(UnprintableBoxCode):
        as_zpl.render(replace(roses, box_code=code))


@pytest.mark.parametrize("name", ["Цветы", "Λουλούδια", "Łódź"])
def test_a_name_that_a_printers_font_may_lack_is_drawn(roses: LabelRequest, as_zpl: ZplRenderer, name: str) -> None:
    plain, drawn = (_take_apart(as_zpl.render(replace(roses, carrier=text)).content) for text in ("DHL", name))
    assert (plain.drawn, drawn.drawn) == (1, 2)  # the K2K mark is drawn on both
    assert name not in drawn.texts


def test_a_sheet_is_one_label_after_the_other(roses: LabelRequest, as_zpl: ZplRenderer) -> None:
    again = replace(roses, box_code="ANDES-000124", reprint=True)
    assert as_zpl.sheet([roses, again]) == as_zpl.render(roses).content + as_zpl.render(again).content


def test_the_marks_are_white_on_black(roses: LabelRequest, as_zpl: ZplRenderer) -> None:
    content = as_zpl.render(replace(roses, reprint=True)).content
    assert content.count(b"^FR^GFA") == content.count(b"^FR") == 2
    assert _take_apart(content).drawn == 2


def test_a_hidden_vendor_is_nowhere_in_the_file(roses: LabelRequest, as_zpl: ZplRenderer) -> None:
    hidden = replace(roses, vendor_name="", box_code="B1")
    assert b"Andes" not in as_zpl.render(hidden).content
