"""Editing master data changes no existing order, label or invoice, of either company, at any stage.

Every editable field of every record, and every setting, gets another value here: a new one has to be added.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import pypdfium2
import pytest

from k2k_core.schemas.network import COLLECTIONS
from k2k_core.settings.catalogue import BY_NAME
from k2k_core.store.tables import Document
from tests.damage import past_the_guards
from tests.services.conftest import Trade

Row = dict[str, Any]
Papers = dict[str, Any]
Edit = Callable[[Trade], object]

BOTH = ("ANDES", "BLOOM")

OTHER_ADDRESS = {"name": "Elsewhere", "street": "9 Other St", "city": "Reno", "state": "NV", "country": "US"}
DAILY = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "OTHER")

OTHER: Mapping[str, Row] = {
    "customers": {
        "name": "Renamed",
        "email": "other@other.example",
        "type": "B",
        "landed_cost_as_price": True,
        "ecommerce_markup": {"percent": 50},
        "price_b_markup": {"percent": 60},
        "sell_fast_markup": {"amount": "0.11"},
        "price_lists": [],
        "ship_via": "grower",
        "show_fob_price": True,
        "charge_fuel_surcharge": False,
        "outbound_cube_rate": "9.99",
        "min_age": 1,
        "max_age": 9,
        "days_of_service": DAILY,
        "salesperson_email": "other@sales.example",
        "ship_to": OTHER_ADDRESS,
        "location": None,
        "credit_hold": True,
        "additional_charges": [{"name": "New fee", "per_order": "99.00"}, {"name": "New part", "percent": 50}],
        "send_invoice_to": ["other@bills.example"],
        "send_checkout_notification_to": ["other@desk.example"],
        "company": None,
        "show_vendor": True,
        "locale": "es",
    },
    "vendors": {
        "name": "Renamed vendor",
        "exchange_rate": "3.5",
        "port": "UIO",
        "transit_days": 9,
        "company": None,
        "currency": "EUR",  # last: a record of a connected company has that company's
    },
    "locations": {"name": "Other place", "k2k_gpm": 77, "connected": False},
    "categories": {"name": "Other category", "local_after": 1},
    "products": {
        "description": "Another flower",
        "category": "OTHER",
        "variety": "Other",
        "color": "Blue",
        "grade": "Z",
        "local_after": 2,
    },
    "box_types": {"name": "Another box", "fbe": "0.9"},
    "box_dimensions": {"length": 77, "width": 66, "height": 55, "product": None},
    "carriers": {"name": "Other carrier", "cut_offs": {"mon": "0900"}},
    "price_lists": {
        "name": "Other list",
        "type": "season",
        "master": True,
        "everyone": True,
        "active": False,
        "seasons": [],
    },
    "lots": {
        "product": "OTHER",
        "vendor": None,
        "location": None,
        "box_type": "QB",
        "units_per_box": 99,
        "unit_type": "bunch",
        "stems_per_bunch": 12,
        "unit_cost": "7.77",
        "awb": "OTHER-1",
        "port": "UIO",
        "arrival_date": "2026-01-20",
        "on_hold": True,
        "solid": False,
        "sell_fast": True,
        "remark": "other words",
        "web_price": "8.88",
        "price_a": "8.88",
        "price_b": "8.88",
        "price_b_manual": "8.88",
        "unit_price": "8.88",
        "va_price": "8.88",
        "purchase_order_price": "8.88",
        "last_price": {"price": "8.88", "typed_on": "2026-01-20"},
        "boxes": 9,
    },
    "company": {"name": "Renamed company", "timezone": "Asia/Tokyo"},
}
"""By collection, another value of every field."""

NO_PAPER = {
    "customers": {"code"},
    "users": {"email", "name", "roles", "locale"},
    "lots": {"code", "inventory_type", "box_codes"},
    "box_dimensions": {"box_type"},
}
"""What never changes, what identifies a record, and accounts of people."""

WORDS = {"rounding": "half_up", "grouping": "by_inventory_type", "vendor_in_group": "when_shown"}
OTHER_SETTINGS: Row = {
    **WORDS,
    "auto_billing": "both",
    "gpm": 55,
    "k2k_gpm": 66,
    "price_reminder_max_age": 3,
    "margin_floor": 12,
    "future_price_override_days": 3,
    "freight_per_fbe": "77",
    "handling_per_fbe": "33",
    "cube_rate": "9.5",
    "duties": [{"category": "ROSES", "port": "BOG", "percent": 50, "from": "2026-01-01"}],
    "fuel_surcharges": [{"box_type": "HB", "port": "BOG", "amount": "44.00"}],
    "min_age": 0,
    "max_age": 10,
    "max_order_days_in_advance": 3,
    "cut_offs": {"mon": "0100"},
    "cart_minutes": 5,
    "approval_minutes": 5,
    "approval_minutes_future": 5,
    "overdue_days": 9,
    "plugin_call_milliseconds": 1999,
    "ship_days_offset": 4,
    "invoice_paper": "a4",
    "transfer_real_aging_to": ["BLOOM"],
    "send_invoice_to": ["other@people.example"],
    "send_checkout_notification_to": ["other@people.example"],
    "k2k_checkout_notification_to": ["other@people.example"],
    "k2k_cancel_notification_to": ["other@people.example"],
}
"""Another value of every setting that is no switch."""


def with_charges(companies: dict[str, Any]) -> None:
    """Both companies charge fuel, freight and fees beside their prices; the buyer estimates every component."""
    andes, bloom = companies["ANDES"], companies["BLOOM"]
    fees = {
        "charge_fuel_surcharge": True,
        "outbound_cube_rate": "4.00",
        "additional_charges": [{"name": "Paperwork", "per_order": "5.00"}, {"name": "Part", "percent": "2.5"}],
        "ship_to": {"street": "1 Main St", "city": "Tampa", "state": "FL"},
        "days_of_service": dict.fromkeys(DAILY, "NIGHT"),
    }
    fuel = [{"box_type": "HB", "port": "BOG", "amount": "2.00"}]
    for company in (andes, bloom):
        company["customers"] = [{**row, **fees} for row in company["customers"]]
        company["categories"] = [*company["categories"], {"code": "OTHER", "name": "Other"}]
        company["products"] = [*company["products"], {"code": "OTHER", "description": "Other", "category": "OTHER"}]
        company["carriers"] = [{"code": "NIGHT"}, {"code": "OTHER"}]
        company["locations"] = [{"code": "MAIN"}]
        company["price_lists"] = [{"code": "L", "type": "all", "seasons": [{"name": "All", "rows": []}]}]
        company["settings"]["fuel_surcharges"] = fuel
    andes["lots"] = [{**row, "port": "BOG"} for row in andes["lots"]]
    bloom["settings"].update(auto_billing="scan", freight_per_fbe="25", handling_per_fbe="5", sync_invoices=True)
    andes["settings"]["sync_invoices"] = True
    bloom["vendors"] = [{**row, "port": "BOG"} for row in bloom["vendors"]]
    own = {**andes["lots"][0], "product": "FREEDOM", "code": "OWN", "boxes": 4, "price_b": "0.50"}
    own.pop("box_codes")
    bloom["box_dimensions"] = andes["box_dimensions"]
    bloom["lots"] = [own]


def checked_out(trade: Trade) -> Row:
    trade.checked_out(2, lot="OWN", customer="C-100")
    waiting = trade.net.prebook("BLOOM", "C-100", [{"lot": "ANDES/L2", "boxes": 1}], ship_date="2026-02-05")
    trade.net.approve("BLOOM", waiting["purchase_order"])
    return trade.checked_out(3)


def confirmed(trade: Trade) -> Row:
    order = checked_out(trade)
    return {**order, **trade.net.confirm("ANDES", order["sales_order"], reference_number="729-1")}


def shipped(trade: Trade) -> Row:
    order = confirmed(trade)
    trade.net.ship("ANDES", order["awb"])
    return order


def billed(trade: Trade) -> Row:
    order = shipped(trade)
    trade.net.scan("BLOOM", order["box_codes"][:2])
    return order


STAGES: Mapping[str, Callable[[Trade], Row]] = {
    "checked out": checked_out,
    "confirmed": confirmed,
    "shipped": shipped,
    "billed": billed,
}


def papers(trade: Trade, codes: list[str]) -> Papers:
    """Everything that both companies can show, print and send of their orders."""
    found: Papers = {}
    for company in BOTH:
        for row in trade.net.orders(company):
            number = row["number"]
            found[f"{company} {number}"] = trade.net.show(company, number)
            if row["kind"] == "invoice":
                found[f"{company} {number} printed"] = printed(trade.net.invoice_file(company, number).content)
        if codes:
            labels = trade.net.labels(company, box_codes=codes)
            found[f"labels of {company}"] = [label["text"] for label in labels]
    return found


def printed(content: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(io.BytesIO(content))
    texts = [page.get_textpage().get_text_range() for page in document]
    document.close()
    return texts


RECORDS = {
    "customers": {"ANDES": "BLOOM", "BLOOM": "C-100"},
    "vendors": {"BLOOM": "AND-01"},
    "locations": {"ANDES": "MAIN", "BLOOM": "MAIN"},
    "categories": {"ANDES": "ROSES", "BLOOM": "ROSES"},
    "products": {"ANDES": "R-RED-60", "BLOOM": "FREEDOM"},
    "box_types": {"ANDES": "HB", "BLOOM": "HB"},
    "carriers": {"ANDES": "NIGHT", "BLOOM": "NIGHT"},
    "price_lists": {"ANDES": "L", "BLOOM": "L"},
    "lots": {"ANDES": "L1", "BLOOM": "OWN"},
}
NEEDED: Mapping[str, Row] = {
    "customers": {"type": "A"},
    "categories": {},
    "products": {"description": "Rose Red Freedom 60cm", "category": "ROSES"},
    "box_types": {"fbe": "0.5"},
}
SET = {"customers": "customer", "vendors": "vendor", "locations": "location", "lots": "lot"}


def edits(collection: str) -> Iterator[Edit]:
    """Every edit of a collection's record in each company, one field at a time."""
    for field, value in OTHER.get(collection, {}).items():
        if collection == "company":
            yield from (lambda trade, c=one, f=field, v=value: trade.net.set(c, values={f: v}) for one in BOTH)
        elif collection == "box_dimensions":
            size = {"box_type": "HB", "length": 40, "width": 12, "height": "10.44", field: value}
            yield from (lambda trade, c=one, s=size: trade.net.put(c, "box_dimensions", [s]) for one in BOTH)
        elif collection in SET:
            for company, code in RECORDS[collection].items():
                whom = {SET[collection]: code}
                yield lambda trade, c=company, w=whom, f=field, v=value: trade.net.set(c, **w, values={f: v})
        else:
            for company, code in RECORDS[collection].items():
                row = {"code": code, **NEEDED.get(collection, {}), field: value}
                yield lambda trade, c=company, r=row: trade.net.put(c, collection, [r])


