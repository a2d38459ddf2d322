"""Every text of the console is translated into each language, and the compiled catalogues are current."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

import k2k_console
from k2k_console.long_work import TITLES
from k2k_core.domain.jobs import KINDS
from k2k_core.domain.languages import FALLBACK, codes
from k2k_core.texts import FOLDER

CONSOLE = Path(k2k_console.__file__).parent


KEYWORDS = {
    **dict.fromkeys(("_", "text", "later")),
    **dict.fromkeys(("text_of", "later_of"), ((1, "c"), 2)),
}
"""Functions that say a text; some first name the noun of which it is said."""


def _said() -> set[tuple[str | None, str]]:
    """Every text, with the noun of which it is said where the function names one."""
    sources = [("**.py", "python"), ("**.html", "jinja2")]
    found = extract_from_dir(str(CONSOLE), sources, keywords=KEYWORDS)  # type: ignore[arg-type]
    return {(noun, message) for _, _, message, _, noun in found}


def _written(locale: str, suffix: str) -> dict[tuple[str | None, str], str]:
    path = FOLDER / locale / "LC_MESSAGES" / f"console.{suffix}"
    with path.open("rb") as file:
        catalog = read_po(file) if suffix == "po" else read_mo(file)
    return {(_noun(message.context), str(message.id)): str(message.string) for message in catalog if message.id}


def _noun(context: str | bytes | None) -> str | None:
    """The noun of which a text is said: what is read of a compiled catalogue has it in bytes."""
    return context.decode() if isinstance(context, bytes) else context


def test_everything_that_is_said_is_translated_and_nothing_else() -> None:
    said = _said()
    assert len(said) > 100
    for locale in codes():
        if locale != FALLBACK:
            written = _written(locale, "po")
            assert set(written) == said
            assert [message for message, words in written.items() if not words] == []


def test_the_compiled_words_are_the_written_ones() -> None:
    for locale in codes():
        if locale != FALLBACK:
            assert _written(locale, "mo") == _written(locale, "po")


def test_a_translation_is_filled_with_the_same_facts() -> None:
    for locale in codes():
        if locale != FALLBACK:
            for (_, message), words in _written(locale, "po").items():
                assert set(re.findall(r"%\((\w+)\)", words)) == set(re.findall(r"%\((\w+)\)", message)), message


NUMBERS = (
    "count",
    "boxes",
    "lines",
    "lots",
    "minutes",
    "pending",
    "ready",
    "expected",
    "rules",
    "done",
    "refused",
    "all",
)
"""Facts that say how many there are of something."""

PLURAL = re.compile(rf"(%\((?:{'|'.join(NUMBERS)})\)[ds] )([^\W\d_]{{3,}}s)\b")


def _has_one_beside(several: str, texts: set[str]) -> bool:
    """Whether another text says of one thing what this one says of several: alike up to the first word that differs,
    which only ends otherwise; or alike but for the number 1."""
    if re.sub(r"%\(\w+\)[ds]", "1", several, count=1) in texts:
        return True
    for one in texts:
        pairs = zip(one.split(), several.split(), strict=False)
        singular, plural = next(((a, b) for a, b in pairs if a != b), ("", ""))
        if singular and plural.startswith(singular.rstrip(".y")):
            return True
    return False


def test_a_text_with_a_number_has_a_form_for_one() -> None:
    """A plural right behind a number has a text for one thing beside its own, or stands with its singular in it."""
    for locale in (code for code in codes() if code != FALLBACK):
        written = _written(locale, "po")
        texts = {message for _, message in written}
        several = [one for (_, one), words in written.items() if PLURAL.search(one) or PLURAL.search(words)]
        assert [message for message in several if not _has_one_beside(message, texts)] == []


def test_the_languages_are_listed_in_one_place() -> None:
    """No source names a language but the list of them, so that another one is a line there and a catalogue. The sample
    shop is a host's program and the sample plugins are third parties', with languages of their own."""
    top = CONSOLE.parent.parent
    rooms = ("k2k_core", "plugins", "console/k2k_console")
    sources = [path for room in rooms for path in (top / room).rglob("*.py") if "samples" not in path.parts]
    named = [path.name for path in sources if re.search(r"""["'](en|es)["']""", path.read_text("utf-8"))]
    assert named == ["languages.py"]
    assert {path.name for path in FOLDER.iterdir()} == set(codes())


def test_a_word_that_agrees_with_its_noun_is_never_said_without_it_on_a_page() -> None:
    """Where one page names the noun of a state or a tab, so do the others: Spanish has another ending for each."""
    found = extract_from_dir(str(CONSOLE / "pages"), [("**.py", "python")], keywords=KEYWORDS)  # type: ignore[arg-type]
    said = [(noun, message) for _, _, message, _, noun in found]
    agreeing = {message for noun, message in said if noun}
    assert {"All", "Cancelled", "Confirmed", "Overdue"} <= agreeing
    assert [message for noun, message in said if not noun and message in agreeing] == []


def test_every_kind_of_job_has_a_title() -> None:
    assert set(TITLES) == set(KINDS)
