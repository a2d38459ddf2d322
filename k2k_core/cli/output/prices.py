"""Formats prices: every step with its plugin and reason, the landed cost, the adjustments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_DOWN, Decimal
from typing import Any

from k2k_core.cli.language import said, words
from k2k_core.cli.terminal import Terminal, table
from k2k_core.messages import Message

Answer = Mapping[str, Any]

SHOWN = Decimal("0.0001")
"""Amounts on the way to a price are shown to here; `--json` has them exactly."""

OUTCOMES = {
    "used": Message("gave the price"),
    "no_value": Message("no value"),
    "not_applicable": Message("does not apply"),
    "not_reached": Message("not reached"),
    "failed": Message("FAILED"),
}

COMPONENTS = {
    "unit_cost": Message("unit cost"),
    "freight": Message("freight"),
    "handling": Message("handling"),
    "duties": Message("duties"),
    "inbound_truck": Message("inbound truck"),
}


def price_in_full(screen: Terminal, answer: Answer, what: str) -> Iterator[str]:
    """One price with its whole explanation."""
    yield f"{screen.bold(_price(answer))}  {what}"
    if answer["price"] is None and answer["reason"]:
        yield words("  no price: {reason}", reason=answer["reason"])
    yield words("  the steps, in their order; the first one with a value gives the price")
    rows = [_step(step) for step in answer["explanation"]]
    yield from _indented(table(rows))
    if answer["landed_cost"] is not None:
        yield words("  landed cost {amount}", amount=_amount(answer["landed_cost"]))
        parts = [(said(COMPONENTS.get(name, name)), _amount(value)) for name, value in answer["components"].items()]
        yield from _indented(table(parts, right=(1,)))
    yield from _changes(answer)


def price_table(screen: Terminal, answers: Sequence[Answer], names: Mapping[str, str]) -> Iterator[str]:
    """Some prices, one line each."""
    rows = [
        (one["lot"], names.get(one["lot"], ""), _amount(one["landed_cost"]), one["step"] or "", _price(one))
        for one in answers
    ]
    header, *lines = table(
        [(words("lot"), "", words("landed cost"), words("price by"), words("price")), *rows], right=(2, 4)
    )
    yield screen.dim(header)
    yield from lines


def _changes(answer: Answer) -> Iterator[str]:
    if answer["base_price"] is not None:
        yield words("  base price {amount}", amount=_amount(answer["base_price"]))
    for made in answer["adjustments"]:
        yield words(
            "    {name}: {before} becomes {after}, {reason}",
            name=made["name"],
            before=_amount(made["before"]),
            after=_amount(made["after"]),
            reason=made["reason"],
        )
    for other in answer["not_applied"]:
        yield f"    {other['name']}: {said(OUTCOMES.get(other['outcome'], other['outcome']))}, {other['reason']}"
    if answer["price"] is not None:
        yield words("  rounded once, at the end: {price}", price=_price(answer))


def _step(step: Answer) -> tuple[str, str, str, str]:
    outcome = said(OUTCOMES.get(step["outcome"]) or str(step["outcome"]))
    return step["step"], f"({step['plugin']})", outcome, _short(step["reason"])


def _short(reason: str) -> str:
    """A reason with its long fractions shortened."""
    return " ".join(_amount(word) if _is_long(word) else word for word in reason.split(" "))


def _is_long(word: str) -> bool:
    whole, dot, decimals = word.partition(".")
    return bool(dot) and whole.isdigit() and decimals.isdigit() and len(decimals) > 4


def _price(answer: Answer) -> str:
    return words("no price") if answer["price"] is None else f"{answer['price']} {answer['currency']}"


def _amount(value: str | None) -> str:
    if value is None:
        return ""
    exact = Decimal(value)
    cut = exact.quantize(SHOWN, ROUND_DOWN).normalize()
    return f"{cut:f}" if cut == exact else f"{exact.quantize(SHOWN, ROUND_DOWN)}…"


def _indented(lines: Iterator[str]) -> Iterator[str]:
    return (f"    {line}" for line in lines)
