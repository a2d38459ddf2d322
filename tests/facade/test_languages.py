"""Errors and reasons are in the reader's language; codes and facts are the same in every language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from k2k_core import K2K
from k2k_core.domain.roles import Actor
from k2k_core.errors import Invalid, NotAllowed, NotFound

NOW = dt.datetime(2026, 2, 2, 14, 0, tzinfo=dt.UTC)


@pytest.fixture
def k2k(database_url: str) -> Iterator[K2K]:
    with K2K.open(database_url, clock=lambda: NOW) as opened:
        opened.load(_network())
        yield opened


def _network() -> dict[str, Any]:
    goods = {
        "categories": [{"code": "R"}],
        "products": [{"code": "ROSE", "description": "Rose", "category": "R"}],
        "lots": [
            {
                "code": "L1",
                "inventory_type": "open_market_boxes",
                "product": "ROSE",
                "box_type": "HB",
                "boxes": 5,
                "units_per_box": 100,
                "unit_type": "stem",
                "arrival_date": "2026-02-01",
                "on_hold": True,
            }
        ],
        "customers": [{"code": "C-1", "type": "A", "days_of_service": {"mon": None, "fri": None}}],
    }
    return {"companies": [{"code": "BLOOM", "currency": "USD", "timezone": "America/Bogota", **goods}]}


def test_a_reason_is_told_in_the_language_that_was_asked_for(k2k: K2K) -> None:
    (english,) = k2k.visible("BLOOM", "C-1", ["L1"])
    (spanish,) = k2k.in_language("es-CO").visible("BLOOM", "C-1", ["L1"])
    assert english["reasons"] == spanish["reasons"]
    told = {one["code"]: (one["reason"], other["reason"]) for one, other in _pairs(english, spanish)}
    assert told["on_hold"] == ("the lot is on hold", "el lote está retenido")


def _pairs(english: Any, spanish: Any) -> list[tuple[Any, Any]]:
    return list(zip(english["details"], spanish["details"], strict=True))


def test_the_planner_s_chain_names_weekdays_in_the_language(k2k: K2K) -> None:
    english = k2k.ship_dates("BLOOM", "C-1", "BLOOM")
    spanish = k2k.in_language("es").ship_dates("BLOOM", "C-1", "BLOOM")
    assert "BLOOM: today is Monday 2026-02-02 (America/Bogota)" in english["reasons"]
    assert "BLOOM: hoy es lunes 2026-02-02 (America/Bogota)" in spanish["reasons"]
    assert spanish["chain"] == english["chain"]
    assert english["chain"][0] == {
        "code": "today",
        "facts": {"shipper": "BLOOM", "today": "2026-02-02", "timezone": "America/Bogota"},
    }


def test_an_error_is_told_in_the_language_of_the_person(k2k: K2K) -> None:
    ana = k2k.on_behalf_of(Actor("ana@bloom.example", "BLOOM", frozenset({"admin"}), locale="es"))
    with pytest.raises(NotFound) as refused:
        ana.ship_dates("BLOOM", "C-1", "NOBODY")
    assert refused.value.message == "No hay ninguna empresa NOBODY en esta red."
    assert refused.value.facts["company"] == "NOBODY"
    assert refused.value.hint.startswith("Revise el código o el número")


def test_a_person_without_the_role_reads_so(k2k: K2K) -> None:
    hand = Actor("leo@bloom.example", "BLOOM", frozenset({"warehouse"}), locale="es")
    with pytest.raises(NotAllowed) as refused:
        k2k.on_behalf_of(hand).set("BLOOM", settings={"gpm": 30})
    assert refused.value.message.startswith("leo@bloom.example no tiene un rol para esto")


def test_every_fault_of_a_record_is_told_in_the_language(k2k: K2K) -> None:
    with pytest.raises(Invalid) as refused:
        k2k.in_language("es").put("BLOOM", "categories", [{"code": "no code"}])
    assert [fault["message"] for fault in refused.value.faults] == [
        "'no code' no es un código: de 1 a 40 letras, cifras, puntos, guiones o guiones bajos"
    ]


def test_a_refusal_agrees_with_what_is_refused(k2k: K2K) -> None:
    k2k.add_user("BLOOM", "ana@bloom.example")
    for command, english, spanish in (
        (lambda net: net.put("BLOOM", "categories", [{"code": "no code"}]), "The rows are", "Las filas no son válidas"),
        (lambda net: net.set_roles("ana@bloom.example", ["king"]), "The roles are", "Los roles no son válidos"),
        (
            lambda net: net.set_preferences("ana@bloom.example", {"theme": "?"}),
            "The preferences are",
            "Las preferencias no son válidas",
        ),
        (lambda net: net.add_api_key("BLOOM", ""), "The key is", "La llave no es válida"),
        (lambda net: net.change_password("ana@bloom.example", "x"), "The password is", "La contraseña no es válida"),
    ):
        for net, words in ((k2k, f"{english} not valid: "), (k2k.in_language("es"), f"{spanish}: ")):
            with pytest.raises(Invalid) as refused:
                command(net)
            assert refused.value.message.startswith(words)


def test_a_language_without_a_catalogue_is_answered_in_english(k2k: K2K) -> None:
    (lot,) = k2k.in_language("fi").visible("BLOOM", "C-1", ["L1"])
    assert "the lot is on hold" in {detail["reason"] for detail in lot["details"]}
