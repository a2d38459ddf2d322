"""All lists that the store declares, and all methods of the facade that answer pages: read from the code, so that one
that is added is tested too."""

from __future__ import annotations

import datetime as dt
import inspect
import pkgutil
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any

from k2k_core import store
from k2k_core.api import K2K
from k2k_core.store.database.paging import Listing
from k2k_core.store.lists.lots import SORTS
from k2k_core.store.lists.offers import Decisions, OfferedBy
from k2k_core.store.lists.timeline import Parts
from tests.services.conftest import Trade

SHIP = "2026-02-05"
PAT = "pat@bloom.example"


def listings(company_id: int, now: dt.datetime, vendors: Sequence[int] = (1, 2)) -> dict[str, Listing]:
    """Every list by its name, of one company; `vendors` offer it lots."""
    given = {
        **dict.fromkeys(("company_id", "buyer_id"), company_id),
        "now": now,
        "person_id": 1,
        "kinds": ["what_if", "verify"],
        "vendors": [OfferedBy(one, "", True) for one in vendors],
        "companies": vendors,
        "own": company_id,
        "customer_id": None,
        "decisions": Decisions(True, {}),
        "parts": Parts((1,), (), ()),
        "company": "BLOOM",
        "sorts": tuple(SORTS),
    }
    return {name: found for module in _modules() for name, found in _declared(module, given)}


def _modules() -> list[Any]:
    return [import_module(one.name) for one in pkgutil.walk_packages(store.__path__, f"{store.__name__}.")]


def _declared(module: Any, given: Mapping[str, Any]) -> Iterator[tuple[str, Listing]]:
    """The lists of a module, but those that it imports: as constants, by collection, or made for a company."""
    place = module.__name__.rpartition(".")[2]
    for name, value in [one for one in vars(module).items() if not one[0].startswith("_")]:
        made_here = inspect.isfunction(value) and value.__module__ == module.__name__
        if isinstance(value, Listing):
            yield name.lower(), value
        elif isinstance(value, Mapping) and value and all(isinstance(one, Listing) for one in value.values()):
            yield from value.items()
        elif made_here and value.__annotations__.get("return") == "Listing":
            yield f"{place} {name}", value(*(given[one] for one in inspect.signature(value).parameters))


def paged_methods() -> list[str]:
    """The methods of the facade that answer a list page by page."""
    found = []
    for name, method in inspect.getmembers(K2K, inspect.isfunction):
        if {"cursor", "limit", "count", "fields"} <= set(inspect.signature(method).parameters):
            found.append(name)
    return found


class Business:
    """A network in which every list has rows, and whose people go on working."""

    def __init__(self, trade: Trade) -> None:
        self.net, self._trade, self._steps = trade.net, trade, 0
        self.net.set("ANDES", lot="L1", values={"boxes": 200})
        self.net.put("BLOOM", "carriers", [{"code": f"T-{number:02}"} for number in range(9)])
        self.net.add_endpoint("BLOOM", "erp", "https://erp.bloom.example/hook")
        self.net.add_user("BLOOM", PAT)
        for _ in range(3):
            self.goes_on()

    def goes_on(self) -> None:
        """Everybody writes something: what sorts before all else and what sorts behind it."""
        net, self._steps = self.net, self._steps + 1
        step = self._steps
        for company in ("ANDES", "BLOOM"):
            for collection, rows in self._records(company, step).items():
                net.put(company, collection, rows)
        net.set("BLOOM", settings={"k2k_gpm": str(20 + step % 9)})
        net.what_if("BLOOM", [{"settings": {"k2k_gpm": 30}}])
        net.submit("BLOOM", "what_if", {"changes": []})
        net.start_session(PAT)
        net.add_api_key("BLOOM", f"Key {step}", preset="read_only")
        net.save_view(PAT, "orders", f"View {step}", "status=open")
        net.add_endpoint("BLOOM", f"E-{-step % 50:02}", "https://erp.bloom.example/hook")
        net.add_company({"code": f"{'AZ'[step % 2]}{step}", "currency": "USD", "timezone": "UTC"})
        confirmed = self._trade.confirmed(2, reference_number=f"AWB-{step}")
        self._trade.ordered(1)
        wanted = net.purchase_order("BLOOM", "ANDES", [{"product": "FREEDOM", "boxes": 1}], ship_date=SHIP)
        net.transfer("BLOOM", wanted["number"])
        if step % 2:
            net.scan("BLOOM", confirmed["box_codes"][:1])
            net.scan("BLOOM", self._trade.confirmed(1, reference_number=f"AWB-{step}-2")["box_codes"])

    def _records(self, company: str, step: int) -> dict[str, list[dict[str, Any]]]:
        codes = [f"A{999 - step}", f"Z{step:03}"]
        list_rows = [{"product": codes[0], "price": "0.50"}, {"product": codes[1], "price": "0.60"}]
        season = {"name": "S", "start": "2026-01-01", "end": "2026-12-31", "rows": list_rows}
        return {
            "locations": [{"code": code} for code in codes],
            "users": [{"email": f"{code}@{company}.example"} for code in codes],
            "categories": [{"code": code} for code in codes],
            "products": [{"code": code, "description": code, "category": codes[0]} for code in codes],
            "box_types": [{"code": code, "fbe": "0.5"} for code in codes],
            "box_dimensions": [{"box_type": code, "length": 40, "width": 12, "height": 10} for code in codes],
            "customers": [{"code": code, "type": "A"} for code in codes],
            "vendors": [{"code": code} for code in codes],
            "carriers": [{"code": code} for code in codes],
            "price_lists": [{"code": code, "seasons": [season]} for code in codes],
            "lots": [{**self._lot(codes[0]), "code": code} for code in codes],
        }

    def _lot(self, product: str) -> dict[str, Any]:
        return {
            **dict.fromkeys(("web_price", "unit_cost"), "0.5"),
            "inventory_type": "open_market_boxes",
            "product": product,
            "box_type": "HB",
            "boxes": 1,
            "units_per_box": 100,
            "unit_type": "stem",
            "arrival_date": "2026-02-01",
        }
