"""A change is undone by its audit entry, unless the same fields have been changed since."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.domain.roles import Actor
from k2k_core.errors import Conflict, NotAllowed, NotFound
from tests.facade.test_idempotency_of_every_method import everything
from tests.services.conftest import LOT, Trade

CHANGES: list[tuple[dict[str, Any], str, str]] = [
    ({"settings": {"k2k_gpm": "31"}}, "settings", "k2k_gpm"),
    ({"values": {"name": "Bloom and Sons"}}, "company", "name"),
    ({"customer": "C-100", "values": {"name": "Corner", "max_age": 9}}, "customers/C-100", "max_age"),
    ({"vendor": "AND-01", "values": {"transit_days": 2}}, "vendors/AND-01", "transit_days"),
    ({"location": "HUB", "values": {"k2k_gpm": "21"}}, "locations/HUB", "k2k_gpm"),
    ({"product": "FREEDOM", "values": {"description": "Red", "color": "red"}}, "products/FREEDOM", "description"),
    ({"box_type": "HB", "values": {"name": "Half box", "fbe": "0.55"}}, "box_types/HB", "fbe"),
    ({"category": "ROSES", "values": {"name": "All roses", "local_after": 4}}, "categories/ROSES", "local_after"),
    ({"lot": "OWN", "values": {"boxes": 4, "on_hold": True}}, "lots/OWN", "boxes"),
]


@pytest.fixture
def stocked(trade: Trade) -> Trade:
    trade.net.put("BLOOM", "locations", [{"code": "HUB"}])
    trade.net.put("BLOOM", "lots", [{**LOT, "code": "OWN", "product": "FREEDOM", "boxes": 2}])
    return trade


def _content(trade: Trade) -> Any:
    """What is set up, without versions and marks."""
    found = everything(trade.net, "Audit", "Event", "Feed", "Counter", "LotLedger", "Company", "Idempotency")
    with trade.net.context.store.whole_network.reading() as session:
        rows = {
            name: session.dicts(model.select().order_by(model.code, model.id))
            for name, model in trade_tables().items()
            if name in found
        }
    return {
        name: [{k: v for k, v in row.items() if k not in ("version", "mark", "ledger_id")} for row in each]
        for name, each in rows.items()
    }


def trade_tables() -> dict[str, Any]:
    """Tables of records that `set` changes."""
    from k2k_core.store import tables

    goods = (tables.Product, tables.BoxType, tables.Category)
    return {one.__name__: one for one in (tables.Customer, tables.Vendor, tables.Location, tables.Lot, *goods)}


@pytest.mark.parametrize(("change", "subject", "field"), CHANGES)
def test_a_change_is_named_by_its_field_and_taken_back(
    stocked: Trade, change: dict[str, Any], subject: str, field: str
) -> None:
    net, before = stocked.net, _content(stocked)
    values = change.get("settings") or change["values"]
    made = net.set("BLOOM", **change)
    found = net.last_change("BLOOM", subject, field)
    assert found is not None
    assert (found["after"], found["who"], found["audit"], found["undoable"]) == (
        values[field],
        "host",
        made["audit"],
        True,
    )
    back = net.undo("BLOOM", made["audit"], key="back")
    assert net.undo("BLOOM", made["audit"], key="back") == back
    assert _content(stocked) == before
    again = net.last_change("BLOOM", subject, field)
    assert again is not None
    assert (again["before"], again["after"]) == (values[field], found["before"])


@pytest.mark.parametrize(("change", "subject", "field"), CHANGES)
def test_what_somebody_has_changed_since_stays_and_is_named(
    stocked: Trade, change: dict[str, Any], subject: str, field: str
) -> None:
    net = stocked.net
    ann = net.on_behalf_of(Actor("ann@bloom.example", "BLOOM", frozenset(("admin",))))
    made = net.set("BLOOM", **change)
    kind = "settings" if "settings" in change else "values"
    other: Any = {"name": "Other", "transit_days": 3, "max_age": 5, "boxes": 7, "local_after": 5}.get(field, "22")
    ann.set("BLOOM", **{**change, kind: {field: other}})
    before = everything(net)
    with pytest.raises(Conflict) as refused:
        net.undo("BLOOM", made["audit"])
    (told,) = refused.value.facts["fields"]
    assert (told["field"], told["was"], told["theirs"], told["who"]) == (
        field,
        change[kind][field],
        other,
        "ann@bloom.example",
    )
    assert everything(net) == before


def test_what_was_put_is_taken_back_field_by_field(stocked: Trade) -> None:
    net = stocked.net
    row = {"code": "C-100", "type": "B", "ship_via": "choice", "name": "Corner"}
    (outcome,) = net.put("BLOOM", "customers", [{**row, "max_age": 9}])["results"]
    assert outcome["undoable"]
    (second,) = net.put("BLOOM", "customers", [row])["results"]
    found = net.last_change("BLOOM", "customers/C-100", "max_age")
    assert found is not None
    assert (found["before"], found["after"], found["audit"]) == (9, None, second["audit"])
    with pytest.raises(Conflict):
        net.undo("BLOOM", outcome["audit"])
    assert net.undo("BLOOM", second["audit"])["values"] == {"max_age": 9}
    (entry, *_) = net.audit("BLOOM", sort="-id")["items"]
    assert (entry["action"], entry["undoable"]) == ("customer.changed", True)


def test_what_cannot_be_taken_back_is_refused(stocked: Trade) -> None:
    net = stocked.net
    entries = {one["action"]: one for one in net.audit("BLOOM")["items"]}
    put = entries["lots.put"]
    assert not put["undoable"]
    with pytest.raises(Conflict):
        net.undo("BLOOM", put["id"])
    theirs = net.set("ANDES", settings={"gpm": "31"})["audit"]
    for unknown in (theirs, 99_999):
        with pytest.raises(NotFound):
            net.undo("BLOOM", unknown)
    assert net.last_change("BLOOM", "customers/C-100", "locale") is None
    mine = net.set("BLOOM", settings={"k2k_gpm": "31"})["audit"]
    packer = net.on_behalf_of(Actor("p@bloom.example", "BLOOM", frozenset(("warehouse",))))
    with pytest.raises(NotAllowed):
        packer.undo("BLOOM", mine)
    with pytest.raises(NotAllowed):
        packer.last_change("BLOOM", "settings", "k2k_gpm")
