"""Margins: the GPMs of a company and of its places, with what a price comes to, and what saving would do to all of them
(pricing section 2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from k2k_console.formats import money, percent
from k2k_console.frame import firm
from k2k_console.translations import later, text
from k2k_console.vocabulary import Action, Edited, EditForm, Field, FieldGroup, Page, WhatIf
from k2k_console.vocabulary.edit_forms import Values
from k2k_core.domain.money import HUNDRED, ONE, Exact, micros, minor_scale, minor_to_micros, plain, round_price
from k2k_core.errors import Invalid

if TYPE_CHECKING:
    from k2k_core.api import K2K

PLACE = "place."
OF_THE_COMPANY = ("k2k_gpm", "gpm", "margin_floor")
MOST_PLACES = 200
ENVIRONMENT = "environment"
"""The layer that overrides what a company sets."""
EXAMPLE_COST = 1_400_000


def gpm(name: str, label: str, about: str, audited: tuple[str, str]) -> Field:
    """A margin: from 0 to below 100."""
    return Field(name, label, "number", about, unit="%", least="0", below="100", audited=audited)


K2K_GPM = gpm(
    "k2k_gpm",
    later("K2K GPM"),
    later("For what connected vendors share. A place’s own wins. Blank: none."),
    ("settings", "k2k_gpm"),
)
COMPANY_GPM = gpm(
    "gpm",
    later("Company GPM"),
    later("For K2K lots without a K2K GPM, and for suggested prices. Blank: none."),
    ("settings", "gpm"),
)


FLOOR = gpm(
    "margin_floor",
    later("Margin floor"),
    later("Prices that leave less over their landed cost are named before you save."),
    ("settings", "margin_floor"),
)


def margins(k2k: K2K, company: str) -> Edited:
    """The margins of a company and of its places."""
    settings: Any = k2k.settings(company)
    fields = ["code", "name", "k2k_gpm"]
    places: Any = k2k.records(company, "locations", sort="name", limit=MOST_PLACES, fields=fields)["items"]
    own = {name: settings[name]["own"] for name in OF_THE_COMPANY}
    rounding = str(settings["rounding"]["value"])
    groups = (
        FieldGroup("company", text("The company"), (K2K_GPM, COMPANY_GPM), shows=lambda typed: sums(typed, rounding)),
        FieldGroup(
            "places",
            text("K2K GPM of each place"),
            tuple(of_place(place) for place in places),
            text("For orders of that place. Blank: the company’s K2K GPM counts."),
            text("There are no places. With places, each may have a K2K GPM of its own."),
        ),
        FieldGroup("floor", text("Margin floor"), (FLOOR,)),
    )
    overruled = frozenset(name for name in OF_THE_COMPANY if settings[name]["from"] == ENVIRONMENT)
    return Edited(groups, {**own, **{PLACE + place["code"]: place["k2k_gpm"] for place in places}}, overruled)


def of_place(place: Mapping[str, Any]) -> Field:
    """The K2K GPM of a place."""
    code = str(place["code"])
    return gpm(PLACE + code, str(place["name"] or code), "", (f"locations/{code}", "k2k_gpm"))


def sums(typed: Values, rounding: str) -> Sequence[str]:
    """What a landed cost sells at with the margin that counts, and what the same markup would give."""
    share = typed.get("k2k_gpm") or typed.get("gpm")
    found = firm()
    if share is None or found is None:
        return ()
    try:
        of_a_hundred, currency = micros(share), found.currency
    except Invalid:
        return ()
    price = selling_price(of_a_hundred, currency, rounding)
    markup = _rounded(Exact.micros(EXAMPLE_COST) * (ONE + Exact.micros(of_a_hundred) / HUNDRED), currency, rounding)
    facts: dict[str, object] = {
        "cost": _shown(EXAMPLE_COST, currency),
        "gpm": percent(share),
        "price": _shown(price, currency),
        "profit": _shown(price - EXAMPLE_COST, currency),
        "markup": _shown(markup, currency),
    }
    return (
        text("Landed cost %(cost)s at %(gpm)s sells at %(price)s.", **facts),
        text("Price = landed cost ÷ (1 − GPM). %(profit)s of %(price)s is profit.", **facts),
        text("A markup of %(gpm)s would give %(markup)s.", **facts),
    )


def selling_price(share: int, currency: str, rounding: str) -> int:
    """Landed cost ÷ (1 − GPM), rounded once, in micros (pricing sections 2 and 7)."""
    return _rounded(Exact.micros(EXAMPLE_COST) / (ONE - Exact.micros(share) / HUNDRED), currency, rounding)


def _rounded(exact: Exact, currency: str, rounding: str) -> int:
    return minor_to_micros(round_price(exact, minor_scale(currency), rounding), currency)


def _shown(amount: int, currency: str) -> str:
    return money(plain(Exact.micros(amount)), currency)


def changes(now: Values, typed: Values) -> Sequence[Mapping[str, Any]]:
    """The change of the settings and those of places, each with the values that were seen."""
    settings = {name: value for name, value in typed.items() if name in OF_THE_COMPANY}
    found: list[dict[str, Any]] = []
    if settings:
        found.append({"settings": settings, "expected": {name: now[name] for name in settings}})
    for name, value in typed.items():
        if name.startswith(PLACE):
            expected = {"k2k_gpm": now[name]}
            found.append({"location": name.removeprefix(PLACE), "values": {"k2k_gpm": value}, "expected": expected})
    return found


KEEP = Action(
    "what_if", later("Keep as a draft"), "", later("Draft %(name)s is stored among the what-if drafts."), name="draft"
)
SAVE = Action("set_all", later("Save"), "", later("%(name)s: %(before)s → %(after)s."), name="save", key="⌘S")
MARGINS = Page(
    "gpms",
    (EditForm("margins", SAVE, margins, changes, WhatIf(KEEP)),),
    later("GPM is the share of a price that is profit. It is a margin, not a markup."),
)
