"""Who is told of a command before it happens, and a person who is told once when an order waits no longer."""

from __future__ import annotations

import pytest

from k2k_core.domain.roles import Actor
from k2k_core.errors import Conflict, Invalid, NotAllowed
from tests.services.conftest import Trade

SHIP = "2026-02-05"
ANN = Actor("ann@andes.example", "ANDES", frozenset({"sales_manager"}))


def told(trade: Trade) -> list[str]:
    return [one["to"] for one in trade.net.notifications("ANDES", "document.watched")]


def test_a_vendor_is_told_once_when_the_cart_of_its_order_is_checked_out(trade: Trade) -> None:
    placed = trade.net.add("BLOOM", "C-100", lot="ANDES/L1", boxes=1, ship_date=SHIP)
    vendor = trade.net.on_behalf_of(ANN)
    watched = vendor.watch("ANDES", placed["sales_order"])
    assert (watched["email"], watched["watching"]) == ("ann@andes.example", True)
    assert watched["until"] == placed["expires_at"]
    vendor.watch("ANDES", placed["sales_order"])
    assert told(trade) == []
    trade.net.checkout("BLOOM", cart=placed["cart"])
    assert told(trade) == ["ann@andes.example"]
    trade.net.cancel("BLOOM", purchase_order=placed["purchase_order"])
    assert told(trade) == ["ann@andes.example"]


@pytest.mark.parametrize("how", ["cancelled", "expired", "dropped", "voided"])
def test_it_is_told_however_the_cart_ends(trade: Trade, how: str) -> None:
    placed = trade.net.add("BLOOM", "C-100", lot="ANDES/L1", boxes=1, ship_date=SHIP)
    trade.net.on_behalf_of(ANN).watch("ANDES", placed["sales_order"])
    if how == "cancelled":
        trade.net.cancel("BLOOM", cart=placed["cart"])
    elif how == "expired":
        trade.later(minutes=61)
        trade.net.sweep()
    elif how == "dropped":
        trade.net.confirm("ANDES", placed["sales_order"], drop_pending=True)
    else:
        trade.net.void("ANDES", placed["sales_order"], reason="frost", confirm="CONFIRM")
    (mail,) = [one for one in trade.net.notifications("ANDES") if one["event"] == "document.watched"]
    assert "has ended" in mail["body"]


def test_nothing_is_told_while_another_line_waits(trade: Trade) -> None:
    placed = trade.net.add("BLOOM", "C-100", lot="ANDES/L1", boxes=1, ship_date=SHIP)
    more = trade.net.add("BLOOM", "C-100", lot="ANDES/L2", boxes=1, ship_date=SHIP, cart=placed["cart"])
    trade.net.on_behalf_of(ANN).watch("ANDES", placed["sales_order"])
    trade.net.checkout("BLOOM", line=placed["lines"][0]["line"])
    assert told(trade) == []
    trade.net.checkout("BLOOM", line=more["lines"][0]["line"])
    assert told(trade) == ["ann@andes.example"]


def test_an_order_that_waits_for_approval_is_watched_until_it_is_approved(trade: Trade) -> None:
    book = trade.net.prebook("BLOOM", "C-100", [{"lot": "ANDES/L1", "boxes": 1}], SHIP)
    trade.net.watch("ANDES", book["sales_order"], email="erp@andes.example")
    trade.net.approve("BLOOM", purchase_order=book["purchase_order"])
    assert told(trade) == ["erp@andes.example"]


def test_who_watches_no_longer_is_not_told(trade: Trade) -> None:
    placed = trade.net.add("BLOOM", "C-100", lot="ANDES/L1", boxes=1, ship_date=SHIP)
    vendor = trade.net.on_behalf_of(ANN)
    vendor.watch("ANDES", placed["sales_order"])
    assert vendor.watch("ANDES", placed["sales_order"], watching=False)["watching"] is False
    trade.net.checkout("BLOOM", cart=placed["cart"])
    assert told(trade) == []


