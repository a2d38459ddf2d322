"""Updates the catalogues of translations from the texts of the console, and compiles them: `make languages`.

A language that has no catalogue yet gets one: the English texts to translate, and the console's with nothing said yet.
"""

from __future__ import annotations

import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from k2k_core.domain.languages import FALLBACK, codes

TOP = Path(__file__).resolve().parent.parent
CONSOLE = TOP / "console" / "k2k_console"
TRANSLATIONS = TOP / "config" / "k2k_config" / "translations"
MARKED_BY = {"_": None, "text": None, "later": None}
"""Functions whose argument is a text of the console."""

WIDTH = 108


def template() -> Catalog:
    """Every text that the console says, with where it stands."""
    found = Catalog(project="K2K", creation_date=datetime(2026, 2, 2, tzinfo=UTC), fuzzy=False)
    sources = [("**.py", "python"), ("**.html", "jinja2")]
    for file, line, message, comments, context in extract_from_dir(CONSOLE, sources, keywords=MARKED_BY):
        found.add(message, locations=[(file, line)], auto_comments=comments, context=context)
    return found


def update(code: str, said: Catalog) -> None:
    """One language: new texts without a translation, old ones gone, the rest as it was."""
    folder = TRANSLATIONS / code
    (folder / "LC_MESSAGES").mkdir(parents=True, exist_ok=True)
    if not (folder / "texts.toml").exists():
        shutil.copy(TRANSLATIONS / FALLBACK / "texts.toml", folder / "texts.toml")
    written = folder / "LC_MESSAGES" / "console.po"
    catalogue = Catalog(locale=code, fuzzy=False)
    if written.exists():
        with written.open("rb") as file:
            catalogue = read_po(file, locale=code)
    catalogue.update(said, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    with written.open("wb") as file:
        write_po(file, catalogue, width=WIDTH, omit_header=False, sort_output=True, no_location=True)
    with written.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalogue)
    missing = sum(not message.string for message in catalogue if message.id)
    sys.stdout.write(f"{written.relative_to(TOP)}: {len(catalogue)} texts, {missing} to translate\n")


if __name__ == "__main__":
    every_text = template()
    for one in codes():
        if one != FALLBACK:
            update(one, every_text)
