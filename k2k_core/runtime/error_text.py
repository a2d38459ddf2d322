"""Describes a failure in one short line that is safe to show, whatever the exception says."""

from __future__ import annotations

import ast
import inspect
import sys
import traceback
from collections.abc import Callable
from types import FunctionType, ModuleType
from typing import TypeVar

from k2k_core.messages import Message, message_facts

T = TypeVar("T")

LONGEST = 200


class WrongAnswer(Exception):
    """A contribution returned something invalid: too few answers, another type, NaN."""


class Contained(Exception):
    """Whatever a third party's code raised, as text: what is left of it runs none of that code again."""

    def __init__(self, error: BaseException) -> None:
        self.text = _safely(lambda: describe(error), Message("raised something that cannot be described"))
        self.trace = _safely(lambda: "".join(traceback.format_exception(error)), "")
        super().__init__(self.text)


def contained(work: Callable[[], T], passing: tuple[type[BaseException], ...] = ()) -> Callable[[], T]:
    """The same work, which raises `Contained` and nothing else besides what is `passing`. It belongs on the thread on
    which the work is done: the message of an exception is code of the plugin too."""

    def run() -> T:
        try:
            return work()
        except BaseException as error:
            if type(error) in (*passing, Contained):
                raise
            raise Contained(error) from None

    return run


def _safely(make: Callable[[], str], otherwise: str) -> str:
    try:
        return make()
    except BaseException:
        return otherwise


def describe(error: BaseException) -> str:
    """`raised ValueError: the message, at acme/prices.py:12`, `called sys.exit(3), at …`, `gave a wrong answer: …`."""
    if isinstance(error, Contained):
        return error.text
    text = message_of(error)
    if isinstance(error, WrongAnswer):
        return Message("gave a wrong answer: {problem}", problem=text)
    place = place_of(error)
    return Message("{problem}, at {place}", problem=raised(error), place=place) if place else raised(error)


def place_of(error: BaseException) -> str:
    """Where a plugin's code raised an exception or let it through, as `acme/prices.py:12`; empty for code of K2K alone.

    Between the core and a plugin nothing is called but libraries of hooks and settings, so the first other package in
    the traceback is the plugin's."""
    package, place, step = "", "", error.__traceback__
    while step is not None:
        name = str(step.tb_frame.f_globals.get("__name__", ""))
        root = name.partition(".")[0]
        if not package and root not in _BETWEEN and root not in sys.stdlib_module_names:
            package = root
        if package and root == package:
            place = f"{_file_in(root, step.tb_frame.f_code.co_filename)}:{step.tb_lineno}"
        step = step.tb_next
    return place


def located(problem: str, function: object) -> Message:
    """A problem of a plugin's function with its place and what it takes: `… (acme/prices.py:12: price_resolvers(db))`.
    The problem alone where the function has no source."""
    plain = inspect.unwrap(function) if callable(function) else function
    code = getattr(plain, "__code__", None)
    if code is None or not isinstance(plain, FunctionType):
        return Message("{problem}", problem=problem)
    root = plain.__module__.partition(".")[0]
    return Message(
        "{problem} ({place}: {found})",
        problem=problem,
        place=f"{_file_in(root, code.co_filename)}:{code.co_firstlineno}",
        found=line(f"{plain.__name__}{_parameters(plain)}"),
    )


def is_located(problem: str) -> bool:
    """Whether a problem says its place."""
    return "place" in message_facts(problem)


def assigned(problem: str, module: ModuleType, name: str) -> Message:
    """A problem of what a module assigns to a name, with its place: `… (acme/__init__.py:9)`; the first line where it
    assigns nothing. The problem alone where the module has no source."""
    try:
        tree = ast.parse(inspect.getsource(module))
    except (OSError, TypeError, SyntaxError):
        return Message("{problem}", problem=problem)
    lines = [one.lineno for one in ast.walk(tree) if isinstance(one, ast.Name) and one.id == name and _is_set(one)]
    file = _file_in(module.__name__.partition(".")[0], str(module.__file__))
    return Message("{problem} ({place})", problem=problem, place=f"{file}:{lines[-1] if lines else 1}")


def _is_set(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Store)


def _parameters(function: FunctionType) -> inspect.Signature:
    return inspect.signature(function).replace(return_annotation=inspect.Signature.empty)


def _file_in(package: str, path: str) -> str:
    """A file from its package on, whatever folder that is in."""
    parts = path.replace("\\", "/").split("/")
    start = len(parts) - 1 - parts[::-1].index(package) if package in parts[:-1] else len(parts) - 1
    return "/".join(parts[start:])


_BETWEEN = frozenset(("k2k_core", "pluggy", "marshmallow", ""))


def raised(error: BaseException) -> Message:
    """What was raised, without its place."""
    if isinstance(error, SystemExit):
        return Message("called sys.exit({code})", code="" if error.code is None else line(error.code))
    text = message_of(error)
    if text:
        return Message("raised {error}: {problem}", error=type(error).__name__, problem=text)
    return Message("raised {error}", error=type(error).__name__)


def message_of(error: BaseException) -> str:
    """The message of an exception on one short line; one of K2K's own keeps its facts."""
    own = error.args[0] if error.args else None
    text = line(error)
    return own if isinstance(own, Message) and own == text else text


def line(value: object) -> str:
    """The text of a value on one short line; empty for an object whose text cannot be computed."""
    try:
        text = str(value)[: 4 * LONGEST]
    except Exception:
        return ""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    shown = " ".join(printable.split())
    return shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + "…"
