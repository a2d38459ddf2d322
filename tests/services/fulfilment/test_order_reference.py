"""The reference number that a vendor gives an order before it is confirmed: it becomes the order's AWB."""

from __future__ import annotations

import pytest

from k2k_core.errors import Conflict, Invalid, NotFound
from tests.services.conftest import Trade


def test_the_reference_of_an_order_becomes_its_awb(trade: Trade) -> None:
    order = trade.checked_out(1)["sales_order"]
    assert trade.net.set_reference("ANDES", order, " 729-1 ")["reference_number"] == "729-1"
    assert trade.net.orders("ANDES", q="729-1", limit=1)["items"][0]["number"] == order
    assert trade.net.confirm("ANDES", order)["awb"] == "729-1"


def test_the_number_that_a_confirmation_names_goes_before_it(trade: Trade) -> None:
    order = trade.checked_out(1)["sales_order"]
    trade.net.set_reference("ANDES", order, "729-1")
    assert trade.net.confirm("ANDES", order, reference_number="729-2")["awb"] == "729-2"


@pytest.mark.parametrize("blank", [None, "", "  "])
def test_a_reference_is_taken_away_by_none(trade: Trade, blank: str | None) -> None:
    order = trade.checked_out(1)["sales_order"]
    trade.net.set_reference("ANDES", order, "729-1")
    assert trade.net.set_reference("ANDES", order, blank)["reference_number"] is None
    assert trade.net.confirm("ANDES", order)["awb"] != "729-1"


def test_it_is_audited_once_and_the_same_number_again_is_no_change(trade: Trade) -> None:
    order = trade.checked_out(1)["sales_order"]
    for _ in range(2):
        trade.net.set_reference("ANDES", order, "729-1")
    entries = trade.net.audit("ANDES", filters={"action": "set_reference"})["items"]
    assert [(entry["subject"], entry["after"]) for entry in entries] == [(order, {"reference_number": "729-1"})]


def test_only_an_order_that_waits_takes_one(trade: Trade) -> None:
    order = trade.confirmed(1)["sales_order"]
    with pytest.raises(Conflict, match="is confirmed: its reference number is that of its AWB"):
        trade.net.set_reference("ANDES", order, "729-1")
    with pytest.raises(Invalid, match="looks like the id of an AWB"):
        trade.net.set_reference("ANDES", trade.checked_out(1)["sales_order"], "awb_7")
    with pytest.raises(NotFound):
        trade.net.set_reference("ANDES", "P-1001", "729-1")
