"""The letters that come with K2K, for whatever prints: DejaVu Sans, with Latin, Greek, Cyrillic and some others."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import NamedTuple


class Letters(NamedTuple):
    """Two TrueType files: the regular letters and the bold ones."""

    regular: Traversable
    bold: Traversable


def packaged_letters() -> Letters:
    """The files that lie in every installation; their licence stands beside them."""
    folder = files("k2k_config").joinpath("letters")
    return Letters(folder.joinpath("DejaVuSans.ttf"), folder.joinpath("DejaVuSans-Bold.ttf"))
