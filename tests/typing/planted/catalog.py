"""Type errors about catalogs and ship dates."""

from __future__ import annotations

from k2k_core import K2K


def use(*values: object) -> None:
    """Takes anything."""


def mistakes(k2k: K2K) -> None:
    page = k2k.catalog("BLOOM", "C-100")
    use(page["rows"])  # error: TypedDict "CatalogPage" has no key "rows"
    use(page["total"].upper())  # error: "int" has no attribute "upper"
    use(page["lines"][0]["desciption"])  # error: TypedDict "CatalogRow" has no key "desciption"
    use(page["lines"][0]["price"] * page["lines"][0]["available"])  # error: Unsupported operand types for *
    use(page["lines"][0]["aging"][0] + 1)  # error: Unsupported operand types for +
    use(page["first_ship_date"].year)  # error: has no attribute "year"
    dates = k2k.ship_dates("BLOOM", "C-100", "ANDES")
    use(dates["frist"])  # error: TypedDict "ShipDates" has no key "frist"
    use(dates["first"].year)  # error: has no attribute "year"
    use(dates["ordered_at"]["vendor"])  # error: TypedDict "MomentInBothZones" has no key "vendor"