def setting_edits() -> Iterator[Edit]:
    for name in BY_NAME:
        for company in BOTH:
            yield lambda trade, c=company, n=name: trade.net.set(c, settings={n: other(trade, c, n)})


def other(trade: Trade, company: str, name: str) -> object:
    """Another value of a setting: a switch the other way, else the one above."""
    with trade.net.context.store.whole_network.reading() as session:
        now = getattr(trade.net.context.snapshots.get(session, company).company.settings, name)
    return not now if isinstance(now, bool) else OTHER_SETTINGS[name]


def changed(trade: Trade, codes: list[str], edits_made: Iterable[Edit]) -> list[str]:
    """What of the papers is not as it was, after some edits."""
    before = first_papers(trade, codes)
    for edit in edits_made:
        edit(trade)
    return differing(before, papers(trade, codes))


def first_papers(trade: Trade, codes: list[str]) -> Papers:
    """The papers, with labels that were printed before: each one after the first is a reprint."""
    papers(trade, codes)
    return papers(trade, codes)


def differing(before: Papers, after: Papers) -> list[str]:
    return [f"{paper}: {before[paper]} is {after.get(paper)}" for paper in before if after.get(paper) != before[paper]]


@pytest.mark.long
@pytest.mark.parametrize("stage", STAGES)
def test_edits_of_records_and_settings_change_no_paper(open_trade: Callable[..., Trade], stage: str) -> None:
    trade = open_trade(with_charges)
    codes = STAGES[stage](trade).get("box_codes", [])
    before = first_papers(trade, codes)
    for edited, made in [*((name, edits(name)) for name in sorted(OTHER)), ("settings", setting_edits())]:
        for edit in made:
            edit(trade)
        assert differing(before, papers(trade, codes)) == [], edited


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("hidden", [True, False], ids=["hidden at first", "shown at first"])
def test_whether_a_vendor_is_named_stays_as_it_was_when_the_order_was_opened(
    open_trade: Callable[..., Trade], stage: str, hidden: bool
) -> None:
    def named(companies: dict[str, Any]) -> None:
        with_charges(companies)
        companies["connections"][0]["hide_vendor"] = hidden
        companies["ANDES"]["products"][0]["description"] = "Freedom of Andes Flower Farms"

    trade = open_trade(named)
    order = STAGES[stage](trade)
    other_terms = [
        lambda trade: trade.net.change_terms("ANDES", "BLOOM", "ANDES", {"hide_vendor": not hidden}),
        lambda trade: trade.net.set("BLOOM", customer="C-100", values={"show_vendor": hidden}),
        lambda trade: trade.net.set("BLOOM", settings={"show_vendor": hidden}),
    ]
    assert changed(trade, order.get("box_codes", []), other_terms) == []
    if stage == "billed":
        (printed_of_customer,) = papers(trade, [])["BLOOM I-1001 printed"]
        assert ("Freedom of Andes" in printed_of_customer) is not hidden
        trade.net.scan("BLOOM", order["box_codes"][2:])  # a box of the same order, billed after the change
        (printed_of_customer,) = papers(trade, [])["BLOOM I-1001 printed"]
        assert ("Freedom of Andes" in printed_of_customer) is not hidden


