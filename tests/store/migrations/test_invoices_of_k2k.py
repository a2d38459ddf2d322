"""The migration that marks invoices of K2K orders, on a database that the version before has filled."""

from __future__ import annotations

import datetime as dt

from k2k_core.api import K2K
from tests.store.migrations.old_databases import fill_version_7

NOW = dt.datetime(2026, 2, 3, 15, tzinfo=dt.UTC)


def test_invoices_that_exist_bear_the_mark_of_their_orders(empty_database_url: str) -> None:
    fill_version_7(empty_database_url)
    with K2K.open(empty_database_url, clock=lambda: NOW) as net:
        net.context.store.migrate()
        for company in ("ANDES", "BLOOM"):
            found = net.orders(company)
            invoices = [one for one in found if one["kind"] == "invoice"]
            assert invoices
            marked = {one["number"] for one in found if one["kind"] != "invoice" and one["k2k"]}
            of_vendors = [one for one in invoices if one["vendor"] is not None]
            own = [one for one in invoices if one["vendor"] is None]
            assert all(one["k2k"] for one in of_vendors)
            assert all(one["k2k"] == (one["reference_number"] in marked) for one in own)
            assert {one["number"] for one in net.orders(company, "k2k")} == marked | {
                one["number"] for one in invoices if one["k2k"]
            }
