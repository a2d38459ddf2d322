"""The packaged fonts: DejaVu Sans, with Latin, Greek, Cyrillic and some other scripts."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import NamedTuple


class FontFiles(NamedTuple):
    """Two TrueType files: the regular and the bold face."""

    regular: Traversable
    bold: Traversable


def packaged_fonts() -> FontFiles:
    """The font files of every installation; their licence is in the same folder."""
    folder = files("k2k_config").joinpath("fonts")
    return FontFiles(folder.joinpath("DejaVuSans.ttf"), folder.joinpath("DejaVuSans-Bold.ttf"))
