"""A company's own font: only files of the host's folder, only fonts, only such as may be embedded."""

from __future__ import annotations

import shutil
import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
import reportlab

from k2k_core.domain.labels import LabelRequest
from k2k_core.errors import Invalid, NotConfigured
from k2k_labels.company_font import company_typeface
from k2k_labels.pdf import PdfRenderer
from k2k_labels.png import PngRenderer
from k2k_labels.readable import readable
from k2k_labels.zpl import ZplRenderer

VERA = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
"""A font without Greek, Cyrillic and Polish letters."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copyfile(VERA, tmp_path / "House.ttf")
    return tmp_path


def tables_of(font: bytes) -> dict[bytes, bytes]:
    """The tables of a TrueType file."""
    (count,) = struct.unpack(">H", font[4:6])
    entries = [struct.unpack(">4sLLL", font[12 + 16 * number : 28 + 16 * number]) for number in range(count)]
    return {tag: font[start : start + length] for tag, _, start, length in entries}


def font_of(tables: dict[bytes, bytes]) -> bytes:
    """A TrueType file of these tables."""
    head = struct.pack(">LHHHH", 0x00010000, len(tables), 16, 0, 0)
    start, directory, body = 12 + 16 * len(tables), b"", b""
    for tag, content in sorted(tables.items()):
        directory += struct.pack(">4sLLL", tag, 0, start + len(body), len(content))
        body += content + b"\x00" * (-len(content) % 4)
    return head + directory + body


def with_letters(font: bytes, glyphs: dict[int, int]) -> bytes:
    """The font with another map from characters to its drawings: one segment a character (cmap format 4)."""
    codes = sorted(glyphs)
    ends = [*codes, 0xFFFF]
    deltas = [(glyphs[code] - code) & 0xFFFF for code in codes] + [1]
    count = len(ends)
    numbers = (2 * count, 0, 0, 0, *ends, 0, *ends, *deltas, *[0] * count)
    body = struct.pack(f">{len(numbers)}H", *numbers)
    table = struct.pack(">HHH", 4, 6 + len(body), 0) + body
    return font_of(tables_of(font) | {b"cmap": struct.pack(">HHHHL", 0, 1, 3, 1, 12) + table})


def pdf_words(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    text = str(document[0].get_textpage().get_text_bounded())
    document.close()
    return " ".join(text.split())


def test_what_the_own_letters_lack_is_drawn_in_the_packaged_ones(folder: Path, roses: LabelRequest) -> None:
    typeface = company_typeface({"font": "House.ttf"}, str(folder))
    name = "Rosa Łódź Цветы Αθηνών"
    content = PdfRenderer(typeface).render(replace(roses, product=name)).content
    assert b"BitstreamVera" in content
    assert b"DejaVuSans" in content
    assert "".join(pdf_words(content).split()).count("".join(name.split())) == 1


def test_letters_of_a_script_that_only_the_own_font_has_stay_as_they_are(
    folder: Path, roses: LabelRequest, codes_in: Callable[[bytes], list[str]]
) -> None:
    plain = company_typeface({"font": "House.ttf"}, str(folder))
    glyph = plain.cut().font.face.charToGlyph
    letters = {code: glyph[code] for code in range(0x20, 0x7F)} | {0x73AB: glyph[ord("W")], 0x7470: glyph[ord("X")]}
    (folder / "Chinese.ttf").write_bytes(with_letters(VERA.read_bytes(), letters))
    typeface = company_typeface({"font": "Chinese.ttf"}, str(folder))
    assert readable("玫瑰 Rose", plain) == "MeiGui Rose"
    assert readable("玫瑰 Rose", typeface) == "玫瑰 Rose"
    request = replace(roses, product="玫瑰 Rose Łódź")
    as_pdf = PdfRenderer(typeface).render(request)
    assert "玫瑰 Rose" in pdf_words(as_pdf.content)
    assert "玫瑰 Rose Łódź" in as_pdf.text
    assert codes_in(PngRenderer(PdfRenderer(typeface)).render(request).content) == [roses.box_code]
    assert ZplRenderer(typeface).render(request).content.count(b"^GFA") == 2


@pytest.mark.parametrize(
    "name",
    [
        *("../House.ttf", "/etc/passwd", "sub/House.ttf", "..", ".ttf", "House.otf", "House.ttf\x00", "House.ttf\n"),
        *("~/House.ttf", "C:\\House.ttf", "..\\House.ttf", "-House.ttf", "H" * 200 + ".ttf", "Hoúse.ttf", "Gone.ttf"),
    ],
)
def test_only_plain_names_of_files_in_the_folder_are_taken(folder: Path, name: str) -> None:
    (folder / "sub").mkdir()
    shutil.copyfile(VERA, folder / "sub" / "House.ttf")
    with pytest.raises(Invalid) as refusal:
        company_typeface({"font": name}, str(folder / "sub") if name.startswith("..") else str(folder))
    assert refusal.value.message.isprintable()


def test_a_link_out_of_the_folder_is_not_followed(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "Real.ttf"
    shutil.copyfile(VERA, outside)
    (folder / "Link.ttf").symlink_to(outside)
    (folder / "Folder.ttf").mkdir()
    for name in ("Link.ttf", "Folder.ttf"):
        with pytest.raises(Invalid, match="no font"):
            company_typeface({"font": name}, str(folder))


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"not a font", b"OTTO" + VERA.read_bytes()[4:], b"ttcf" + VERA.read_bytes()[4:]),
        *(VERA.read_bytes()[:2000], b"\x00\x01\x00\x00" + b"\xff" * 400, font_of({b"head": b"\x00" * 54})),
    ],
    ids=["nothing", "text", "postscript", "collection", "cut off", "noise", "nearly nothing"],
)
def test_what_is_no_truetype_font_is_refused(folder: Path, content: bytes) -> None:
    (folder / "House.ttf").write_bytes(content)
    with pytest.raises(Invalid, match=r"House\.ttf"):
        company_typeface({"font": "House.ttf"}, str(folder))


RIGHTS = ((0, True), (4, True), (8, True), (2, False), (0x100, False), (0x200, False))


@pytest.mark.parametrize(("rights", "may"), RIGHTS)
def test_a_font_that_may_not_be_embedded_is_refused(folder: Path, rights: int, may: bool) -> None:
    tables = tables_of(VERA.read_bytes())
    os2 = tables[b"OS/2"]
    own = font_of(tables | {b"OS/2": os2[:8] + rights.to_bytes(2, "big") + os2[10:]})
    (folder / "House.ttf").write_bytes(own)
    if may:
        assert company_typeface({"font": "House.ttf"}, str(folder)).cut().file.name == "House.ttf"
        return
    with pytest.raises(Invalid, match="embedded"):
        company_typeface({"font": "House.ttf"}, str(folder))


def test_bold_letters_alone_and_fonts_without_a_folder_are_refused(folder: Path) -> None:
    with pytest.raises(Invalid, match="name the regular face"):
        company_typeface({"bold_font": "House.ttf"}, str(folder))
    with pytest.raises(NotConfigured, match="K2K_FONTS"):
        company_typeface({"font": "House.ttf"}, "")


def test_a_font_that_was_replaced_is_read_again(folder: Path) -> None:
    before = company_typeface({"font": "House.ttf"}, str(folder))
    letters = {code: code - 29 for code in range(0x20, 0x7F)}
    (folder / "House.ttf").write_bytes(with_letters(VERA.read_bytes(), letters))
    after = company_typeface({"font": "House.ttf"}, str(folder))
    assert ord("é") in before.families[0].repertoire
    assert ord("é") not in after.families[0].repertoire
