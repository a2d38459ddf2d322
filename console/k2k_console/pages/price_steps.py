"""Order of prices: the steps that make the prices of a company, in their order, and those that it inserts itself
(pricing section 4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from k2k_console.pages.available_items import TYPES
from k2k_console.pages.catalog.price_words import ADJUSTMENTS, STEPS
from k2k_console.pages.document_lines import SHIP_VIAS
from k2k_console.record_names import field_name
from k2k_console.translations import later, text
from k2k_console.vocabulary import Action, Call, Field, Outcome, Page, Panel, Refusal
from k2k_console.vocabulary.actions import key_of_part
from k2k_core.domain.pricing import ECOMMERCE, SALES
from k2k_core.errors import Invalid, K2KError

if TYPE_CHECKING:
    from k2k_core.api import K2K
    from k2k_core.domain.answers.setup import StepOrder

CHANNELS = {ECOMMERCE: later("Shop"), SALES: later("Salespeople")}
SIDES = {"before": later("Before"), "after": later("After")}
KINDS = {"step": later("A step"), "adjustment": later("An adjustment after the base price")}
CUSTOMER_TYPES = {"A": later("Type A"), "B": later("Type B")}
ALL = ""
"""The choice that is no condition."""

LISTED = ("inventory_types", "customer_types", "ship_vias", "channels")
WORDS: Mapping[str, Mapping[str, str]] = {
    "inventory_types": TYPES,
    "customer_types": CUSTOMER_TYPES,
    "ship_vias": SHIP_VIAS,
    "channels": CHANNELS,
}


def orders(k2k: K2K, company: str, _arguments: Mapping[str, str]) -> Mapping[str, Any]:
    """The orders that count for a company, and what it has inserted into them."""
    found = k2k.hierarchies(company)
    return {
        "groups": (
            {"title": text("Price steps"), "orders": [_order(one, STEPS) for one in found["hierarchy"]]},
            {
                "title": text("Then these adjustments"),
                "orders": [_order(one, ADJUSTMENTS) for one in found["adjustments"]],
            },
        ),
        "inserted": [_inserted(one) for one in _insertions(found["own"])],
        "own": any(one["own"] for one in (*found["hierarchy"], *found["adjustments"])),
    }


def _insertions(own: Any) -> Sequence[Mapping[str, Any]]:
    found: Sequence[Mapping[str, Any]] = own.get("insert", ())
    return found


def _way(ship_via: str) -> str:
    """A ship via within a sentence; one of a plugin by its code."""
    return str(SHIP_VIAS[ship_via]).lower() if ship_via in SHIP_VIAS else ship_via


def _order(order: StepOrder, words: Mapping[str, str]) -> Mapping[str, Any]:
    where = [
        TYPES.get(order["inventory_type"], order["inventory_type"]),
        CUSTOMER_TYPES.get(order["customer_type"] or "", ""),
        text("via %(way)s", way=_way(order["ship_via"])) if order["ship_via"] else "",
        CHANNELS.get(order["channel"] or "", ""),
        *(text("where “%(switch)s” is on", switch=field_name(one)) for one in order["settings"]),
    ]
    steps = [{**one, "title": str(words.get(one["step"], one["step"]))} for one in order["steps"]]
    return {"where": ", ".join(str(one) for one in where if one), "own": order["own"], "steps": steps}


def _inserted(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """An insertion in words; its key names it in the actions."""
    kind = "adjustment" if "adjustment" in entry else "step"
    side = "before" if "before" in entry else "after"
    words = ADJUSTMENTS if kind == "adjustment" else STEPS
    step, beside = entry[kind], entry[side]
    where = [str(WORDS[name].get(one, one)) for name in LISTED for one in entry.get(name, ())]
    return {
        "key": f"{kind}:{step}",
        "title": str(words.get(step, step)),
        "side": str(SIDES[side]),
        "beside": str(words.get(beside, beside)),
        "where": ", ".join(where) or text("everywhere"),
    }


def _asked(call: Call) -> dict[str, Any]:
    """What is typed as arguments of the facade."""
    values = call.values
    lists = {name: [values[name]] for name in LISTED if values.get(name)}
    place = {str(values.get("side") or "before"): values["beside"]}
    return {"step": values["step"], **place, **lists, "adjustment": values.get("kind") == "adjustment"}


@contextmanager
def _faults_of_fields() -> Iterator[None]:
    """The faults of arguments are those of the fields in which they are typed."""
    try:
        yield
    except Invalid as refused:
        for fault in refused.faults:
            name = fault["path"].partition("[")[0]
            fault["path"] = "beside" if name in SIDES else name
        raise


def inserted(call: Call) -> Any:
    """Insert what is typed."""
    hold = None if call.anyway else "error"
    with _faults_of_fields():
        return call.k2k.insert_step(call.company, **_asked(call), key=call.key, hold=hold)


def kept(call: Call) -> Any:
    """Keep what is typed as a draft, whose page shows what it would move."""
    with _faults_of_fields():
        rows = call.k2k.insert_step(call.company, **_asked(call), dry_run=True)["hierarchies"]
    return call.k2k.what_if(call.company, [{"hierarchies": rows}], key=call.key)


def removed(call: Call) -> Outcome:
    """Take steps out that were inserted."""
    done, refused = [], []
    for name in call.keys:
        kind, _, step = name.partition(":")
        try:
            call.k2k.remove_step(call.company, step, kind == "adjustment", key=key_of_part(call.key, name))
        except K2KError as error:
            refused.append(Refusal.of(name, error))
        else:
            done.append(name)
    return Outcome(done, refused)


FIELDS = (
    Field("kind", later("What"), "choice", choices=KINDS),
    Field("step", later("Name"), "code", later("As its plugin calls it."), needed=True, longest=100),
    Field("side", later("Where"), "choice", choices=SIDES),
    Field("beside", later("Of which step"), "code", needed=True, longest=100),
    Field("inventory_types", later("Only for"), "choice", choices={ALL: later("All lots"), **TYPES}),
    Field(
        "customer_types", later("Only for customers of"), "choice", choices={ALL: later("All types"), **CUSTOMER_TYPES}
    ),
    Field("ship_vias", later("Only via"), "code", later("Blank: by every way."), longest=100),
    Field("channels", later("Only for prices of"), "choice", choices={ALL: later("Every channel"), **CHANNELS}),
)
INSERT = Action(
    "insert_step",
    later("Insert a step"),
    "",
    later("The step is inserted."),
    icon="plus",
    tone="go",
    fields=FIELDS,
    about=later("The orders stay what they are otherwise. What it shadows is said before it is saved."),
    call=inserted,
)
KEEP = Action(
    "what_if",
    later("Try it out"),
    "",
    later("It is kept among the what-if drafts, with what it would move."),
    name="try_step",
    icon="adjustments",
    fields=FIELDS,
    call=kept,
)
REMOVE = Action(
    "remove_step",
    later("Take out"),
    "step",
    later("%(name)s is taken out."),
    many=(later("Take out %(count)d step"), later("Take out %(count)d steps")),
    many_done=(later("%(count)d step is taken out."), later("%(count)d steps are taken out.")),
    confirm="count",
    bulk=True,
    call=removed,
)

PRICE_STEPS = Page(
    "price_steps",
    (Panel("orders", orders, "k2k/price_steps.html", (INSERT, KEEP, REMOVE)),),
    later(
        "The first step that gives a price wins; the adjustments follow. A step may be inserted for some lines alone."
    ),
)
