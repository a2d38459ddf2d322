"""Code 128 barcodes as bars, measured in modules (architecture section 6)."""

from __future__ import annotations

from dataclasses import dataclass

import zint

from k2k_core.errors import UnprintableBoxCode

QUIET_MODULES = 10
"""Blank modules that a scanner needs on either side."""

WIDEST_MODULE = 4
"""In printer dots. Wider bars would only make a short code longer to scan."""


@dataclass(frozen=True, slots=True)
class Barcode:
    """One encoded box code: each bar is `(start, width)` in modules, from the left; `modules` is the whole length."""

    data: str
    bars: tuple[tuple[int, int], ...]
    modules: int

    def module_dots(self, width: int) -> int:
        """The widest module, in whole printer dots, at which bars and quiet zones fit into `width` dots.

        Raises `UnprintableBoxCode` when they do not fit even at one dot.
        """
        dots = min(width // (self.modules + 2 * QUIET_MODULES), WIDEST_MODULE)
        if dots < 1:
            raise UnprintableBoxCode("The box code {data!r} is too long to be printed as a barcode.", data=self.data)
        return dots


def code128(data: str) -> Barcode:
    """Encode a box code as Code 128.

    Only printable ASCII is accepted, and no `>`: a label printer takes that character in a barcode as a command, and a
    box code must be the same in every format. Raises `UnprintableBoxCode`.
    """
    _refuse_what_cannot_print(data)
    symbol = zint.Symbol()
    symbol.symbology = zint.Symbology.CODE128
    symbol.warn_level = zint.WarningLevel.FAIL_ALL
    symbol.show_text = False
    try:
        symbol.encode(data)
        symbol.buffer_vector()
    except RuntimeError as error:
        raise UnprintableBoxCode("The box code {data!r} cannot be encoded: {error}.", data=data, error=error) from error
    return _measured(data, symbol)


def _refuse_what_cannot_print(data: str) -> None:
    if not data:
        raise UnprintableBoxCode("A label needs a box code, and this one is empty.")
    unknown = sorted({character for character in data if not " " <= character <= "~" or character == ">"})
    if unknown:
        named = ", ".join(ascii(character) for character in unknown)
        raise UnprintableBoxCode(
            "The box code {data!a} holds characters that no barcode here prints: {named}.", data=data, named=named
        )
    if data != data.strip():
        raise UnprintableBoxCode("The box code {data!r} begins or ends with a space.", data=data)


def _measured(data: str, symbol: zint.Symbol) -> Barcode:
    vector = symbol.vector
    if vector is None:
        raise UnprintableBoxCode("The box code {data!r} could not be drawn.", data=data)
    unit = vector.width / symbol.width
    bars = tuple((round(bar.x / unit), round(bar.width / unit)) for bar in vector.rectangles)
    return Barcode(data, bars, symbol.width)
