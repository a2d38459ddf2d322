"""Checks of what a plugin is: its imports, its manifest, its help for admins and its settings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from marshmallow import Schema, ValidationError, fields

from k2k_core.runtime import Plugin, discover, load, read_hierarchies
from k2k_core.runtime.call_statistics import Limits
from k2k_core.runtime.contribution_loading import collect
from k2k_core.testing.checks.apart import of_plugin
from k2k_core.testing.checks.base import ContractChecks
from k2k_core.testing.checks.outside_reads import PUBLIC
from k2k_core.testing.checks.private_imports import written_in

ODD_VALUES: Sequence[object] = (
    {"odd": {"odd": [1]}}, [[1], {"odd": None}], "odd \u202e\x00 " * 400, -(10**30), 1e308, True, object(),
)  # fmt: skip
"""No setting takes all of these."""

ONLY_PUBLIC = f"Import only {', '.join(PUBLIC[:4])}: all else changes without notice"


class ProjectChecks(ContractChecks):
    """Part of the contract."""

    def test_it_imports_alone_and_without_warnings(self) -> None:
        """In a fresh interpreter, with warnings as errors: nothing that another import must do first."""
        one = of_plugin(self.plugin, self._plugin().module.__name__, self.settings)
        if one.failed:
            raise self._fault(one.place or self._first_line(), f"it cannot be imported alone: {one.failed}", one.mend)

    def test_it_is_found_by_its_entry_point(self) -> None:
        """`k2k.plugins` in its metadata names the plugin, and discovery finds nothing wrong with it."""
        names = {one.name: one for one in discover()}
        assert self.plugin in names, f"no entry point {self.plugin} in the group k2k.plugins: is it installed?"
        one = names[self.plugin]
        assert isinstance(one, Plugin), f"{one.code}: {one.problem}"

    def test_its_manifest_names_an_owner_and_a_title(self) -> None:
        """Whom to contact, and what people call it."""
        manifest = self._plugin().manifest
        assert manifest.owner.strip()
        assert manifest.title.strip()

    def test_it_imports_only_the_public_surface(self) -> None:
        """Of the core: `k2k_core.hooks`, `.domain`, `.errors`, `.messages`, however the import is made."""
        sources = self._sources()
        for path in sources.files():
            for line, name in written_in(path):
                raise self._fault(sources.line(path, line), f"it imports {name}", ONLY_PUBLIC)
        for place, name in of_plugin(self.plugin, self._plugin().module.__name__, self.settings).private:
            raise self._fault(place, f"it imports {name}", ONLY_PUBLIC)

    def test_it_answers_the_same_in_every_interpreter(self) -> None:
        """Python orders sets, and hashes texts, otherwise in every process."""
        one = of_plugin(self.plugin, self._plugin().module.__name__, self.settings)
        for label, first, second in one.different:
            offer = next(offer for offer in self._offers() if offer.label == label)
            problem = f"{offer.words} answers otherwise in another interpreter: {first}, and {second}"
            raise self._fault(offer, problem, "Sort what comes out of a set, and use zlib.crc32 in place of hash()")

    def test_its_readme_has_a_section_for_each_contribution(self) -> None:
        """A heading that names the step, the code or the format, and something below it: the help that an admin
        reads."""
        readme = self._sources().folder / "README.md"
        place = self._sources().shown(readme)
        if not readme.is_file():
            raise self._fault(f"{place}:1", "it is missing", "Write a heading for each contribution and what it does")
        sections = list(_sections(readme))
        for offer in self._offers():
            named = [section for section in sections if f"`{offer.name}`" in section[1]]
            if not named:
                mend = f"Write ## {offer.hook}: `{offer.name}`, and below it what it does"
                raise self._fault(f"{place}:1", f"README.md has no heading with `{offer.name}`", mend)
            line, heading, words = named[0]
            if not words:
                problem = f"the section {heading!r} says nothing"
                raise self._fault(f"{place}:{line}", problem, f"Say what {offer.name} does and which settings it has")

    # Its settings

    def test_its_settings_refuse_a_name_that_is_none(self) -> None:
        """A misspelt setting must be refused."""
        schema = self._plugin().manifest.settings_schema
        given = {**self._plugin().manifest.defaults, "no_such_setting_": 1}
        if schema is not None and _takes(schema(), given):
            place = self._sources().of_name(schema.__module__, schema.__name__)
            problem = f"{schema.__name__} takes settings that there are not"
            raise self._fault(place, problem, "Leave `unknown` at RAISE: a misspelt setting must be refused")

    def test_its_settings_refuse_what_makes_no_sense(self) -> None:
        """Each setting is of some kind: none takes texts, numbers, lists and mappings alike."""
        schema = self._plugin().manifest.settings_schema
        for name, field in (schema().fields if schema is not None else {}).items():
            assert schema is not None
            if all(_takes_value(field, value) for value in ODD_VALUES):
                place = self._sources().of_name(schema.__module__, name)
                mend = "Declare its type (fields.Integer(strict=True), fields.List(fields.String())) and its limits"
                raise self._fault(place, f"the setting {name} takes anything", mend)

    def test_it_loads_with_its_defaults_alone(self) -> None:
        """So that a company can begin with it."""
        offered, broken = collect([self._plugin()], "BLOOM", {}, Limits())
        if broken:
            raise self._fault(self._first_line(), broken[0].problem, "Its defaults must be settings that it takes")
        assert offered

    # What it contributes

    def test_it_contributes_something(self) -> None:
        """With the settings of the contract's class."""
        if not self._offers():
            mend = "Give the class of the contract `settings` with which it does"
            raise self._fault(self._first_line(), "none of its hooks returns a contribution", mend)

    def test_asked_twice_it_contributes_the_same(self) -> None:
        """Contributions depend on the context alone."""
        first, again = ([offer.label for offer in self._offers()] for _ in range(2))
        if first != again:
            problem = f"its hooks contribute {', '.join(first)}, and asked again {', '.join(again)}"
            raise self._fault(self._first_line(), problem, "Contribute what the context says, and nothing else")

    def test_it_gets_on_with_every_other_installed_plugin(self) -> None:
        """No step, code or format that another one contributes already."""
        others = [one for one in discover() if isinstance(one, Plugin) and one.name != self.plugin]
        registry = load([*others, self._plugin()], "BLOOM", {self.plugin: self.settings}, read_hierarchies({}))
        mine = [broken.problem for broken in registry.broken if broken.name == self.plugin]
        if mine:
            raise self._fault(self._first_line(), mine[0], "Begin its names with that of the plugin")

    def _first_line(self) -> str:
        return self._sources().line(self._sources().file, 1)


def _sections(readme: Path) -> Iterator[tuple[int, str, str]]:
    """Each heading of a page with its line and what stands below it, up to the next one of its level."""
    lines = readme.read_text("utf-8").splitlines()
    headings = [number for number, line in enumerate(lines) if re.match(r"#+ ", line)]
    for number in headings:
        level = len(lines[number]) - len(lines[number].lstrip("#"))
        end = next((one for one in headings if one > number and _level(lines[one]) <= level), len(lines))
        words = [line for line in lines[number + 1 : end] if not re.match(r"#+ ", line)]
        yield number + 1, lines[number], "\n".join(words).strip()


def _level(heading: str) -> int:
    return len(heading) - len(heading.lstrip("#"))


def _takes(schema: Schema, given: dict[str, object]) -> bool:
    try:
        schema.load(given)
    except ValidationError:
        return False
    return True


def _takes_value(field: fields.Field[Any], value: object) -> bool:
    try:
        field.deserialize(value)
    except (ValidationError, TypeError, ValueError, AttributeError):
        return False
    return True
