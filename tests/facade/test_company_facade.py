"""A company's own door: every method for its people, without naming the company, and nothing of another one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from k2k_core.domain.roles import METHODS, OWN, Actor
from k2k_core.errors import Invalid, NotAllowed, NotFound
from tests.services.conftest import Trade

HOSTS = ("load", "add_company", "companies", "on_behalf_of", "authenticate", "verify", "sweep", "tidy", "close", "open")


def test_a_door_is_the_record_of_its_company_too(trade: Trade) -> None:
    andes = trade.net.company("ANDES")
    assert (andes["code"], andes["currency"]) == ("ANDES", "USD")
    assert json.loads(json.dumps(andes)) == dict(andes)
    assert set(andes) == {"code", "name", "currency", "timezone", "locale"}


def test_a_company_trades_through_its_own_door(trade: Trade) -> None:
    andes, bloom = trade.net.company("ANDES"), trade.net.company("BLOOM")
    placed = bloom.add("C-100", lot="ANDES/L1", boxes=2, ship_date="2026-02-05")
    bloom.checkout(cart=placed["cart"])
    assert andes.orders(limit=1, count=True)["count"] == 1
    andes.confirm(placed["sales_order"], reference_number="AWB-9")
    assert [row["number"] for row in bloom.awbs()["items"]] == ["AWB-9"]
    assert bloom.show(placed["prebook"]) == trade.net.show("BLOOM", placed["prebook"])
    assert {row["lot"] for row in andes.share(buyer="BLOOM")} == {"L1", "L2"}
    assert andes.share(buyer="BLOOM", lots=["L1"]) == trade.net.share("ANDES", "BLOOM", ["L1"])
    assert bloom.share(vendor="ANDES")
    assert bloom.ship_dates("C-100", "ANDES")["dates"] is not None
    andes.change_terms({"hide_vendor": True}, buyer="BLOOM")
    assert bloom.records("customers", code="C-100")["items"][0]["code"] == "C-100"
    andes.suspend(buyer="BLOOM")
    assert andes.connections(partner="BLOOM")["items"][0]["state"] == "suspended"


def test_a_door_opens_nothing_of_another_company_and_nothing_of_the_network(trade: Trade) -> None:
    andes = trade.net.company("ANDES")
    for call in (
        lambda: andes.orders(company="BLOOM"),
        lambda: andes.offers(buyer="BLOOM"),
        lambda: andes.readiness(vendor="SIERRA", buyer="BLOOM"),
        lambda: andes.suspend(buyer="BLOOM", by="BLOOM"),
    ):
        with pytest.raises(NotAllowed):
            call()
    for name in (*HOSTS, "company", "context", "_k2k_", "nothing"):
        with pytest.raises(AttributeError):
            getattr(andes, name)
    with pytest.raises(Invalid) as refused:
        andes.share()
    assert [one["path"] for one in refused.value.faults] == ["vendor"]
    with pytest.raises(NotFound):
        trade.net.company("NOBODY")
    with pytest.raises(Invalid):
        andes.check_dates("BLOOM")


def test_a_door_that_a_person_opens_is_for_that_person(trade: Trade) -> None:
    packer = trade.net.on_behalf_of(Actor("p@bloom.example", "BLOOM", frozenset(("warehouse",))))
    bloom = packer.company("BLOOM")
    assert "landed_cost" not in bloom.price("C-100")[0]
    with pytest.raises(NotAllowed):
        bloom.set(settings={"k2k_gpm": 30})
    with pytest.raises(NotAllowed):
        packer.company("ANDES")


def test_a_door_speaks_the_language_that_it_is_opened_in(trade: Trade) -> None:
    for door in (trade.net.in_language("es").company("ANDES"), trade.net.company("ANDES").in_language("es")):
        with pytest.raises(NotFound) as refused:
            door.record("customers", "NOBODY")
        assert refused.value.message.startswith("No hay"), refused.value.message
        assert door["code"] == "ANDES"


def test_every_method_for_the_people_of_a_company_is_behind_its_door(trade: Trade) -> None:
    bloom: Any = trade.net.company("BLOOM")
    names = {one.name for one in METHODS} | set(OWN) | {"set", "set_all", "put", "import_rows", "archive", "undo"}
    for name in names - {"company"}:
        assert callable(getattr(bloom, name)), name
