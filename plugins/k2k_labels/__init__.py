"""Bundled plugin: box labels as PDF, PNG and ZPL (domain section 6)."""

from __future__ import annotations

from collections.abc import Iterable

from k2k_core.hooks import ANY, LabelRenderer, Manifest, PluginContext, hookimpl
from k2k_labels import pdf, png, zpl
from k2k_labels.company_font import DEFAULTS, Settings, company_typeface
from k2k_labels.design import Layout
from k2k_labels.layout import layout
from k2k_labels.typeface import Typeface

manifest = Manifest(name="k2k_labels", title="Box labels", owner="K2K", settings_schema=Settings, defaults=DEFAULTS)


@hookimpl
def label_renderers(context: PluginContext) -> Iterable[LabelRenderer]:
    """The standard label in three formats, for every inventory type, in the company's font."""
    return renderers(layout, company_typeface(context.settings))


def renderers(place: Layout, typeface: Typeface, inventory_types: frozenset[str] = ANY) -> list[LabelRenderer]:
    """A design in three formats, for a company's own design: it only needs a function that places its texts."""
    as_pdf = pdf.PdfRenderer(typeface, place)
    as_png = png.PngRenderer(as_pdf)
    as_zpl = zpl.ZplRenderer(typeface, place)
    return [
        LabelRenderer("pdf", pdf.MEDIA_TYPE, as_pdf.render, inventory_types, as_pdf.sheet),
        LabelRenderer("png", png.MEDIA_TYPE, as_png.render, inventory_types),
        LabelRenderer("zpl", zpl.MEDIA_TYPE, as_zpl.render, inventory_types, as_zpl.sheet),
    ]
