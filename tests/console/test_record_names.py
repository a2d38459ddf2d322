"""The audit and the overview call fields, settings and records what they are called on the screen."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from k2k_console.overview.latest_changes import deed, said
from k2k_console.record_names import COLLECTIONS, FIELDS, RECORDS, record_name
from k2k_core.api import K2K
from k2k_core.schemas.network import COLLECTIONS as SCHEMAS
from k2k_core.services.setup.changes import COLLECTION_OF
from k2k_core.services.setup.changes import FIELDS as OF_A_COMPANY
from k2k_core.settings.catalogue import BY_NAME

on_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def test_every_field_and_setting_has_a_name() -> None:
    declared = {name for schema in SCHEMAS.values() for name in schema._declared_fields}
    assert {*declared, *BY_NAME, *OF_A_COMPANY} - set(FIELDS) == set()


def test_every_collection_and_its_records_have_a_name() -> None:
    assert set(SCHEMAS) == set(COLLECTIONS)
    assert set(COLLECTION_OF) <= set(RECORDS)
    for collection in SCHEMAS:
        assert record_name(collection, "X") != "X", collection


@on_sqlite
def test_the_latest_changes_are_said_in_words_of_the_reader(visit: Any, k2k: K2K) -> None:
    admin = k2k.on_behalf_of(k2k.authenticate("admin@bloom.test", "twelve red roses"))
    admin.set("BLOOM", customer="C-100", values={"sell_fast_markup": {"percent": "-3"}})
    admin.set("BLOOM", settings={"cube_rate": "4"})
    changed = visit("admin@bloom.test").get("/").text
    assert "changed Sell fast markup of customer C-100" in changed
    assert "changed Cube rate from" in changed
    admin.put("BLOOM", "box_types", [{"code": "QB", "name": "Quarter"}])
    admin.import_rows("BLOOM", "customers", rows=[{"code": "C-100", "credit_hold": True}])
    imported = visit("admin@bloom.test").get("/").text
    assert "wrote box types" in imported
    assert "imported customers" in imported
    for raw in ("sell_fast_markup", "cube_rate", "box_types", "credit_hold"):
        assert raw not in changed + imported
    audit = visit("admin@bloom.test").get("/audit/").text
    assert "Sell fast markup" in audit
    assert "customer C-100" in audit


@pytest.mark.parametrize(
    ("action", "subject", "sentence"),
    [
        ("user.added", "luis@a.test", "Added the person luis@a.test"),
        ("lot.adjusted", "L1", "Adjusted the boxes of the lot L1"),
        ("job.submitted", "label_sheet", "Started the job Labels"),
        ("scan", "1 boxes", "Scanned boxes: 1 box"),
        ("vendor.changed", "ANDES", "Changed vendor ANDES"),
    ],
)
def test_the_audit_says_of_what_kind_something_is_once(app: Flask, action: str, subject: str, sentence: str) -> None:
    with app.test_request_context():
        assert deed({"person": "p", "action": action, "subject": subject, "before": None, "after": None}) == sentence


def test_a_record_of_a_kind_without_a_word_is_named_by_its_code() -> None:
    assert record_name("draft", "D-1") == "D-1"
    assert said({"person": "p", "action": "boxes.moved", "subject": "B", "before": None, "after": None}) == (
        "p: boxes.moved B"
    )