def test_what_does_not_wait_is_not_watched_and_nobody_watches_for_others(trade: Trade) -> None:
    order = trade.confirmed(1)
    vendor = trade.net.on_behalf_of(ANN)
    with pytest.raises(Conflict):
        vendor.watch("ANDES", order["sales_order"])
    with pytest.raises(NotAllowed):
        vendor.watch("ANDES", order["sales_order"], email="bob@andes.example")
    with pytest.raises(Invalid):
        trade.net.watch("ANDES", order["sales_order"])


def test_before_a_confirmation_the_vendor_reads_whom_it_tells_and_the_buyers_roles_without_addresses(
    trade: Trade,
) -> None:
    placed = trade.net.add("BLOOM", "C-100", lot="ANDES/L1", boxes=1, ship_date=SHIP)
    rows = trade.net.who_is_told("ANDES", "confirm", placed["sales_order"])
    ours = {address for one in rows for address in one["to"] or ()}
    assert ours == {"bills@andes.example", "sales@andes.example", "bloom.desk@andes.example"}
    theirs = [(one["role"], one["to"]) for one in rows if one["company"] == "BLOOM"]
    assert theirs == [("salesperson", None), ("customer", None)]


def test_what_is_foretold_is_what_is_sent(trade: Trade) -> None:
    order = trade.confirmed(1)
    for verb in ("release", "void"):
        owner, number = ("BLOOM", order["prebook"]) if verb == "release" else ("ANDES", order["sales_order"])
        own = [one for one in trade.net.who_is_told(owner, verb, number) if one["to"] is not None]
        other = trade.net.who_is_told("BLOOM", verb, order["purchase_order"])
        expected = {address for one in own + [one for one in other if one["to"]] for address in one["to"] or ()}
        before = len(trade.net.notifications())
        if verb == "release":
            trade.net.release("BLOOM", order["lines"][0]["line"], reason="gone", confirm="CONFIRM")
        else:
            trade.net.void("ANDES", number, reason="frost", confirm="CONFIRM")
        sent = {one["to"] for one in trade.net.notifications()[before:]}
        assert sent == expected, verb


def test_an_invoice_is_sent_again_to_whoever_received_it_over_what_it_comes_to_now(trade: Trade) -> None:
    net, order = trade.net, trade.confirmed(2)
    for company in ("ANDES", "BLOOM"):
        net.set(company, settings={"sync_invoices": True})
    trade.confirmed(1)
    invoice = next(one for one in net.orders("ANDES") if one["kind"] == "invoice")
    number, line = invoice["number"], order["lines"][0]["line"]
    expected = [address for one in net.who_is_told("ANDES", "send_invoice", number) for address in one["to"] or ()]
    net.credit("ANDES", number, line, amount="10", reason="late", confirm="CONFIRM")
    now = net.show("ANDES", number)
    before, events = net.notifications("ANDES"), net.events("ANDES")
    assert net.send_invoice("ANDES", number, key="again") == net.send_invoice("ANDES", number, key="again")
    sent = net.notifications("ANDES")[len(before) :]
    assert [one["to"] for one in sent] == expected == ["bills@andes.example"]
    assert f"over {now['total']} USD" in sent[0]["body"]
    (event,) = net.events("ANDES")[len(events) :]
    assert (event["type"], event["data"]["number"]) == ("invoice.sent", number)
    assert net.timeline("ANDES", number)["items"][-1]["said"] == f"Invoice {number} was sent again."
    copies = [one["number"] for one in net.orders("BLOOM") if one["number"].startswith("ANDES/")]
    with pytest.raises(NotAllowed, match="only its issuer sends it"):
        net.send_invoice("BLOOM", copies[0])
    net.set("ANDES", settings={"send_invoice_to": []})
    with pytest.raises(Conflict, match="Nobody receives"):
        net.send_invoice("ANDES", number)


def test_a_verb_that_is_none_of_a_documents_is_refused(trade: Trade) -> None:
    order = trade.confirmed(1)
    assert trade.net.who_is_told("BLOOM", "cancel", order["purchase_order"]) == []
    with pytest.raises(Invalid):
        trade.net.who_is_told("BLOOM", "dance", order["purchase_order"])
