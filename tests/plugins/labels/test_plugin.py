"""What the label plugin contributes."""

from __future__ import annotations

import k2k_labels
from k2k_core.domain.labels import LabelRequest
from k2k_core.hooks import ANY, PluginContext


def test_it_contributes_three_formats_for_every_inventory_type() -> None:
    renderers = list(k2k_labels.label_renderers(PluginContext("k2k_labels", "ANDES")))
    formats = {renderer.format: (renderer.media_type, renderer.inventory_types) for renderer in renderers}
    assert formats == {
        "pdf": ("application/pdf", ANY),
        "png": ("image/png", ANY),
        "zpl": ("application/zpl", ANY),
    }


def test_every_format_says_the_same_to_a_person(roses: LabelRequest) -> None:
    renderers = list(k2k_labels.label_renderers(PluginContext("k2k_labels", "ANDES")))
    labels = [renderer.render(roses) for renderer in renderers]
    assert len({label.text for label in labels}) == 1
    assert {label.box_code for label in labels} == {roses.box_code}
    assert [label.media_type for label in labels] == [renderer.media_type for renderer in renderers]


def test_pdf_and_zpl_join_a_whole_awb_in_one_file(roses: LabelRequest) -> None:
    renderers = list(k2k_labels.label_renderers(PluginContext("k2k_labels", "ANDES")))
    sheets = {renderer.format: renderer.sheet([roses, roses]) for renderer in renderers if renderer.sheet}
    assert set(sheets) == {"pdf", "zpl"}
    assert sheets["pdf"].startswith(b"%PDF-")
    assert sheets["zpl"].count(b"^XA") == 2


def test_its_manifest_bears_its_own_name() -> None:
    assert k2k_labels.manifest.name == "k2k_labels"
