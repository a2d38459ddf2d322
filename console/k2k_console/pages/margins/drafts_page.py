"""What-if drafts: changes that were stored without being made, with what they would do now, to apply or to drop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from k2k_console.effects import effect_of_answer
from k2k_console.page_views.tokens import new_token
from k2k_console.pages.margins.change_words import field_words, value_words, words_of
from k2k_console.translations import later, later_of, text
from k2k_console.vocabulary import (
    Action,
    Call,
    Column,
    Download,
    Drawer,
    Empty,
    Filter,
    List,
    Page,
    Progress,
    Row,
    State,
    View,
)
from k2k_core.errors import K2KError, NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping

    from k2k_core.api import K2K

OPEN, APPLIED, DROPPED = "open", "applied", "dropped"
STATES = {
    OPEN: State(later_of("draft", "Open"), "info", open=True),
    APPLIED: State(later_of("draft", "Applied"), "ok"),
    DROPPED: State(later_of("draft", "Dropped")),
}
MOST_AT_ONCE = 20_000
"""The prices of a draft that moves more are written by a worker."""

MOST_WORDS = 3
"""So many changes of a draft are named in the list."""


def state(draft: Row) -> State:
    """The state of a draft; an open one says whether its values were changed by others since."""
    found = STATES[draft["state"]]
    count = len(draft["conflicts"])
    if not count:
        return found
    return State(found.text, "warn", open=True, sub=text("%(count)d {count:value|values} changed since", count=count))


def changed(draft: Row) -> str:
    """What a draft changes, in words."""
    words = [word for change in draft["changes"] for word in words_of(change)]
    more = [text("%(count)d more", count=len(words) - MOST_WORDS)] if len(words) > MOST_WORDS else []
    return "; ".join([*words[:MOST_WORDS], *more])


def is_open(draft: Row) -> bool:
    """Whether a draft can still be applied or dropped."""
    return bool(draft["state"] == OPEN)


def draft_of(k2k: K2K, company: str, key: str) -> Mapping[str, Any]:
    """A draft: its changes, what others have changed since, and what it would do now."""
    found = [one for one in k2k.drafts(company, q=key, limit=100)["items"] if one["draft"] == key]
    if not found:
        raise NotFound(text("There is nothing of that name that you can see."))
    draft: Any = found[0]
    moved = [
        {
            "name": field_words(one["subject"], one["field"]),
            **{name: value_words(one[name]) for name in ("was", "theirs", "yours")},
        }
        for one in draft["conflicts"]
    ]
    words = [word for change in draft["changes"] for word in words_of(change)]
    effect, fault = None, ""
    if is_open(draft):
        try:
            effect = effect_of_answer(k2k, company, k2k.what_if(company, draft["changes"], store=False))
        except K2KError as error:
            fault = error.message
    return {"draft": draft, "words": words, "moved": moved, "effect": effect, "fault": fault, "token": new_token()}


def moves_of(call: Call, draft: str) -> Download | Progress:
    """Every price that a draft moves, as a file; of many prices it is a job."""
    found = call.k2k.drafts(call.company, q=draft, limit=100, fields=["draft", "moved"])["items"]
    if any(one["draft"] == draft and (one["moved"] or 0) > MOST_AT_ONCE for one in found):
        return Progress(call.k2k.submit(call.company, "export_draft_moves", {"draft": draft}, key=call.key)["id"])
    return Download(call.k2k.export_draft_moves(call.company, draft), "text/csv", f"{draft}.csv")


WHAT = Drawer("draft", later("What would it do now?"), draft_of, "k2k/draft.html")
APPLY = Action(
    "apply_draft",
    later("Apply"),
    "draft",
    later("The draft %(name)s is applied."),
    icon="check",
    when=is_open,
    key="C",
    conflict_name=field_words,
)
DROP = Action(
    "drop_draft",
    later("Drop"),
    "draft",
    later("The draft %(name)s is dropped."),
    many=(later("Drop %(count)d draft"), later("Drop %(count)d drafts")),
    many_done=(later("%(count)d draft is dropped."), later("%(count)d drafts are dropped.")),
    confirm="count",
    bulk=True,
    when=is_open,
)
MOVES = Action(
    "export_draft_moves",
    later("All as CSV"),
    "draft",
    "",
    name="moves",
    file=True,
    when=is_open,
    call=lambda call: moves_of(call, call.keys[0]),
)
LIST = List(
    read="drafts",
    key="draft",
    counted=(later("%(count)d draft"), later("%(count)d drafts")),
    search=later("Number, person"),
    columns=(
        Column("draft", later("Draft"), "code", phone="title"),
        Column("person", later("Who")),
        Column("at", later("When"), "moment", sort="at"),
        Column("changes", later("Changes"), show=changed, why=WHAT),
        Column("moved", later("Prices moved"), "number"),
        Column("state", later("State"), "state", show=state),
    ),
    filters=(Filter("person", later("Who"), "text"),),
    views=(
        View("open", later_of("drafts", "Open"), {"state": OPEN}, sort="-at"),
        View("applied", later_of("drafts", "Applied"), {"state": APPLIED}, sort="-at"),
        View("dropped", later_of("drafts", "Dropped"), {"state": DROPPED}, sort="-at"),
        View("all", later_of("drafts", "All"), sort="-at"),
    ),
    actions=(DROP, MOVES),
    row_actions=(APPLY,),
    empty=Empty(
        later("No draft is open"),
        later("A change of margins can be kept as a draft: it stands here until somebody applies or drops it."),
        "gpms",
        later("Try out a margin"),
    ),
)

DRAFTS = Page("drafts", (LIST, WHAT))
