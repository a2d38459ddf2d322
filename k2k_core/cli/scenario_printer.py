"""Prints a scenario while it runs: notes as text, and the answers of its steps formatted.

A note whose first line begins with `#` begins a chapter. Everything printed comes from the notes and the answers.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from k2k_core.cli.language import words
from k2k_core.cli.output import boxes, connections, documents, prices, reasons
from k2k_core.cli.terminal import Terminal
from k2k_core.domain.visibility_report import counted

if TYPE_CHECKING:
    from k2k_core.scenario.reader import Scenario, Step
    from k2k_core.scenario.runner import StepOutcome

Formatter = Callable[[Terminal, Any], Iterator[str]]

FORMATTERS: Mapping[str, Formatter] = {
    **dict.fromkeys(("propose", "accept", "suspend", "resume", "end"), connections.connection),
    "readiness": connections.readiness,
    "set": connections.change,
    "ship_dates": connections.ship_dates,
    "availability": connections.availability,
    "map": connections.offer,
    "advance": connections.clock,
    "notifications": connections.messages,
    "events": connections.events,
    "catalog": documents.catalog,
    **dict.fromkeys(("add", "prebook"), documents.cart),
    **dict.fromkeys(("checkout", "cancel", "show", "void", "bill"), documents.document),
    "orders": documents.documents,
    "confirm": boxes.confirmation,
    **dict.fromkeys(("ship", "awb"), boxes.waybill),
    "labels": boxes.labels,
    "staging": boxes.staging,
    **dict.fromkeys(("scan", "receive", "missing"), boxes.outcomes),
}
"""How the answer of a verb is printed. `_with_names` has the verbs whose answers need names of lots."""

INDENT = "   "


@dataclass
class ScenarioPrinter:
    """Prints the steps of one scenario. `pause` is called before a new chapter begins."""

    screen: Terminal
    names: Mapping[str, str]
    pause: Callable[[], None]
    chapters: int = 0
    failed: int = 0
    _long: bool = False

    def step(self, done: StepOutcome) -> None:
        """Print one step."""
        lines = [*self._answer(done), *_differences(self.screen, done)]
        if done.step.note:
            self._note(done.step.note)
        elif self._long or len(lines) > 1:
            self.screen.line()
        self.screen.lines(lines, INDENT)
        self.screen.flush()
        self.failed += not done.passed
        self._long = len(lines) > 1

    def chapter(self, title: str) -> None:
        """Begin a chapter."""
        if self.chapters:
            self.pause()
        self.chapters += 1
        self.screen.line()
        self.screen.line(self.screen.title(f"{self.chapters}. {title}"))
        self.screen.line(self.screen.dim("─" * min(self.screen.width, len(f"{self.chapters}. {title}"))))

    def _note(self, note: str) -> None:
        first, _, rest = note.strip().partition("\n")
        if first.startswith("#"):
            self.chapter(first.lstrip("# "))
        else:
            rest = note
            self.screen.line()
        if rest.strip():
            self.screen.paragraph(rest)
            self.screen.line()

    def _answer(self, done: StepOutcome) -> Iterator[str]:
        step = done.step
        if done.error is not None:
            code = self.screen.bad(words("refused[{code}]", code=done.error["code"]))
            yield f"{code}: {done.error['message']}"
        elif step.verb in FORMATTERS:
            yield from FORMATTERS[step.verb](self.screen, done.result)
        else:
            yield from self._with_names(step, done.result)

    def _with_names(self, step: Step, answer: Any) -> Iterator[str]:
        given = step.arguments
        if step.verb == "price" and len(answer) == 1:
            lot, way = answer[0]["lot"], given.get("ship_via", "warehouse")
            what = words(
                "{lot} {description} for {customer} of {company}, via {way}",
                lot=lot,
                description=self.names.get(lot, ""),
                customer=given["customer"],
                company=given["company"],
                way=way,
            )
            return prices.price_in_full(self.screen, answer[0], what)
        if step.verb == "price":
            return prices.price_table(self.screen, answer, self.names)
        if step.verb in ("share", "visible"):
            return self._reasons(step, answer)
        return iter((json.dumps(answer)[: self.screen.width],))

    def _reasons(self, step: Step, answer: Any) -> Iterator[str]:
        given = step.arguments
        if step.verb == "share":
            word, where = (
                "shared",
                words("by {vendor} with {buyer}", vendor=given["vendor"], buyer=given["buyer"]),
            )
            owned = f"{given['vendor']}/"
            known = {name.removeprefix(owned): text for name, text in self.names.items() if name.startswith(owned)}
        else:
            word, where, known = (
                "visible",
                words("to {customer} of {buyer}", customer=given["customer"], buyer=given["buyer"]),
                dict(self.names),
            )
        if len(answer) == 1:
            return reasons.in_full(self.screen, answer[0], word, where)
        return reasons.counted(self.screen, counted(answer), word, where, known)


def names_of(scenario: Scenario) -> dict[str, str]:
    """The name of each lot of a scenario, by `COMPANY/LOT`."""
    named: dict[str, str] = {}
    for company in scenario.network.get("companies", ()):
        products = {one["code"]: one["description"] for one in company["products"]}
        for lot in company["lots"]:
            named[f"{company['code']}/{lot['code']}"] = products.get(lot["product"], lot["product"])
    return named


def _differences(screen: Terminal, done: StepOutcome) -> Iterator[str]:
    for difference in done.differences:
        place = difference["path"] or words("the result")
        text = words(
            "expected {expected!r}, it is {actual!r}", expected=difference["expected"], actual=difference["actual"]
        )
        yield f"{screen.bad(words('NOT AS EXPECTED'))}: {place}: {text}"
