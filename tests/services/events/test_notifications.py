"""Who is notified of what, in which language, with the values before and after; a final customer reads no vendor's
name."""

from __future__ import annotations

import re
import string
import tomllib
from pathlib import Path
from typing import Any

import pytest

from k2k_core.domain.languages import codes
from k2k_core.services.translations import Text, translated
from k2k_core.texts import FOLDER
from tests.services.conftest import Trade

TOP = Path(__file__).resolve().parents[3]
LANGUAGES = codes()
VOID = {"reason": "botrytis", "confirm": "CONFIRM"}


def texts(locale: str) -> dict[str, dict[str, str]]:
    return tomllib.loads((FOLDER / locale / "texts.toml").read_text("utf-8"))


def told(trade: Trade, company: str, event: str) -> dict[str, dict[str, Any]]:
    return {row["to"]: row for row in trade.net.notifications(company, event)}


def test_every_event_that_people_are_told_of_has_its_texts_in_every_language_with_the_same_facts() -> None:
    sources = [path.read_text("utf-8") for path in (TOP / "k2k_core" / "services").rglob("*.py")]
    events = {
        one for source in sources if re.search(r"notify\w*\(", source) for one in re.findall(r'"(\w+\.\w+)"', source)
    }
    english, *others = (texts(locale) for locale in LANGUAGES)
    known = {name: parts for name, parts in english.items() if "subject" in parts}
    assert set(known) <= events  # no text that nobody sends
    for other in others:
        assert {name: set(parts) for name, parts in english.items()} == {name: set(other[name]) for name in other}
        for name, parts in english.items():
            for part, text in parts.items():
                assert named(text) == named(other[name][part]), f"{name}.{part}"


def named(text: str) -> set[str | None]:
    """The facts that a text names."""
    return {field for _, field, _, _ in string.Formatter().parse(text)}


@pytest.mark.parametrize(
    "event", ["order.checked_out", "order_line.dropped", "order_line.voided", "purchase_order.rejected"]
)
def test_what_changed_is_told_with_before_and_after(event: str) -> None:
    for locale, before, after in (("en", "Before: ", "Now: "), ("es", "Antes: ", "Ahora: ")):
        assert before in texts(locale)[event]["body"]
        assert after in texts(locale)[event]["body"]


def test_a_check_out_is_told_to_the_salesperson_the_company_and_the_vendor(trade: Trade) -> None:
    trade.net.set("BLOOM", settings={"k2k_checkout_notification_to": ["desk@bloom.example"]})
    trade.net.set("ANDES", customer="BLOOM", values={"salesperson_email": "carlos@andes.example"})
    done = trade.checked_out(2)
    ours, theirs = (told(trade, one, "order.checked_out") for one in ("BLOOM", "ANDES"))
    assert set(ours) == {"sally@bloom.example", "desk@bloom.example"}
    assert set(theirs) == {"carlos@andes.example"}
    body = ours["sally@bloom.example"]["body"]
    said = f"Corner Florist checked out 1 line(s) of order {done['prebook']} for 2026-02-05, via warehouse."
    assert body.startswith(said)
    assert body.endswith("Before: in the cart. Now: checked out.")
    assert done["sales_order"] in theirs["carlos@andes.example"]["body"]


def test_a_person_reads_their_own_language_and_everybody_else_the_companys(trade: Trade) -> None:
    trade.net.add_user("BLOOM", "sally@bloom.example", roles=["sales_manager"], locale="es")
    trade.net.set("BLOOM", settings={"k2k_checkout_notification_to": ["desk@bloom.example"]})
    trade.checked_out(1)
    ours = told(trade, "BLOOM", "order.checked_out")
    assert (ours["sally@bloom.example"]["locale"], ours["desk@bloom.example"]["locale"]) == ("es", "en")
    assert "por bodega.\nAntes: en el carrito. Ahora: finalizado." in ours["sally@bloom.example"]["body"]
    assert "via warehouse" in ours["desk@bloom.example"]["body"]


def test_a_person_of_another_company_is_nobodys_reader(trade: Trade) -> None:
    trade.net.add_user("PETAL", "sally@bloom.example", roles=["admin"], locale="es")
    trade.checked_out(1)
    assert told(trade, "BLOOM", "order.checked_out")["sally@bloom.example"]["locale"] == "en"


