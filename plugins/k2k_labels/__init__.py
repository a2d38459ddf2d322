"""Bundled plugin: box labels as PDF, PNG and ZPL (domain section 6)."""

from __future__ import annotations

from collections.abc import Iterable

from k2k_core.hooks import LabelRenderer, Manifest, PluginContext, hookimpl
from k2k_labels import pdf, png, zpl
from k2k_labels.company_font import DEFAULTS, Settings, company_typeface

manifest = Manifest(
    name="k2k_labels", title="Box labels", owner="K2K", settings_schema=Settings, defaults=DEFAULTS
)


@hookimpl
def label_renderers(context: PluginContext) -> Iterable[LabelRenderer]:
    """The standard label in three formats, for every inventory type, in the letters of the company."""
    typeface = company_typeface(context.settings)
    as_pdf = pdf.PdfRenderer(typeface)
    as_png = png.PngRenderer(as_pdf)
    as_zpl = zpl.ZplRenderer(typeface)
    return [
        LabelRenderer("pdf", pdf.MEDIA_TYPE, as_pdf.render, sheet=as_pdf.sheet),
        LabelRenderer("png", png.MEDIA_TYPE, as_png.render),
        LabelRenderer("zpl", zpl.MEDIA_TYPE, as_zpl.render, sheet=as_zpl.sheet),
    ]
