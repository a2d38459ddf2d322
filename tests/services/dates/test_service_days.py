"""A company reads its week, and who is served when, in a few queries; nobody else reads it. Changes of it are checked
before they are made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from k2k_core.domain.roles import Actor
from k2k_core.errors import Invalid, NotAllowed
from k2k_core.store.database.session import Session
from tests.services.conftest import Trade

MONDAYS = {"days_of_service": {"mon": ""}}
WEDNESDAYS = {"customer": "C-100", "values": {"days_of_service": {"wed": ""}}}


def person(trade: Trade, company: str | None, role: str = "warehouse") -> Any:
    roles = frozenset(() if company is None else (role,))
    return trade.net.on_behalf_of(Actor("ann@k2k.example", company, roles))


def test_whoever_works_for_the_company_sees_its_week_and_nobody_of_a_partner_does(trade: Trade) -> None:
    whole = trade.net.service_days("ANDES")
    assert [one["customer"] for one in whole["items"]] == ["BLOOM", "PETAL"]
    assert person(trade, "ANDES").service_days("ANDES") == whole
    assert person(trade, "ANDES", "salesperson").service_days("ANDES") == whole
    assert person(trade, None).service_days("ANDES") == whole
    for stranger in (person(trade, "BLOOM", "admin"), person(trade, "PETAL", "setup")):
        with pytest.raises(NotAllowed):
            stranger.service_days("ANDES")
    with pytest.raises(NotAllowed):
        trade.net.on_behalf_of(Actor("c@bloom.example", "BLOOM", customer="C-100")).service_days("BLOOM")


def test_what_the_vendor_sets_is_no_part_of_the_buyers_week(trade: Trade) -> None:
    before = trade.net.service_days("BLOOM")
    trade.net.put("ANDES", "carriers", [{"code": "TRUCK", "cut_offs": {"mon": "0900"}}])
    trade.net.set("ANDES", settings={"cut_offs": {"mon": "1100"}, "ship_days_offset": 3, "min_age": 2})
    trade.net.set("ANDES", customer="BLOOM", values={"days_of_service": {"mon": "TRUCK"}})
    assert {**trade.net.service_days("BLOOM"), "seq": before["seq"]} == before


def queries(trade: Trade, monkeypatch: pytest.MonkeyPatch, ask: Callable[[], object]) -> int:
    """How many statements all units of work of `ask` ran."""
    sessions: list[Session] = []
    begin = Session.__init__

    def noted(self: Session, *given: Any, **named: Any) -> None:
        begin(self, *given, **named)
        sessions.append(self)

    monkeypatch.setattr(Session, "__init__", noted)
    ask()
    monkeypatch.undo()
    return sum(session.queries for session in sessions)


def test_the_number_of_queries_does_not_grow_with_carriers_and_customers(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask() -> object:
        return trade.net.service_days("ANDES", count=True)

    first = queries(trade, monkeypatch, ask)
    trade.net.put("ANDES", "carriers", [{"code": f"T{number}", "cut_offs": {"mon": "0900"}} for number in range(40)])
    rows = [{"code": f"S{one}", "type": "A", "days_of_service": {"mon": f"T{one}"}} for one in range(40)]
    trade.net.put("ANDES", "customers", rows)
    assert queries(trade, monkeypatch, ask) <= first <= 8
    found = trade.net.service_days("ANDES", connected=False, limit=15)
    assert len(found["items"]) == 15
    assert {one["days"][0]["cut_off"] for one in found["items"]} == {"0900"}
    rest = trade.net.service_days("ANDES", connected=False, limit=100, cursor=found["next"])
    assert {one["customer"] for one in (*found["items"], *rest["items"])} == {row["code"] for row in rows}


def test_changes_are_checked_before_they_are_made(trade: Trade) -> None:
    trade.net.set("ANDES", customer="BLOOM", values=MONDAYS)
    assert trade.net.check_dates("BLOOM") == []
    found = trade.net.check_dates("BLOOM", [WEDNESDAYS])
    assert {(one["code"], one["place"]) for one in found} == {("no_ship_date", "customers.C-100.days_of_service")}
    assert trade.net.check_dates("BLOOM", []) == trade.net.check_dates("BLOOM") == []
    assert trade.net.record("BLOOM", "customers", "C-100")["days_of_service"] == {}
    (saved,) = trade.net.set_all("BLOOM", [WEDNESDAYS])
    assert saved["findings"] == found == trade.net.check_dates("BLOOM")
    assert trade.net.check_dates("BLOOM", [{"customer": "C-100", "values": MONDAYS}]) != found


def test_only_who_could_make_changes_has_them_checked_and_impossible_ones_are_refused(trade: Trade) -> None:
    assert person(trade, "BLOOM").check_dates("BLOOM") == []
    with pytest.raises(NotAllowed):
        person(trade, "BLOOM").check_dates("BLOOM", [WEDNESDAYS])
    with pytest.raises(NotAllowed):
        person(trade, "ANDES", "admin").check_dates("BLOOM", [])
    for changes in ([{"settings": {"cut_offs": {"mon": "2500"}}}], [{"when": "mon"}], ["mon"]):
        with pytest.raises(Invalid):
            trade.net.check_dates("BLOOM", changes)
