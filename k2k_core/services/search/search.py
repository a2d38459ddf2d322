"""Use case: one text is searched in everything of a company that the reader may see."""

from __future__ import annotations

from collections.abc import Iterator

from k2k_core.domain.answers.field_types import NO_CUSTOMER, ONLY_STAFF
from k2k_core.domain.answers.search import SearchHit, SearchHits
from k2k_core.domain.disclosure import reader_of
from k2k_core.domain.roles import PEOPLE, PRICES, READING
from k2k_core.services.context import ServiceContext
from k2k_core.settings.catalogue import SETTINGS, Setting
from k2k_core.store.lists.searches import MATCHES, SEARCHED, Hit, hits, match_of
from k2k_core.store.master_data import companies
from k2k_core.texts import translator

MOST = 10
"""How many of each kind are returned."""

SETTING = "setting"
KINDS = (*SEARCHED, SETTING)


def search(context: ServiceContext, company: str, text: str) -> SearchHits:
    """What of a company matches a text, without regard to accents and case: exact matches first, then those that begin
    with it, then those that contain each of its words. At most `MOST` of each kind."""
    context.actor.require(READING, company)
    sees_people = context.actor.host or context.actor.operator or context.actor.has(PEOPLE)
    with context.store.reading() as session:
        company_id = companies.id_of(session, company)
        kinds = [kind for kind in SEARCHED if kind != "user" or sees_people]
        found = {SETTING: list(_settings(context, text)), **hits(session, company_id, kinds, text, MOST + 1)}
    items = [_shown(kind, hit) for kind in KINDS for hit in found.get(kind, [])[:MOST]]
    return {
        "items": sorted(items, key=lambda hit: MATCHES.index(hit["match"])),
        "more": [kind for kind in KINDS if len(found.get(kind, [])) > MOST],
    }


def _settings(context: ServiceContext, text: str) -> Iterator[Hit]:
    """The settings that the reader sees whose name or meaning matches, in the reader's language."""
    translate, reader = translator(context.language), reader_of(context.actor)
    found = []
    for setting in SETTINGS:
        title = translate(setting.meaning)
        match = match_of((setting.name, setting.name.replace("_", " "), title), text)
        if match is not None and reader in _readers(setting):
            found.append(Hit(setting.name, title, setting.group, match))
    yield from sorted(found, key=lambda hit: MATCHES.index(hit.match))


def _readers(setting: Setting) -> tuple[str, ...]:
    return (ONLY_STAFF if setting.action == PRICES else NO_CUSTOMER).names


def _shown(kind: str, hit: Hit) -> SearchHit:
    return {"kind": kind, "code": hit.code, "title": hit.title, "type": hit.type, "match": hit.match}