@pytest.mark.parametrize("hidden", [True, False])
def test_an_order_that_stored_nothing_of_it_goes_by_the_terms_of_today(
    open_trade: Callable[..., Trade], hidden: bool
) -> None:
    trade = open_trade(lambda companies: companies["connections"][0].update(hide_vendor=not hidden))
    order = trade.confirmed(1)
    with trade.net.context.store.whole_network.writing() as session, past_the_guards(session):  # an order from before
        names = {"names": {"ANDES": "Andes Flower Farms", "BLOOM": "Bloom Wholesale"}}
        session.change(Document.update(parties=names).where(Document.parties.is_null(False)))
    trade.net.change_terms("ANDES", "BLOOM", "ANDES", {"hide_vendor": hidden})
    (label,) = trade.net.labels("ANDES", box_codes=order["box_codes"])
    assert ("Andes Flower Farms" in label["text"]) is not hidden


def test_another_language_changes_the_captions_of_labels_alone(open_trade: Callable[..., Trade]) -> None:
    trade = open_trade(with_charges)
    order = billed(trade)
    spanish = [lambda trade, c=one: trade.net.set(c, values={"locale": "es"}) for one in BOTH]
    before = trade.net.labels("ANDES", box_codes=order["box_codes"])[0]["text"].split("\n")
    assert [paper.partition(":")[0] for paper in changed(trade, order["box_codes"], spanish)] == [
        "labels of ANDES",
        "labels of BLOOM",
    ]
    after = trade.net.labels("ANDES", box_codes=order["box_codes"])[0]["text"].split("\n")
    assert {"Andes Flower Farms", "Rose Red Freedom 60cm", "729-1", order["box_codes"][0]} <= {*before} & {*after}


def test_every_field_that_can_be_edited_is_edited_here() -> None:
    for collection, schema in COLLECTIONS.items():
        fields = set(schema().fields) - NO_PAPER.get(collection, {"code"})
        assert fields == set(OTHER.get(collection, {})), collection
