"""A third language needs a catalogue and one line of code: no mail, label or invoice has untranslatable text."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from k2k_core import texts
from k2k_core.domain import languages
from k2k_core.domain.invoice_document import written
from k2k_core.errors import Invalid
from k2k_core.services.translations import translated
from tests import invented_language
from tests.services.conftest import NETWORK, Trade

OpenTrade = Callable[..., Trade]
REASON = "botrytis"
TYPED = f"{invented_language.typed(NETWORK)} {REASON} K2K"
"""What people typed, and the mark that is the same in every language."""


CAUSED = {
    *("order.checked_out", "order_line.dropped", "order_line.voided", "purchase_order.rejected", "invoice.issued"),
}
"""Events that `everything_that_people_are_told_of` causes."""

SHIPPED = tomllib.loads((texts.FOLDER / "en" / "texts.toml").read_text("utf-8"))
EVENTS = [name for name, parts in SHIPPED.items() if "subject" in parts]


@pytest.fixture
def language(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    return invented_language.install(monkeypatch, tmp_path)


def spoken(language: str) -> Callable[[dict[str, Any]], None]:
    """Every company of the network speaks it; the buyer bills by itself and the customer has an address."""

    def change(companies: dict[str, Any]) -> None:
        for company in ("ANDES", "SIERRA", "BLOOM", "PETAL"):
            companies[company]["locale"] = language
        companies["BLOOM"]["settings"] |= {"auto_billing": "both", "k2k_checkout_notification_to": ["a@bloom.example"]}

    return change


def untranslated(shown: str, *data: str) -> list[str]:
    return invented_language.untranslated(shown, " ".join((TYPED, *data)))


def everything_that_people_are_told_of(trade: Trade) -> None:
    """Check out, drop, void and reject; bill and issue invoices; let orders end, soon and at last."""
    trade.confirmed(2)
    dropped = trade.ordered(1, ship_via="grower")
    trade.net.confirm("ANDES", dropped["sales_order"], drop_pending=True)
    voided = trade.confirmed(1)
    trade.net.void("ANDES", sales_order=voided["sales_order"], reason=REASON, confirm="CONFIRM")
    wanted = [{"product": "FREEDOM", "box_type": "HB", "boxes": 1}]
    order = trade.net.purchase_order("BLOOM", "ANDES", wanted, "2026-02-05")
    trade.net.approve("BLOOM", order["number"])
    trade.net.transfer("BLOOM", order["number"])
    trade.net.reject("ANDES", order["number"], REASON)
    trade.net.scan("BLOOM", ["B1", "B2"])
    trade.checked_out(1, lot="SIERRA/S1")
    for _ in range(2):
        approved = trade.net.prebook("BLOOM", "C-100", [{"lot": "SIERRA/S1", "boxes": 1}], "2026-02-05")
    trade.net.approve("BLOOM", prebook=approved["prebook"])
    for hours in (20, 48):
        trade.later(hours=hours)
        trade.net.sweep()


def test_no_mail_says_anything_past_the_catalogue(open_trade: OpenTrade, language: str) -> None:
    trade = open_trade(spoken(language))
    everything_that_people_are_told_of(trade)
    told = [row for company in ("ANDES", "BLOOM") for row in trade.net.notifications(company)]
    with_subjects = {name for name, parts in _catalogue(language).items() if "subject" in parts}
    assert {row["event"] for row in told} >= CAUSED
    assert {row["event"] for row in told} <= with_subjects
    assert {row["locale"] for row in told} == {language}
    for row in told:
        assert untranslated(row["subject"] + " " + row["body"]) == [], row["event"]


@pytest.mark.parametrize("event", EVENTS)
def test_no_notification_of_any_event_says_anything_past_the_catalogue(language: str, event: str) -> None:
    parts = _catalogue("en")[event]
    facts = {name: "1" for text in parts.values() for _, name, _, _ in string.Formatter().parse(text) if name}
    shown = " ".join(translated(f"{event}.{part}", language, facts) for part in parts)
    assert untranslated(shown) == []
    assert shown != " ".join(translated(f"{event}.{part}", "en", facts) for part in parts)


def test_no_label_says_anything_past_the_catalogue(open_trade: OpenTrade, language: str) -> None:
    trade = open_trade(spoken(language))
    done = trade.confirmed(1)
    for company in ("ANDES", "BLOOM"):
        for format in ("pdf", "png", "zpl"):
            (label,) = trade.net.labels(company, awb=done["awb"], format=format)
            assert invented_language.said("stems") in label["text"]
            assert untranslated(label["text"], done["awb"], *done["box_codes"]) == []


@pytest.mark.parametrize("ship_via", ["warehouse", "grower"])
def test_no_invoice_says_anything_past_the_catalogue(open_trade: OpenTrade, language: str, ship_via: str) -> None:
    trade = open_trade(spoken(language))
    done = trade.confirmed(2, ship_via=ship_via)
    trade.net.ship("ANDES", done["awb"])
    trade.net.scan("BLOOM", done["box_codes"])
    for company in ("ANDES", "BLOOM"):
        for paper in ("letter", "a4"):
            document = pypdfium2.PdfDocument(trade.net.invoice_file(company, "I-1001", paper).content)
            shown = " ".join(page.get_textpage().get_text_range() for page in document)
            title = document.get_metadata_dict()["Title"]
            document.close()
            assert invented_language.said("Subtotal") in shown
            assert untranslated(f"{shown} {title}", done["awb"]) == []


def test_a_credit_line_says_nothing_past_the_catalogue(open_trade: OpenTrade, language: str) -> None:
    trade = open_trade(spoken(language))
    done = trade.confirmed(2)
    trade.net.void("ANDES", sales_order=done["sales_order"], reason=REASON, confirm="CONFIRM")
    document = pypdfium2.PdfDocument(trade.net.invoice_file("ANDES", "I-1001").content)
    shown = document[0].get_textpage().get_text_range()
    document.close()
    assert invented_language.said("Voided") in shown
    assert untranslated(shown, done["awb"]) == []


def test_it_can_be_chosen_for_companies_people_and_invoices(open_trade: OpenTrade, language: str) -> None:
    trade = open_trade()
    trade.net.set("BLOOM", values={"locale": language})
    trade.net.add_user("BLOOM", "nova@bloom.example", roles=["admin"], locale=language)
    trade.confirmed(2)
    assert trade.net.invoice_file("ANDES", "I-1001", locale=language).content
    with pytest.raises(Invalid, match="en, es, eo"):
        trade.net.invoice_file("ANDES", "I-1001", locale="nl")


def test_numbers_are_written_in_its_way(language: str) -> None:
    assert written("1234567.50", language) == "1'234'567·50"


def _catalogue(language: str) -> dict[str, Any]:
    return tomllib.loads((texts.FOLDER / language / "texts.toml").read_text("utf-8"))


def test_a_text_that_its_catalogue_lacks_is_said_in_english(language: str) -> None:
    written = texts.FOLDER / language / "texts.toml"
    written.write_text(written.read_text("utf-8").replace(f'lot = "{invented_language.said("Lot")}"\n', ""), "utf-8")
    assert texts.texts("label", language)["lot"] == "Lot"
    assert texts.texts("label", language)["order"] == invented_language.said("Order")
    assert texts.texts("no_section", language) == {}
    assert language in languages.codes()
