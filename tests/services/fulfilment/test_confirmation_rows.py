"""Many orders are confirmed at once, with an outcome for each row."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.errors import Invalid
from k2k_core.services.fulfilment import confirmation_rows
from tests.services.conftest import Trade


def outcomes(answer: Any) -> list[Any]:
    return [(one["outcome"], one.get("error", {}).get("code")) for one in answer["results"]]


def test_each_order_has_an_outcome_and_a_refused_one_holds_up_no_other(trade: Trade) -> None:
    ready, pending, late = trade.checked_out(1), trade.ordered(1), trade.checked_out(1, lot="SIERRA/S1")
    rows: list[dict[str, Any]] = [
        {"sales_order": pending["sales_order"]},
        {"sales_order": "S-0"},
        {"sales_order": late["sales_order"], "version": 999},
        {"sales_order": ready["sales_order"], "reference_number": "AWB-7"},
        {"sales_order": ready["sales_order"]},
        {"sales_order": ready["sales_order"], "reference": "AWB-7"},
        {"drop_pending": "perhaps"},
    ]
    answer = trade.net.confirm("ANDES", rows=rows)
    assert outcomes(answer)[:2] == [("refused", "pending_lines"), ("refused", "not_found")]
    assert outcomes(answer)[3:] == [
        ("confirmed", None),
        ("refused", "conflict"),
        ("refused", "invalid"),
        ("refused", "invalid"),
    ]
    assert answer["results"][3]["confirmation"]["awb"] == "AWB-7"
    assert answer["counts"] == {"confirmed": 1, "refused": 6}
    assert trade.net.show("ANDES", ready["sales_order"])["status"] == "confirmed"
    assert trade.net.show("ANDES", pending["sales_order"])["status"] == "pending"


def test_an_order_at_another_version_is_not_confirmed(trade: Trade) -> None:
    number = trade.checked_out(1)["sales_order"]
    version = trade.net.show("ANDES", number)["version"]
    told = outcomes(trade.net.confirm("ANDES", rows=[{"sales_order": number, "version": version + 1}]))
    assert told == [("refused", "version_mismatch")]
    told = outcomes(trade.net.confirm("ANDES", rows=[{"sales_order": number, "version": version}]))
    assert told == [("confirmed", None)]


def test_after_a_breakdown_a_repeat_confirms_what_is_left(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{"sales_order": trade.checked_out(1)["sales_order"]} for _ in range(2)]
    with monkeypatch.context() as patch:
        confirm, done = confirmation_rows.confirm, []

        def once(*arguments: Any) -> Any:
            if done:
                raise KeyboardInterrupt
            done.append(confirm(*arguments))
            return done[0]

        patch.setattr(confirmation_rows, "confirm", once)
        with pytest.raises(KeyboardInterrupt):
            trade.net.confirm("ANDES", rows=rows, key="all")
    answer = trade.net.confirm("ANDES", rows=rows, key="all")
    assert outcomes(answer) == [("confirmed", None)] * 2
    assert answer["results"][0]["confirmation"] == done[0]
    assert trade.net.confirm("ANDES", rows=rows, key="all") == answer


def test_rows_go_with_no_argument_of_one_of_them(trade: Trade) -> None:
    net: Any = trade.net
    for arguments in ({"sales_order": "S-1"}, {"late": True}, {"version": 1}):
        with pytest.raises(Invalid):
            net.confirm("ANDES", rows=[{"sales_order": "S-1"}], **arguments)
    for rows in ([], [{"sales_order": "S-1"}] * 1001, None):
        with pytest.raises(Invalid):
            net.confirm("ANDES", rows=rows)
