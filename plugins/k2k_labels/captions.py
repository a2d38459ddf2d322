"""The printed words of a label in the languages of a company."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

ENGLISH: Mapping[str, str] = MappingProxyType(
    {
        "vendor": "Vendor",
        "ship_date": "Ship date",
        "pack": "Pack",
        "lot": "Lot",
        "mark": "Mark",
        "recipient": "Ship to",
        "carrier": "Carrier",
        "awb": "AWB",
        "order": "Order",
    }
)

SPANISH: Mapping[str, str] = MappingProxyType(
    {
        "vendor": "Proveedor",
        "ship_date": "Fecha de envío",
        "pack": "Empaque",
        "lot": "Lote",
        "mark": "Marca",
        "recipient": "Enviar a",
        "carrier": "Transporte",
        "awb": "Guía AWB",
        "order": "Pedido",
    }
)


def captions(locale: str) -> Mapping[str, str]:
    """The words for a locale such as `es` or `es-CO`; English for any that is not known."""
    language = locale.replace("_", "-").split("-")[0].lower()
    return SPANISH if language == "es" else ENGLISH
