"""Desk: the gross profit margins of a company. GPM is a margin, not a markup, and the page shows the calculation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from k2k_console.base import Column, Record
from k2k_console.desks.company_settings import CompanySettingsDesk
from k2k_console.fields import Form, NumberField, as_text, typed
from k2k_console.translations import later, text
from k2k_core.domain.money import HUNDRED, MICRO, ONE, Exact, minor_scale, minor_to_micros, money, round_price
from k2k_core.domain.roles import PRICES, SEEING_COSTS
from k2k_core.store.database.session import Session
from k2k_core.store.tables import Company, Location

if TYPE_CHECKING:
    from k2k_core.api import K2K

BELOW = 100 * MICRO
EXAMPLE_COST = 1_400_000
EXAMPLE_GPM = 30 * MICRO
PLACE = "place_"


class GpmForm(Form):
    """The margins of a company; a field for each of its locations is added."""

    k2k_gpm = NumberField(
        later("K2K GPM"),
        unit="%",
        least=0,
        below=BELOW,
        description=later("For lots that connected vendors share. It wins over the company GPM. Empty: none."),
    )
    gpm = NumberField(
        later("Company GPM"),
        unit="%",
        least=0,
        below=BELOW,
        description=later("For K2K lots without a K2K GPM, and for suggested prices. Empty: none."),
    )


def selling_price(cost: int, gpm: int, currency: str, rounding: str) -> int:
    """Cost ÷ (1 − GPM), rounded once, in micros (pricing sections 2 and 7)."""
    exact = Exact.micros(cost) / (ONE - Exact.micros(gpm) / HUNDRED)
    return minor_to_micros(round_price(exact, minor_scale(currency), rounding), currency)


class Gpms(CompanySettingsDesk):
    """Company GPM, K2K GPM and the K2K GPM of each location, on one page."""

    reads = SEEING_COSTS
    writes = PRICES
    blurb = later("What share of a price is profit. GPM is a margin, not a markup.")
    columns = (
        Column("company", later("Code"), Company.code, searched=True),
        Column("name", later("Name"), Company.name, searched=True),
        Column("gpm", later("Company GPM %"), number=True),
        Column("k2k_gpm", later("K2K GPM %"), number=True),
        Column("places", later("Places with their own"), number=True),
    )
    edits = GpmForm
    edit_template = "k2k/gpms.html"
    saved_words = later("Saved. The next price is made with it.")

    def enrich(self, session: Session, records: list[Record]) -> None:
        """Add the margins and the locations."""
        super().enrich(session, records)
        places: dict[int, list[Record]] = {record["id"]: [] for record in records}
        columns = (Location.id, Location.company_id, Location.code, Location.name, Location.k2k_gpm)
        query = Location.select(*columns).where(Location.company_id.in_(list(places) or [0])).order_by(Location.code)
        for place in session.dicts(query):
            places[place["company_id"]].append(place)
        for record in records:
            record["gpm"], record["k2k_gpm"] = record["settings"].gpm, record["settings"].k2k_gpm
            record["locations"] = places[record["id"]]
            record["places"] = sum(place["k2k_gpm"] is not None for place in record["locations"])

    def cell(self, record: Record, name: str) -> Any:
        """Margins as people type them."""
        return typed(record[name]) if name in ("gpm", "k2k_gpm") else record[name]

    exported = cell

    def form_class(self, record: Record) -> type[Form]:
        """The two margins of the company, and one for each of its locations."""
        fields = {
            f"{PLACE}{place['id']}": NumberField(
                place["name"], unit="%", least=0, below=BELOW, description=text("Place %(code)s", code=place["code"])
            )
            for place in record["locations"]
        }
        return type("GpmsOfPlaces", (GpmForm,), fields)

    def values_of(self, record: Record) -> dict[str, Any]:
        """The margins as they are."""
        own = {f"{PLACE}{place['id']}": place["k2k_gpm"] for place in record["locations"]}
        return {"gpm": record["gpm"], "k2k_gpm": record["k2k_gpm"], **own}

    def save(self, k2k: K2K, form: Any, record: Record) -> None:
        """Write only the margins that changed, all of them or none: the company's and each location's."""
        now = self.values_of(record)
        changed = {field.name: as_text(field.data) for field in form if field.data != now[field.name]}
        settings = {name: changed[name] for name in ("gpm", "k2k_gpm") if name in changed}
        changes: list[dict[str, Any]] = [{"settings": settings}] if settings else []
        changes += [
            {"location": place["code"], "values": {"k2k_gpm": changed[f"{PLACE}{place['id']}"]}}
            for place in record["locations"]
            if f"{PLACE}{place['id']}" in changed
        ]
        k2k.set_all(record["company"], changes)

    def about(self, record: Record, form: Any) -> dict[str, Any]:
        """The calculation, for the example and for every margin of this company."""
        currency, rounding = record["currency"], record["settings"].rounding
        margins = [(field.label.text, field.data) for field in form if field.data is not None and not field.errors]

        def line(label: object, gpm: int) -> dict[str, str]:
            price = selling_price(EXAMPLE_COST, gpm, currency, rounding)
            markup = Exact(EXAMPLE_COST) * (ONE + Exact.micros(gpm) / HUNDRED)
            return {
                "label": str(label),
                "gpm": typed(gpm),
                "cost": money(EXAMPLE_COST, currency),
                "price": money(price, currency),
                "profit": money(price - EXAMPLE_COST, currency),
                "markup": money(markup.rounded_half_up(1), currency),
            }

        return {"example": line("", EXAMPLE_GPM), "sums": [line(*margin) for margin in margins], "place": PLACE}
