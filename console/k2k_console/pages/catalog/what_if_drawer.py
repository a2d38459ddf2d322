"""What-if drawer: what another margin would do to the prices of a catalog, before anything is changed (pricing section
2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flask import request
from flask_login import current_user

from k2k_console.effects import effect_of_answer
from k2k_console.frame import field_of
from k2k_console.page_views.action_forms import read_form, shown_value
from k2k_console.page_views.tokens import new_token
from k2k_console.pages.catalog.catalog_query import asked
from k2k_console.pages.margins.margins_page import COMPANY_GPM, K2K_GPM
from k2k_console.translations import later
from k2k_console.vocabulary import Action, Call, Drawer
from k2k_core.domain.roles import SEEING_COSTS
from k2k_core.errors import K2KError

if TYPE_CHECKING:
    from k2k_core.api import K2K

FIELDS = (K2K_GPM, COMPANY_GPM)


def changes(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The change of the settings that are typed."""
    return [{"settings": dict(values)}] if values else []


KEEP = Action(
    "what_if",
    later("Keep as a draft"),
    "draft",
    later("The what-if is kept among the what-if drafts."),
    name="keep_what_if",
    fields=FIELDS,
    call=lambda call: kept(call),
)


def kept(call: Call) -> Any:
    """Store what is typed as a draft; nothing of it is done."""
    return call.k2k.what_if(call.company, changes(call.values), key=call.key)


def what_if(k2k: K2K, company: str, _key: str) -> Mapping[str, Any]:
    """The margins as they are, what is typed in the address, and what that would do to every price."""
    current_user.actor.require(SEEING_COSTS, company)
    settings: Any = k2k.settings(company)
    now = {one.name: settings[one.name]["value"] for one in FIELDS}
    sent = {name: value for name, value in request.args.items() if value.strip()}
    form = read_form(KEEP, sent)
    typed = {name: value for name, value in form.values.items() if value != now[name]}
    effect, refused = None, ""
    if typed and not form.faults:
        try:
            effect = effect_of_answer(k2k, company, k2k.what_if(company, changes(typed), store=False))
        except K2KError as error:
            refused = error.message
    return {
        "query": asked(k2k, company, request.args),
        "fields": FIELDS,
        "shows": {one.name: form.typed.get(one.name) or shown_value(one, now[one.name]) for one in FIELDS},
        "faults": form.faults,
        "typed": typed,
        "effect": effect,
        "refused": refused,
        "margins": field_of("gpms", "k2k_gpm"),
        "token": new_token(),
    }


WHAT_IF = Drawer("what_if", later("What if?"), what_if, "k2k/catalog_what_if.html")
