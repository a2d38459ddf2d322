"""The latest entries of a company's audit, in words, with what of them can be undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask_login import current_user

from k2k_console.audit_words import changes, subject_name, subject_words
from k2k_console.translations import later, text
from k2k_core.domain.roles import COMPANY_SETUP
from k2k_core.services.setup.changes import COLLECTION_OF, FIELD_ACTIONS, OTHER_FIELDS
from k2k_core.settings.catalogue import BY_NAME

if TYPE_CHECKING:
    from k2k_core.api import K2K

LATEST = 5

SAID: Mapping[str, str] = {
    "accepted": later("%(who)s accepted the request %(what)s"),
    "api_key.added": later("%(who)s added the key %(what)s"),
    "api_key.revoked": later("%(who)s revoked the key %(what)s"),
    "api_key.rotated": later("%(who)s gave the key %(what)s another secret"),
    "approve": later("%(who)s approved %(what)s"),
    "attach": later("%(who)s attached a file to %(what)s"),
    "availability.imported": later("%(who)s imported availability"),
    "awb": later("%(who)s changed the AWB %(what)s"),
    "bill": later("%(who)s billed %(what)s"),
    "cancel": later("%(who)s cancelled %(what)s"),
    "company.added": later("%(who)s added the company"),
    "confirm": later("%(who)s confirmed %(what)s"),
    "connection.changed": later("%(who)s changed the connection %(what)s"),
    "connection.reminded": later("%(who)s reminded the partner of the connection %(what)s"),
    "credit": later("%(who)s credited %(what)s"),
    "secrets.rotated": later("%(who)s encrypted the secrets with another key"),
    "send_invoice": later("%(who)s sent %(what)s again"),
    "decline_missing": later("%(who)s declined the report of missing boxes: %(what)s"),
    "deliver": later("%(who)s delivered %(what)s"),
    "deliveries.replayed": later("%(who)s had deliveries sent again"),
    "draft.applied": later("%(who)s applied the draft %(what)s"),
    "draft.dropped": later("%(who)s dropped the draft %(what)s"),
    "draft.made": later("%(who)s made the draft %(what)s"),
    "endpoint.added": later("%(who)s added the webhook %(what)s"),
    "endpoint.changed": later("%(who)s changed the webhook %(what)s"),
    "endpoint.secret_rotated": later("%(who)s changed the secret of the webhook %(what)s"),
    "fill": later("%(who)s filled %(what)s from lots"),
    "hierarchies.changed": later("%(who)s changed the order of price steps"),
    "job.cancelled": later("%(who)s cancelled the job %(what)s"),
    "job.submitted": later("%(who)s started the job %(what)s"),
    "lot.adjusted": later("%(who)s adjusted the boxes of the lot %(what)s"),
    "lot.stated": later("%(who)s stated the boxes of the lot %(what)s"),
    "map": later("%(who)s changed the offer %(what)s"),
    "missing": later("%(who)s reported missing boxes: %(what)s"),
    "offer.changed": later("%(who)s changed the offer %(what)s"),
    "plugin.accepted": later("%(who)s accepted the plugin %(what)s"),
    "plugin.changed": later("%(who)s changed the plugin %(what)s"),
    "price_lists.imported": later("%(who)s imported price lists"),
    "quarantine.began": later("%(who)s asked for what %(what)s answers: it kept failing and is in quarantine"),
    "quarantine.lifted": later("%(who)s lifted the quarantine of %(what)s"),
    "rejected": later("%(who)s rejected the request %(what)s"),
    "release": later("%(who)s released %(what)s"),
    "scan": later("%(who)s scanned boxes: %(what)s"),
    "set_reference": later("%(who)s set the AWB of %(what)s"),
    "ship": later("%(who)s shipped %(what)s"),
    "transfer": later("%(who)s sent %(what)s to its vendor"),
    "user.active_changed": later("%(who)s changed whether %(what)s can log in"),
    "user.added": later("%(who)s added the person %(what)s"),
    "user.password_changed": later("%(who)s changed the password of %(what)s"),
    "user.preferences_changed": later("%(who)s changed the preferences of %(what)s"),
    "user.roles_changed": later("%(who)s changed the roles of %(what)s"),
    "user.session_moved": later(
        "%(who)s ended a session of %(what)s, which was used from another address with another browser"
    ),
    "user.sessions_ended": later("%(who)s ended the sessions of %(what)s"),
    "view.deleted": later("%(who)s deleted the view %(what)s"),
    "view.saved": later("%(who)s saved the view %(what)s"),
    "void": later("%(who)s voided %(what)s"),
}
"""Action of the audit → its sentence; changes of values and puts of records have sentences of their own."""

TONES: Mapping[str, str] = {
    **dict.fromkeys(("accepted", "approve", "bill", "confirm", "deliver", "fill", "scan", "ship"), "ok"),
    **dict.fromkeys(("cancel", "credit", "missing", "rejected", "release", "void", "quarantine.began"), "warn"),
    **dict.fromkeys(("quarantine.lifted", "plugin.accepted"), "ok"),
}
"""Action of the audit → the tone of what became of the trade; changes of the set-up have none."""

VERBS: Mapping[str, str] = {
    "archived": later("%(who)s archived %(what)s"),
    "mapped": later("%(who)s mapped %(what)s"),
    "imported": later("%(who)s imported %(what)s"),
    "put": later("%(who)s wrote %(what)s"),
    "restored": later("%(who)s restored %(what)s"),
}
"""What is done to records of any kind: the end of an action → its sentence."""

OF_THE_COMPANY = ("settings", "company")


@dataclass(frozen=True)
class Latest:
    """An entry of the audit: its sentence, when it was, and whether undoing it would work, and its tone."""

    id: int
    said: str
    at: str
    undo: bool
    tone: str = ""


def latest(k2k: K2K, company: str) -> list[Latest]:
    """The latest entries, the newest first."""
    rows: Any = k2k.audit(company, sort="-id", limit=LATEST)["items"]
    return [
        Latest(one["id"], said(one), one["at"], _works(one, rows[:place]), TONES.get(one["action"], ""))
        for place, one in enumerate(rows)
    ]


def said(entry: Mapping[str, Any]) -> str:
    """What an entry says, in a sentence."""
    who, what, action = entry["person"], entry["subject"], str(entry["action"])
    kind, _, verb = action.partition(".")
    if action in SAID:
        return str(SAID[action]) % {"who": who, "what": subject_name(action, str(what))}
    words = subject_words(action, str(what))
    if verb in VERBS:
        return str(VERBS[verb]) % {"who": who, "what": words}
    moved = changes(entry["before"], entry["after"])
    if verb != "changed" or not moved:
        return text("%(who)s: %(action)s %(what)s", who=who, action=action, what=what)
    return _changed(str(who), "" if kind in OF_THE_COMPANY else words, moved)


def deed(entry: Mapping[str, Any]) -> str:
    """What was done, and to what, without who did it, which stands beside it: every sentence begins with that."""
    action = str(entry["action"])
    kind, _, verb = action.partition(".")
    what = "" if kind in OF_THE_COMPANY else subject_words(action, str(entry["subject"]))
    if verb == "changed" and action not in SAID:
        sentence = (
            text("%(who)s changed %(what)s", who="", what=what) if what else text("%(who)s changed the set-up", who="")
        )
    else:
        sentence = said({**entry, "person": ""})
    begun = sentence.strip(" :")
    return begun[:1].upper() + begun[1:]


def _changed(who: str, what: str, moved: Sequence[tuple[str, str, str]]) -> str:
    name, old, new = moved[0]
    facts = {"who": who, "what": what, "name": name, "old": old, "new": new}
    if len(moved) > 1:
        facts["name"] = ", ".join(each for each, _, _ in moved)
        return (
            text("%(who)s changed %(name)s of %(what)s", **facts) if what else text("%(who)s changed %(name)s", **facts)
        )
    if what:
        return text("%(who)s changed %(name)s of %(what)s from %(old)s to %(new)s", **facts)
    return text("%(who)s changed %(name)s from %(old)s to %(new)s", **facts)


def _works(entry: Mapping[str, Any], since: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the reader may undo an entry and nothing `since` has changed the same again."""
    if not entry["undoable"]:
        return False
    fields = {*(entry["after"] or ()), *(entry["before"] or ())}
    mine = all(current_user.actor.has(_action(str(entry["action"]), name)) for name in fields)
    return mine and not any(_touches(entry, later_one, fields) for later_one in since)


def _action(action: str, name: str) -> str:
    kind = action.partition(".")[0]
    if kind == "settings":
        return BY_NAME[name].action if name in BY_NAME else COMPANY_SETUP
    return FIELD_ACTIONS.get(name, OTHER_FIELDS.get(COLLECTION_OF.get(kind, ""), COMPANY_SETUP))


def _touches(entry: Mapping[str, Any], other: Mapping[str, Any], fields: set[str]) -> bool:
    if other["action"] == "draft.applied":
        return True  # what a draft changed stands in the draft
    same = (other["action"], other["subject"]) == (entry["action"], entry["subject"])
    return same and bool(fields.intersection(other["after"] or ()))
