"""A company's own font: TrueType files by name, in one folder of the host.

A company gives the name of a file, never a path. What is no TrueType font, may not be embedded, or lies outside that
folder (also by a link) is refused when the setting is saved, and again whenever the plugin is loaded.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from marshmallow import Schema, fields
from PIL import ImageFont
from reportlab.pdfbase.ttfonts import TTFontFile

from k2k_core.errors import Invalid, NotConfigured
from k2k_labels.typeface import Typeface, load_typeface

FOLDER = "K2K_FONTS"
"""The environment variable that names the folder of the companies' fonts."""

LARGEST = 32 * 1024 * 1024
PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._ -]{0,95}\.ttf", re.IGNORECASE)

RESTRICTED, NO_SUBSETS, BITMAPS_ONLY, KINDS = 0x0002, 0x0100, 0x0200, 0x000F
"""Bits of `fsType`, by which a font says how it may be embedded."""


class Settings(Schema):
    """`font`: the file of the regular face, empty for the packaged font; `bold_font`: that of the bold face."""

    font = fields.String()
    bold_font = fields.String()


DEFAULTS: Mapping[str, object] = {"font": "", "bold_font": ""}


def company_typeface(settings: Mapping[str, object], folder: str | None = None) -> Typeface:
    """The fonts of a company: its own, and the packaged one for characters that it lacks.

    `folder` is the host's, by default that of `K2K_FONTS`. Raises `Invalid` for a font that cannot be used,
    `NotConfigured` when the host allows none.
    """
    regular, bold = (str(settings.get(name) or "") for name in ("font", "bold_font"))
    if not regular and bold:
        raise Invalid("bold_font is set and font is not: name the regular face too.")
    if not regular:
        return load_typeface()
    allowed = _folder(os.environ.get(FOLDER, "") if folder is None else folder)
    return load_typeface((_usable(allowed, regular), _usable(allowed, bold or regular)))


def _folder(named: str) -> Path:
    if not named:
        raise NotConfigured(
            "This installation allows no fonts of companies: {folder} names no folder for them.", folder=FOLDER
        )
    return Path(named).resolve()


def _usable(folder: Path, name: str) -> Path:
    """The file in the folder, checked. Raises `Invalid`."""
    if not PLAIN_NAME.fullmatch(name) or ".." in name:
        raise Invalid(
            "{name!a} is no name of a font file: a plain name that ends in .ttf, without any folder.", name=name[:100]
        )
    path = (folder / name).resolve()
    if path.parent != folder or not path.is_file():
        raise Invalid("There is no font {name} in the folder of this installation's fonts.", name=name)
    if path.stat().st_size > LARGEST:
        raise Invalid("The font {name} is larger than {most} MB.", name=name, most=LARGEST // 1024 // 1024)
    _read(path)
    return path


def _read(path: Path) -> None:
    """Parse it as both of its readers will, and check whether it may be embedded."""
    content = path.read_bytes()
    if content[:4] not in (b"\x00\x01\x00\x00", b"true"):
        raise Invalid(
            "{path} is no TrueType font. Fonts with PostScript outlines and collections do not serve.", path=path.name
        )
    try:
        rights = _rights(TTFontFile(str(path)))
        ImageFont.truetype(path, 20).getbbox("K2K")
    except Exception as error:  # a broken file makes its readers raise various errors
        raise Invalid(
            "The font {path} cannot be read, or may not be embedded: {error}", path=path.name, error=error
        ) from error
    if rights & KINDS == RESTRICTED or rights & (NO_SUBSETS | BITMAPS_ONLY):
        raise Invalid(
            "The font {path} says that it may not be embedded in a document (fsType {rights:#06x}).",
            path=path.name,
            rights=rights,
        )


def _rights(font: Any) -> int:
    """The `fsType` of the font; 0, which allows everything, if it has none."""
    if "OS/2" not in font.table:
        return 0
    return int.from_bytes(font.get_table("OS/2")[8:10], "big")
