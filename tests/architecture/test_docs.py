"""The documentation agrees with the code: the generated pages are current and nothing public is left out."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import importlib.util
import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, get_args, is_typeddict

import pytest

from k2k_core import K2K, hooks
from k2k_core.domain.items import INVENTORY_TYPES
from k2k_core.domain.roles import ALLOWED
from k2k_core.domain.settings import CompanySettings
from k2k_core.errors import K2KError, catalogue
from k2k_core.hooks import PROJECT, specs
from k2k_core.schemas.network import COLLECTIONS
from k2k_core.settings.catalogue import BY_NAME
from k2k_core.settings.layers import Layers
from tests.answer_shapes import hints_of, methods, shape_of


@pytest.fixture(scope="module")
def reference(top: Path) -> Iterator[ModuleType]:
    sys.path.insert(0, str(top / "docs"))  # where `python docs/reference.py` finds its other modules
    spec = importlib.util.spec_from_file_location("reference", top / "docs" / "reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    sys.path.remove(str(top / "docs"))


@pytest.fixture(scope="module")
def page_of_hooks(reference: ModuleType) -> ModuleType:
    """The module that writes the page of hooks."""
    return sys.modules[reference.hooks_page.__module__]


@pytest.fixture(scope="module")
def fields(page_of_hooks: ModuleType) -> ModuleType:
    """The module that knows units, readers and examples of fields."""
    return sys.modules[page_of_hooks.example.__module__]


def test_the_generated_pages_are_current(reference: ModuleType, top: Path) -> None:
    pages = {name: (top / "docs" / name).read_text("utf-8") for name in reference.PAGES}
    assert [name for name, text in pages.items() if text != reference.text_of(name)] == [], "run `make docs`"


CODE_OF = {"Finding": 0, "Failing": 2}
"""Which argument of what is found wrong with a set-up, or with a plugin, is its code."""


def test_every_finding_has_a_row_in_the_documentation(top: Path) -> None:
    sources = [source.relative_to(top) for source in (top / "k2k_core").rglob("*.py")]
    codes = {code for source in sources for code in findings_of(top, source)}
    pages = [page.read_text("utf-8") for page in (top / "docs").glob("*.md")]
    rows = [row for page in pages for row in re.findall(r"(?m)^\| `(\w+)` \| (?:error|warning) \|", page)]
    assert sorted(rows) == sorted(codes), "the tables in docs/price-checks.md and docs/sharing.md"


def findings_of(top: Path, source: Path) -> Iterator[str]:
    """The codes of the findings that a module makes: literals, or names that it knows."""
    for call in ast.walk(ast.parse((top / source).read_text("utf-8"))):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in CODE_OF:
            code = call.args[CODE_OF[call.func.id]]
            if isinstance(code, ast.Constant):
                yield str(code.value)
            elif isinstance(code, ast.Name):
                yield getattr(importlib.import_module(".".join(source.with_suffix("").parts)), code.id)


def test_every_error_code_is_documented(top: Path) -> None:
    documented = re.findall(r"^## `(\w+)`$", (top / "docs" / "errors.md").read_text("utf-8"), re.MULTILINE)
    assert documented == [error.code for error in catalogue()]


@pytest.mark.parametrize("error", list(catalogue()), ids=lambda error: error.code)
def test_every_error_says_what_it_means_and_what_to_do(error: type[K2KError]) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", error.code)
    assert 400 <= error.status <= 599
    assert error.__doc__
    assert error.hint.endswith(".")


def test_every_code_has_a_title_of_its_own_a_short_sentence() -> None:
    titles = [error.title for error in catalogue()]
    assert len(set(titles)) == len(titles)
    assert [title for title in titles if not re.fullmatch(r"[A-Z][^.{}]{5,60}\.", title)] == []


def test_every_hook_is_documented(page_of_hooks: ModuleType) -> None:
    hooks = {name for name, value in vars(specs).items() if hasattr(value, f"{PROJECT}_spec")}
    assert {hook.__name__ for hook in page_of_hooks.HOOKS} == hooks


@pytest.mark.long
def test_every_hook_has_a_test_named_after_it(page_of_hooks: ModuleType, test_modules: list[Any]) -> None:
    source = "\n".join(module.source for module in test_modules)
    assert [hook.__name__ for hook in page_of_hooks.HOOKS if f"def test_{hook.__name__}_" not in source] == []


def test_every_public_name_for_plugin_authors_is_documented(top: Path) -> None:
    """Each has its heading in the page, or, where it is a constant or a marker, a plugin that shows its use."""
    page = (top / "docs" / "hooks.md").read_text("utf-8")
    documented = set(re.findall(r"^### `(\w+)`$", page, re.MULTILINE))
    assert set(hooks.__all__) - documented == {"ANY", "API_VERSION", "Contribution", "PROJECT", "hookimpl", "hookspec"}


def test_every_argument_of_what_plugins_use_has_a_meaning(page_of_hooks: ModuleType) -> None:
    """In the docstring, as "* `name`: meaning"; what is said of an argument that is not there is stale."""
    page = page_of_hooks
    public = (*page.HOOKS, *page.PLUGIN, *page.CONTRIBUTIONS, *page.SHORTCUTS, *page.FACTS, *page.RECORDS)
    differing = [
        f"{member.__name__}: {name}"
        for member in public
        for name in set(inspect.signature(member).parameters) ^ set(page.meanings(member))
    ]
    assert differing == []


def test_every_record_that_a_contribution_can_reach_is_on_the_page(page_of_hooks: ModuleType) -> None:
    """Whatever a field of a documented record holds is documented too."""
    documented = (*page_of_hooks.PLUGIN, *page_of_hooks.CONTRIBUTIONS, *page_of_hooks.FACTS, *page_of_hooks.RECORDS)
    reached = {name for record in documented for name in _named(record)}
    known = {record.__name__ for record in documented} | {"CompanySettings", "Exact"}
    there = {name: value for record in documented for name, value in vars(sys.modules[record.__module__]).items()}
    records = {name for name in reached if inspect.isclass(there.get(name)) and _is_record(there[name])}
    assert records - known == set()


def _named(record: Any) -> set[str]:
    return {name for one in inspect.signature(record).parameters.values() for name in _words(one.annotation)}


def _words(annotation: Any) -> list[str]:
    return re.findall(r"[A-Z]\w+", str(getattr(annotation, "__forward_arg__", annotation)))


def _is_record(kind: Any) -> bool:
    return dataclasses.is_dataclass(kind) or hasattr(kind, "_fields")


def test_every_field_says_who_may_see_it_and_every_number_its_unit(
    page_of_hooks: ModuleType, fields: ModuleType
) -> None:
    records = (*page_of_hooks.FACTS, *page_of_hooks.RECORDS)
    written = {record.__name__: list(inspect.signature(record).parameters) for record in records}
    assert {name: list(said) for name, said in fields.FIELDS.items()} == written
    readers = {said.partition(", ")[0] for own in fields.FIELDS.values() for said in own.values()}
    assert readers == set(fields.READERS)
    without = [
        f"{record.__name__}.{one.name}"
        for record in records
        for one in inspect.signature(record).parameters.values()
        if {"int", "Exact"} & set(re.findall(r"\w+", page_of_hooks.annotation(one).partition("[")[0]))
        and not fields.unit(record.__name__, one.name, page_of_hooks.annotation(one))
    ]
    assert without == []


def test_every_field_has_an_example_from_a_real_object(page_of_hooks: ModuleType, fields: ModuleType) -> None:
    """None is one only where a contribution may leave the field out."""
    records = (*page_of_hooks.FACTS, *page_of_hooks.RECORDS, *page_of_hooks.PLUGIN, *page_of_hooks.CONTRIBUTIONS)
    empty = {
        f"{record.__name__}.{name}"
        for record in records
        for name in inspect.signature(record).parameters
        if getattr(fields.EXAMPLES[record], name) in (None, "", (), {})
    }
    of_their_own = {"PriceTerms.plugin_settings", "Company.plugin_settings", "LabelRequest.settings"}
    optional = {"Manifest.compatible", "Formula.needs"}
    assert empty == of_their_own | optional


def test_every_contribution_of_the_bundled_plugins_is_on_its_page_with_its_meaning(
    fields: ModuleType, top: Path
) -> None:
    page = (top / "docs" / "contributions.md").read_text("utf-8")
    rows = re.findall(r"^\| `([^`]+)` \| \[`(\w+)`\]\(\S+\) \|.*\| ([^|]+) \|$", page, re.MULTILINE)
    offered = sorted((one.name, one.plugin.name) for one in fields.OFFERS)
    assert sorted((name, plugin) for name, plugin, _ in rows) == offered
    assert [name for name, _, meaning in rows if len(meaning) < 15] == []
    types = page.partition("## Inventory types")[2].partition("## Steps")[0]
    assert re.findall(r"^\| `(\w+)` \| [^|]+ \| `", types, re.MULTILINE) == list(INVENTORY_TYPES)
    assert len(offered) > 45


def test_every_argument_of_the_facade_has_a_meaning(reference: ModuleType) -> None:
    """In docs/arguments.toml: a name means the same in every method."""
    methods = [method for name, method in inspect.getmembers(K2K, callable) if not name.startswith("_")]
    names = {name for method in methods for name in inspect.signature(method).parameters} - {"self"}
    assert names - set(reference.ARGUMENT_MEANINGS) == set()


def test_every_setting_is_documented(top: Path) -> None:
    documented = re.findall(r"^\| `(\w+)` \|", (top / "docs" / "settings.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(documented) == sorted(field.name for field in dataclasses.fields(CompanySettings))


def test_the_rules_say_who_may_do_what_as_the_code_does(top: Path) -> None:
    page = (top / "docs" / "rules" / "domain.md").read_text("utf-8").partition("### Who may do what")[2]
    rows = re.findall(r"^\| `(\w+)` \|.*\| ([a-z_, ]+) \|$", page, re.MULTILINE)
    written = {action: set(roles.split(", ")) for action, roles in rows}
    assert written == {action: set(roles) for action, roles in ALLOWED.items()}


def test_the_rules_name_every_field_of_every_record(top: Path) -> None:
    domain, pricing = ((top / "docs" / "rules" / name).read_text("utf-8") for name in ("domain.md", "pricing.md"))
    dictionary = domain.partition("## 1. ")[2].partition("## 2. ")[0]
    lists = pricing.partition("## 5. ")[2].partition("## 6. ")[0]
    named = set(re.findall(r"`(\w+)\??`", dictionary + lists))
    missing = {name: set(schema().fields) - named for name, schema in COLLECTIONS.items()}
    assert {name: fields for name, fields in missing.items() if fields} == {}


def test_the_short_list_of_settings_in_the_rules_has_every_default(reference: ModuleType, top: Path) -> None:
    page = (top / "docs" / "rules" / "domain.md").read_text("utf-8").partition("## 7. ")[2].partition("### ")[0]
    written = dict(re.findall(r"`(\w+)` \(([\w.]+)\)", page))
    defaults = Layers().company("", {})
    shown = {name: reference.shown(setting, getattr(defaults, name)) for name, setting in BY_NAME.items()}
    assert written == {name: value.strip("`") for name, value in shown.items()}


def test_every_link_between_the_pages_leads_somewhere(top: Path) -> None:
    pages = [top / "README.md", top / "CHANGELOG.md", *(top / "docs").rglob("*.md"), *(top / "plugins").rglob("*.md")]
    broken = [
        f"{page.relative_to(top)}: {target}"
        for page in pages
        if page.is_file()
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert broken == []


def test_every_answer_of_the_facade_is_on_the_page_of_answers_with_its_fields(top: Path) -> None:
    page = (top / "docs" / "answers.md").read_text("utf-8")
    sections = {part.partition("`")[0]: part for part in page.split("\n### `")[1:]}
    for _, name, method in methods():
        for shape in _shapes(shape_of(method)):
            rows = re.findall(r"^\| `(\w+)` \|", sections[shape.__name__], re.MULTILINE)
            assert rows == list(hints_of(shape)), f"{name} answers {shape.__name__}"


def _shapes(hint: Any) -> Iterator[Any]:
    """Every shape in a type, and in the fields of these."""
    if is_typeddict(hint):
        yield hint
        for inner in hints_of(hint).values():
            yield from _shapes(inner)
    for inner in get_args(hint):
        yield from _shapes(inner)
