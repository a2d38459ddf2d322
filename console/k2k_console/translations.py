"""Texts of the console in the reader's language: English in the code, the others in catalogues."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from gettext import NullTranslations

from babel import Locale
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, Domain, get_locale
from flask_babel.speaklater import LazyString

from k2k_console.appearance import appearance
from k2k_core import texts
from k2k_core.domain.languages import FALLBACK, codes

_FORMS = re.compile(r"\{(\w+):([^{}|]*)\|([^{}|]*)\}")


@cache
def _domain() -> Domain:
    return Domain(str(texts.FOLDER), domain="console")


@cache
def _catalogue(_spoken: Locale | None) -> NullTranslations:
    """The texts of the present request's language, which is the argument: to find them anew for each of the thousands
    of texts of a page takes longer than to translate it."""
    found: NullTranslations = _domain().get_translations()
    return found


def text(message: str, **facts: object) -> str:
    """The text in the reader's language, with its facts filled in. What depends on a number is written for one and for
    any other: `%(count)s {count:box|boxes}`."""
    found = _translate()(message)
    return filled(found, facts) if facts else str(found)


def filled(translated: str, facts: Mapping[str, object]) -> str:
    """A text that is translated already, with its facts filled in."""
    if "|" in translated:
        translated = _FORMS.sub(lambda form: form[2] if str(facts.get(form[1])) == "1" else form[3], translated)
    return str(translated % facts)


def _translate() -> Callable[[str], str]:
    """What translates into the language of this request; it is found once a request."""
    spoken = get_locale()
    known = g.get("translate") if spoken is not None else None
    if known is None or known[0] is not spoken:
        known = spoken, _catalogue(spoken).gettext
        if spoken is not None:
            g.translate = known
    found: Callable[[str], str] = known[1]
    return found


def later(message: str) -> str:
    """A text that is translated when it is shown; for texts that are declared at start-up."""
    lazy: str = LazyString(text, message)
    return lazy


def text_of(noun: str, message: str, **facts: object) -> str:
    """The text as it is said of what `noun` names, such as an "order" or "invoices": other languages have another word
    for each gender and number (the context of gettext)."""
    spoken = get_locale()
    found = _catalogue(spoken).pgettext(noun, message)
    return filled(found, facts) if facts else str(found)


def later_of(noun: str, message: str) -> str:
    """The same, translated when it is shown."""
    lazy: str = LazyString(text_of, noun, message)
    return lazy


def locale() -> str:
    """The reader's language: that of the logged-in user, else the one chosen in this browser, else the best match of
    the browser's languages. It is found once a request and user: every number of a page is written in it."""
    if not has_request_context():
        return FALLBACK
    known: tuple[object, str] | None = g.get("spoken")
    user = g.get("_login_user")
    if known is None or known[0] is not user:
        known = g.spoken = user, _preferred()
    return known[1]


def _preferred() -> str:
    chosen = appearance().language
    if chosen in codes():
        return chosen
    return request.accept_languages.best_match(codes(), FALLBACK) or FALLBACK


def init_translations(app: Flask) -> None:
    """Translate an application's texts into the reader's language; templates use `_("...")`."""
    Babel(app, locale_selector=locale, timezone_selector=lambda: "UTC")
    app.jinja_env.globals.update(_=text, locale=locale)
