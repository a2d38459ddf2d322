"""Descriptions of products and names of categories that name a hidden vendor are findings, when they are written and on
demand."""

from __future__ import annotations

from typing import Any

from tests.services.conftest import Trade

CODE = "hidden_vendor_named"
WHITE: dict[str, Any] = {"code": "WHITE", "description": "Rose White by ANDES FLOWER FARMS", "category": "ROSES"}


def found(answer: Any) -> list[tuple[str, str]]:
    return [(one["code"], one["place"]) for one in answer["findings"] if one["code"] == CODE]


def hide(trade: Trade) -> None:
    trade.net.change_terms("ANDES", "BLOOM", "BLOOM", {"hide_vendor": True})


def test_a_description_that_names_a_hidden_vendor_is_found_when_it_is_written(trade: Trade) -> None:
    assert found(trade.net.put("BLOOM", "products", [WHITE])) == []
    trade.net.put("BLOOM", "products", [{**WHITE, "description": "Rose White"}])
    hide(trade)
    answer = trade.net.put("BLOOM", "products", [WHITE])
    (finding,) = answer["findings"]
    assert (finding["code"], finding["severity"], finding["place"]) == (CODE, "warning", "products.WHITE.description")
    assert finding["facts"] == {"text": WHITE["description"], "vendor": "ANDES", "name": "Andes Flower Farms"}
    assert trade.net.check_names("BLOOM") == answer["findings"]
    assert found(trade.net.put("BLOOM", "products", [WHITE])) == []  # it was there before
    spanish = trade.net.in_language("es").check_names("BLOOM")[0]["problem"]
    assert spanish.startswith("Rose White by ANDES FLOWER FARMS nombra a ANDES (Andes Flower Farms)")
    trade.net.put("BLOOM", "products", [{**WHITE, "description": "Rose White"}])
    assert trade.net.check_names("BLOOM") == []


def test_codes_and_accents_count_and_parts_of_words_do_not(trade: Trade) -> None:
    hide(trade)
    texts = ["Rose from Ándés", "Rose (and-01)", "Rose Andesite", "Landes rose", "SIERRA rose"]
    rows = [{**WHITE, "code": f"P{number}", "description": text} for number, text in enumerate(texts)]
    answer = trade.net.put("BLOOM", "products", rows, key="five")
    assert found(answer) == [(CODE, "products.P0.description"), (CODE, "products.P1.description")]
    assert trade.net.put("BLOOM", "products", rows, key="five") == answer


def test_every_write_of_a_text_finds_it_and_a_dry_run_writes_nothing(trade: Trade) -> None:
    net = trade.net
    hide(trade)
    place = [(CODE, "categories.ROSES.name")]
    named: dict[str, Any] = {"category": "ROSES", "values": {"name": "Roses of Andes"}}
    assert found(net.set("BLOOM", **named, dry_run=True)) == place
    assert net.check_names("BLOOM") == []
    assert found(net.set("BLOOM", **named)) == place
    assert [
        found(one) for one in net.set_all("BLOOM", [{"product": "FREEDOM", "values": {"description": "Andes"}}])
    ] == [[(CODE, "products.FREEDOM.description")]]
    net.set("BLOOM", category="ROSES", values={"name": "Roses"})
    draft = net.what_if("BLOOM", [named])["draft"]
    assert found(net.apply_draft("BLOOM", draft)) == place
    assert len(net.check_names("BLOOM")) == 2
    net.archive("BLOOM", "products", "FREEDOM")
    assert found({"findings": net.check_names("BLOOM")}) == place


def test_terms_that_hide_a_vendor_find_the_texts_that_name_it_on_both_sides(trade: Trade) -> None:
    net, terms = trade.net, {"hide_vendor": True}
    net.set("BLOOM", category="ROSES", values={"name": "Roses of Andes"})
    net.set("ANDES", category="ROSES", values={"name": "Roses of Andes"})
    place = [(CODE, "categories.ROSES.name")]
    assert found(net.change_terms("ANDES", "BLOOM", "BLOOM", terms, dry_run=True)) == place
    assert found(net.change_terms("ANDES", "BLOOM", "BLOOM", terms)) == place
    assert found({"findings": net.check_names("ANDES")}) == place
    assert net.check_names("PETAL") == []
