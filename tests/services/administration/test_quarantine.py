"""A quarantined contribution is called again once an authorised user has released it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from k2k_core.domain.labels import Label, LabelRequest
from k2k_core.domain.roles import Actor
from k2k_core.errors import NotAllowed, NotFound
from k2k_core.store.tables import Audit
from k2k_labels.pdf import PdfRenderer
from tests.services.conftest import Trade


def quarantined(trade: Trade) -> list[str]:
    """The contributions that are in quarantine for the vendor."""
    return [
        contribution["contribution"]
        for plugin in trade.net.plugins()
        for contribution in plugin["contributions"]
        if "ANDES" in contribution["quarantined_for"]
    ]


def audited(trade: Trade) -> list[tuple[Any, ...]]:
    with trade.net.context.store.whole_network.reading() as session:
        lifted = Audit.select(Audit.person, Audit.subject).where(Audit.action == "quarantine.lifted")
        return list(session.rows(lifted))


def test_an_admin_lifts_a_quarantine_and_the_contribution_works_again(
    open_trade: Callable[..., Trade], monkeypatch: pytest.MonkeyPatch
) -> None:
    ink: list[str] = []
    drawn = PdfRenderer.render

    def render(renderer: PdfRenderer, request: LabelRequest) -> Label:
        if not ink:
            raise RuntimeError("out of ink")
        return drawn(renderer, request)

    monkeypatch.setattr(PdfRenderer, "render", render)
    trade = open_trade()
    done = trade.confirmed(3)
    trade.net.labels("ANDES", awb=done["awb"], format="pdf")
    ink.append("black")
    assert "in quarantine" in trade.net.labels("ANDES", awb=done["awb"], format="pdf")[0]["error"]["message"]
    (label,) = quarantined(trade)
    (labels,) = [one for one in trade.net.company_plugins("ANDES") if one["name"] == "k2k_labels"]
    (pdf,) = [one for one in labels["contributions"] if one["contribution"] == label]
    assert (labels["state"], pdf["failures"], labels["lots_without_price"]) == ("quarantined", 3, 0)
    assert labels["since"] is not None
    assert pdf["quarantined_since"] is not None
    assert labels["since"] <= pdf["quarantined_since"]
    elsewhere = {one["name"]: one for one in trade.net.company_plugins("BLOOM")}["k2k_labels"]
    assert (elsewhere["state"], elsewhere["failures"]) == ("ok", 0)
    with pytest.raises(NotAllowed):
        trade.net.on_behalf_of(Actor("w", "ANDES", frozenset({"warehouse"}))).lift_quarantine("ANDES", label)
    with pytest.raises(NotFound):
        trade.net.lift_quarantine("ANDES", "acme/label_renderers/pdf")
    admin = trade.net.on_behalf_of(Actor("ana@andes.example", "ANDES", frozenset({"admin"})))
    assert admin.lift_quarantine("ANDES", label)
    assert all(row["size"] for row in trade.net.labels("ANDES", awb=done["awb"], format="pdf"))
    assert quarantined(trade) == []
    assert not admin.lift_quarantine("ANDES", label)
    assert audited(trade) == [("ana@andes.example", label)]