def test_a_drop_is_told_to_the_salesperson_the_customer_and_the_vendors_people(trade: Trade) -> None:
    order = trade.ordered(1)
    trade.net.confirm("ANDES", order["sales_order"], drop_pending=True)
    ours, theirs = (told(trade, one, "order_line.dropped") for one in ("BLOOM", "ANDES"))
    assert set(ours) == {"sally@bloom.example", "corner@florist.example"}
    assert set(theirs) == {"bills@andes.example", "sales@andes.example", "bloom.desk@andes.example"}
    assert all("Before: in the cart, not checked out. Now: dropped" in row["body"] for row in (ours | theirs).values())


def test_the_vendor_reads_of_a_drop_the_words_in_which_it_was_agreed(trade: Trade) -> None:
    order = trade.ordered(1)
    trade.net.set("ANDES", product="R-RED-60", values={"description": "Something else"})
    trade.net.confirm("ANDES", order["sales_order"], drop_pending=True)
    body = told(trade, "ANDES", "order_line.dropped")["sales@andes.example"]["body"]
    assert "1 HB Rose Red Freedom 60cm" in body


def test_the_vendor_reads_of_a_drop_its_own_box_type(trade: Trade) -> None:
    trade.net.put("BLOOM", "box_types", [{"code": "HALF", "fbe": "0.5"}])
    trade.net.map_box_type("BLOOM", "ANDES", "HB", "HALF")
    order = trade.ordered(1)
    trade.net.confirm("ANDES", order["sales_order"], drop_pending=True)
    assert "1 HB Rose" in told(trade, "ANDES", "order_line.dropped")["sales@andes.example"]["body"]
    assert "1 HALF Rose" in told(trade, "BLOOM", "order_line.dropped")["sally@bloom.example"]["body"]


@pytest.mark.parametrize("hides", [True, False])
def test_what_a_final_customer_reads_names_no_vendor(open_trade: Any, hides: bool) -> None:
    trade = open_trade(lambda companies: companies["connections"][0].update(hide_vendor=hides))
    order = trade.ordered(2)
    trade.net.confirm("ANDES", order["sales_order"], drop_pending=True)
    text = str(told(trade, "BLOOM", "order_line.dropped")["corner@florist.example"])
    assert not re.search(r"andes|AND-01", text, re.IGNORECASE)


def test_a_void_is_told_line_by_line_with_what_the_line_was_before(trade: Trade) -> None:
    confirmed = trade.confirmed(2)
    trade.net.void("ANDES", sales_order=confirmed["sales_order"], **VOID)
    row = told(trade, "BLOOM", "order_line.voided")["buyer@bloom.example"]
    assert "Reason: botrytis.\nBefore: confirmed, in the staging area. Now: cancelled. They are" in row["body"]
    assert confirmed["prebook"] in row["body"]


def test_a_rejection_is_told_with_how_far_the_order_was(trade: Trade) -> None:
    order = trade.net.purchase_order(
        "BLOOM", "ANDES", [{"product": "FREEDOM", "box_type": "HB", "boxes": 1}], "2026-02-05"
    )
    trade.net.approve("BLOOM", order["number"])
    trade.net.transfer("BLOOM", order["number"])
    trade.net.reject("ANDES", order["number"], "no roses")
    row = told(trade, "BLOOM", "purchase_order.rejected")["buyer@bloom.example"]
    assert row["body"].endswith("Reason: no roses.\nBefore: sent to the vendor. Now: rejected.")


def test_a_fact_may_be_a_text_in_the_readers_language_and_an_unknown_one_stands_for_itself() -> None:
    facts: dict[str, object] = {"customer": "{number}", "lines": 1, "number": "B-1", "ship_date": "2026-02-05"}
    grower, unknown = ({**facts, "ship_via": Text(f"ship_via.{way}")} for way in ("grower", "cross_dock"))
    said = [translated("order.checked_out.body", one, grower) for one in LANGUAGES]
    assert "via grower" in said[0]
    assert "directo de la finca" in said[1]
    assert said[0].startswith("{number} checked out")  # what a name looks like is no command
    assert "cross_dock." in translated("order.checked_out.body", "xx", unknown)
