"""Messages for people are templates with placeholders, never texts that are already filled in, which nobody could
translate. The sources are parsed, so that a sentence that no test raises is found too."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.catalogue_tools import TOP, update_translations

PLACES = {
    **dict.fromkeys(("Finding", "SetupFinding"), (3, 4)),
    **dict.fromkeys(("RowFault", "Inconsistency"), (2, 3)),
    **dict.fromkeys(("Problem", "Unreadable"), (1,)),
    **dict.fromkeys(("Denial", "Refused", "UsageError"), (0, 1)),
    **dict.fromkeys(("WrongAnswer", "ContributionFailed", "Unresolved", "ArgumentTypeError"), (0,)),
}
"""What carries a sentence that was made before, and at which places of its arguments."""


def problems(source: str) -> list[tuple[int, str]]:
    """Line and text of every sentence in a program that could not be translated."""
    program = ast.parse(source)
    return sorted({(one.lineno, ast.unparse(one)) for one in _problems(program)})


def _problems(program: ast.Module) -> Iterator[ast.expr]:
    for function, call in _calls(program):
        yield from (place for place in update_translations().template_places(call) if _is_lost(place, call, function))
        carried = [call.args[place] for place in PLACES.get(_called(call), ()) if place < len(call.args)]
        yield from (place for place in carried if _is_made_up(place) or _is_sentence(place))
    yield from (text for text in _messages_of_faults(program) if _is_made_up(text) or isinstance(text, ast.Constant))


def _is_lost(place: ast.expr, call: ast.Call, function: ast.AST | None) -> bool:
    """Whether what stands in the place of a template is none that a catalogue could know."""
    if not isinstance(place, ast.Name):
        return _is_made_up(place)
    unknown = _called(call) == "Message" and getattr(function, "name", "") not in update_translations().SENTENCES
    return unknown or _is_text(place.id, function)


def _calls(program: ast.AST, function: ast.AST | None = None) -> Iterator[tuple[ast.AST | None, ast.Call]]:
    """Every call with the function that it stands in."""
    for child in ast.iter_child_nodes(program):
        inside = child if isinstance(child, ast.FunctionDef) else function
        if isinstance(child, ast.Call):
            yield inside, child
        yield from _calls(child, inside)


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _is_made_up(text: ast.expr) -> bool:
    """Whether a text is put together in the program: nothing is left of its template."""
    if isinstance(text, ast.IfExp):
        return _is_made_up(text.body) or _is_made_up(text.orelse)
    if isinstance(text, ast.Call):
        return _called(text) in ("format", "join", "str", "repr")
    return isinstance(text, ast.JoinedStr | ast.BinOp)


def _is_sentence(text: ast.expr) -> bool:
    return isinstance(text, ast.Constant) and isinstance(text.value, str) and " " in text.value


def _is_text(name: str, function: ast.AST | None) -> bool:
    """Whether a variable of a function is a plain text."""
    for node in ast.walk(function) if function is not None else ():
        if isinstance(node, ast.Assign) and any(isinstance(to, ast.Name) and to.id == name for to in node.targets):
            return _is_made_up(node.value) or isinstance(node.value, ast.Constant)
    return False


def _messages_of_faults(program: ast.Module) -> Iterator[ast.expr]:
    for node in ast.walk(program):
        if isinstance(node, ast.Dict):
            fields = {key.value: value for key, value in zip(node.keys, node.values, strict=True) if _is_text_key(key)}
            if {"path", "message"} <= set(fields):
                yield fields["message"]


def _is_text_key(key: ast.expr | None) -> bool:
    return isinstance(key, ast.Constant) and isinstance(key.value, str)


def _programs() -> list[Path]:
    return sorted(path for folder in update_translations().PROGRAMS for path in (TOP / folder).rglob("*.py"))


def test_no_sentence_is_filled_in_before_it_can_be_translated() -> None:
    found = [
        f"{path.relative_to(TOP)}:{line}: {text}"
        for path in _programs()
        if path not in (TOP / "k2k_core" / "messages.py", TOP / "k2k_core" / "errors.py")
        for line, text in problems(path.read_text(encoding="utf-8"))
    ]
    assert "\n".join(found) == ""


@pytest.mark.parametrize(
    "planted",
    [
        'raise NotFound(f"There is no lot {lot}.")',
        'raise NotFound("There is no lot " + lot)',
        'raise NotFound("There is no lot {}.".format(lot))',
        'raise Conflict(", ".join(names))',
        'def sold():\n    words = f"{lot} is sold"\n    raise Conflict(words)',
        'def sold():\n    words = "it is sold"\n    raise Conflict(words, lot=lot)',
        'raise Invalid(first, faults=[{"path": "lot", "message": "is missing"}])',
        'raise Invalid(first, faults=[{"path": "lot", "message": f"{lot} is missing"}])',
        'Denial("too_old", f"aging {aging}")',
        'Finding("no_gpm", WARNING, "settings", "no GPM is set")',
        "def sold(words):\n    return Message(words)",
    ],
)
def test_a_planted_sentence_is_found(planted: str) -> None:
    assert len(problems(planted)) == 1


@pytest.mark.parametrize(
    "sound",
    [
        'raise NotFound("There is no lot {lot}.", lot=lot)',
        'def sold():\n    words = Message("{lot} is sold", lot=lot)\n    raise Conflict(words)',
        'raise Invalid(first, faults=[{"path": "lot", "message": Message("is missing")}])',
        'Denial("too_old", Message("aging {aging}", aging=3))',
        "def record_fault(path, words):\n    return Message(words)",
        "raise Invalid(error.message)",
    ],
)
def test_a_template_is_none_of_them(sound: str) -> None:
    assert problems(sound) == []
