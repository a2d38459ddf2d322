"""The migration that stores the goods of lines fills those that lie in carts."""

from __future__ import annotations

from collections.abc import Callable

from k2k_core.store.migrations import m0025_goods_of_lines
from tests.damage import past_the_guards
from tests.services.conftest import Trade

GOODS = "SELECT id, goods FROM order_line ORDER BY id"


def test_lines_in_carts_have_the_goods_that_their_explanations_name(open_unsound_trade: Callable[..., Trade]) -> None:
    trade = open_unsound_trade()  # without the trigger of a version afterwards
    for lot in ("ANDES/L1", "ANDES/L2", "SIERRA/S1"):
        trade.ordered(1, lot)
    store = trade.net.context.store
    with (
        store.whole_network.writing() as session,
        past_the_guards(session),
    ):  # they are away while the steps of a migration run
        written = session.run(GOODS).fetchall()
        session.run("DROP INDEX order_line_goods_in_cart")
        of_table = " ON order_line" if session.engine == "postgresql" else ""
        session.run(f"DROP TRIGGER order_line_version{of_table}")
        session.run("ALTER TABLE order_line DROP COLUMN goods")
        m0025_goods_of_lines.up(session._database)
        assert session.run(GOODS).fetchall() == written
    assert all(goods for _, goods in written)
