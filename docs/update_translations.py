"""Updates the catalogues of translations from the texts of the core, the plugins and the console, and compiles them:
`make languages`.

A language that has no catalogue yet gets one: the English texts to translate, and the others with nothing translated.
"""

from __future__ import annotations

import ast
import json
import shutil
import sys
import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from k2k_core.domain.code_words import WORDS
from k2k_core.domain.languages import FALLBACK, codes
from k2k_core.errors import K2KError
from k2k_core.messages import DAY_NAMES

TOP = Path(__file__).resolve().parent.parent
TRANSLATIONS = TOP / "config" / "k2k_config" / "translations"
WIDTH = 108

CONSOLE = {
    **dict.fromkeys(("_", "text", "later")),
    **dict.fromkeys(("text_of", "later_of"), ((1, "c"), 2)),
}
"""Functions whose argument is a text of the console; of some the first is the noun of which it is said."""

SENTENCES = {
    **dict.fromkeys(("Message", "NoValue", "Failed", "not_applicable", "words"), (0,)),
    "add_command": (3, 4),
    "add_group": (2,),
    **dict.fromkeys(("Price", "price_each", "Charge", "_step", "require_typed", "required_reason"), (1,)),
    **dict.fromkeys(("record_fault", "refuse", "argument_fault"), (1,)),
    "Setting": (2,),
}
"""What makes a sentence of an English template beside the errors, and at which places of its arguments that stands."""

NAMED = (("add_argument", "help"), ("Manifest", "title"), ("Formula", "reason"))
"""The same of arguments that are named."""

PROGRAMS = ("k2k_core", "plugins", "console/k2k_console")
"""The folders whose errors and reasons are translated."""

SAMPLES = TOP / "plugins" / "samples"
"""Projects of their own, which are not part of what is installed."""

STORED = TOP / "docs" / "stored_reasons.toml"
STORED_FROM = (
    *("plugins", "k2k_core/runtime", "k2k_core/domain/explanation.py", "k2k_core/domain/price_formulas.py"),
    "k2k_core/services/ordering/order_planning.py",
)
"""Where the sentences come from of which the reasons of a price consist, which are stored with what was sold."""

OF_STORED = """# Every template that may be stored with what was sold, as the reason of a step of its price: those of
# this version, and those of all before it, which stay translated although no program says them any more.
# Written by `make languages`, which adds and never removes.
"""


def console() -> Catalog:
    """Every text of the console, with where it stands."""
    return _extracted("console", TOP / "console" / "k2k_console", CONSOLE)


def shop() -> Catalog:
    """Every text of the sample shop, with where it stands."""
    return _extracted("shop", TOP / "console" / "k2k_shop", CONSOLE)


def core() -> Catalog:
    """Every error and every reason of the core and of the bundled plugins, the title of an error and what to do about
    it, the names of weekdays, and the words of codes."""
    found = _empty("core")
    for folder in PROGRAMS:
        for source in _programs(TOP / folder):
            for said in sentences(ast.parse(source.read_text(encoding="utf-8"))):
                found.add(said)
    for said in (
        *DAY_NAMES,
        *WORDS,
        *(said for error in errors() for said in (error.title, error.hint)),
        *stored_reasons(),
    ):
        found.add(said)
    return found


def _programs(folder: Path) -> list[Path]:
    return sorted(source for source in folder.rglob("*.py") if SAMPLES not in source.parents)


def stored_reasons() -> list[str]:
    """The templates of this version and of those before it that may be stored with what was sold."""
    found: list[str] = tomllib.loads(STORED.read_text(encoding="utf-8"))["reasons"]
    return found


def present_reasons() -> set[str]:
    """Those of this version."""
    sources = [each for place in STORED_FROM for each in (TOP / place, *_programs(TOP / place))]
    return {
        said
        for source in sources
        if source.is_file()
        for said in sentences(ast.parse(source.read_text(encoding="utf-8")))
    }


def add_stored_reasons() -> None:
    """Write those of this version into the list beside those of all versions before."""
    every = sorted({*stored_reasons(), *present_reasons()})
    lines = [f"    {json.dumps(one, ensure_ascii=False)},\n" for one in every]
    STORED.write_text(f"{OF_STORED}reasons = [\n{''.join(lines)}]\n", encoding="utf-8")


def sentences(program: ast.Module) -> Iterator[str]:
    """Every template of a program, those too that a constant of the module holds."""
    constants = {
        target.id: node.value
        for node in program.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(program):
        for place in template_places(node) if isinstance(node, ast.Call) else ():
            text = constants.get(place.id) if isinstance(place, ast.Name) else place
            if isinstance(text, ast.Constant) and isinstance(text.value, str) and text.value:
                yield text.value


def template_places(call: ast.Call) -> Iterator[ast.expr]:
    """The arguments of a call where a template has to stand: of errors, messages and reasons."""
    places = SENTENCES | dict.fromkeys((error.__name__ for error in errors()), (0,))
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    yield from (call.args[place] for place in places.get(name, ()) if place < len(call.args))
    yield from (keyword.value for keyword in call.keywords if (name, keyword.arg) in NAMED)


@cache
def errors() -> list[type[K2KError]]:
    """Every class of errors that there is."""
    import_module("k2k_core.bootstrap")  # with the parts of a network every one of them has been defined
    return [K2KError, *_below(K2KError)]


CATALOGUES = {"core": core, "console": console, "shop": shop}
OF_ITS_OWN = {"shop": TOP / "console" / "k2k_shop" / "translations"}
"""Catalogues that stand in the package whose texts they are, as a host has its own."""


def _below(error: type[K2KError]) -> Iterator[type[K2KError]]:
    for each in error.__subclasses__():
        yield each
        yield from _below(each)


def _empty(name: str) -> Catalog:
    return Catalog(project="K2K", domain=name, creation_date=datetime(2026, 2, 2, tzinfo=UTC), fuzzy=False)


def _extracted(name: str, folder: Path, keywords: Mapping[str, Any]) -> Catalog:
    found = _empty(name)
    sources = [("**.py", "python"), ("**.html", "jinja2")]
    # A template that cannot be read would lose its texts, and with them their translations.
    options = {"**.html": {"silent": "false"}}
    for _, _, message, comments, context in extract_from_dir(folder, sources, options, keywords=keywords):
        found.add(message, auto_comments=comments, context=context)
    return found


def update(code: str, name: str, said: Catalog) -> None:
    """One catalogue of a language: new texts without a translation, old ones gone, the rest as it was."""
    folder = OF_ITS_OWN.get(name, TRANSLATIONS) / code
    (folder / "LC_MESSAGES").mkdir(parents=True, exist_ok=True)
    if name not in OF_ITS_OWN and not (folder / "texts.toml").exists():
        shutil.copy(TRANSLATIONS / FALLBACK / "texts.toml", folder / "texts.toml")
    written = folder / "LC_MESSAGES" / f"{name}.po"
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
    add_stored_reasons()
    for name_, texts in CATALOGUES.items():
        every_text = texts()
        for one in codes():
            if one != FALLBACK:
                update(one, name_, every_text)
