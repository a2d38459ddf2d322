"""Messages keep their template and facts, so that each reader gets them in their own language."""

from __future__ import annotations

import copy
import datetime as dt
import json
import pickle

import pytest

from k2k_core.errors import Conflict, Invalid
from k2k_core.messages import Message, localized, localized_answer, message_facts

DAY = dt.date(2026, 2, 3)
SPANISH = {
    "Cart {cart} is {state} already.": "El carrito {cart} ya está {state}.",
    "open": "abierto",
    "leaves on {day:%A %Y-%m-%d}": "sale el {day:%A %Y-%m-%d}",
    "Tuesday": "martes",
    "one of {codes}": "uno de {codes}",
    "is not known here": "aquí no se conoce",
    "Look at the present state and decide again.": "Vea cómo está ahora y decida de nuevo.",
}


def _spanish(template: str) -> str:
    return SPANISH.get(template, template)


def test_a_message_is_its_english_text() -> None:
    message = Message("Cart {cart} is {state} already.", cart="C-1", state="open")
    assert message == "Cart C-1 is open already."
    assert json.dumps({"reason": message}) == '{"reason": "Cart C-1 is open already."}'


def test_its_reader_gets_it_in_their_language_with_the_messages_among_its_facts() -> None:
    message = Message("Cart {cart} is {state} already.", cart="C-1", state=Message("open"))
    assert localized(message, _spanish) == "El carrito C-1 ya está abierto."


def test_a_day_names_its_weekday_in_the_language() -> None:
    message = Message("leaves on {day:%A %Y-%m-%d}", day=DAY)
    assert message == "leaves on Tuesday 2026-02-03"
    assert localized(message, _spanish) == "sale el martes 2026-02-03"


def test_a_list_is_joined_and_a_set_is_put_in_order() -> None:
    assert Message("one of {codes}", codes=["b", "a"]) == "one of b, a"
    assert localized(Message("one of {codes}", codes={"b", "a"}), _spanish) == "uno de a, b"


def test_a_sentence_without_a_translation_stays_english() -> None:
    assert localized(Message("Nobody knows {what}.", what="it"), _spanish) == "Nobody knows it."
    assert localized("Cart {cart} is {state} already.", _spanish) == "Cart {cart} is {state} already."


@pytest.mark.parametrize("template", ["{cart", "{0}", "{nobody}", "{cart:q}", "{cart.nothing}"])
def test_a_template_that_cannot_be_filled_is_shown_as_it_is(template: str) -> None:
    assert Message(template, cart=1) == template


def test_what_people_typed_is_never_a_template() -> None:
    assert Message("one of {codes}", codes="{secret}", secret="x") == "one of {secret}"


def test_facts_are_ready_for_json() -> None:
    message = Message("one of {codes}", codes={"b", "a"}, day=DAY, boxes=3, none=None)
    assert message_facts(message) == {"codes": ["a", "b"], "day": "2026-02-03", "boxes": 3, "none": None}
    assert message_facts("plain") == {}


def test_a_copy_and_a_text_of_it_can_be_translated_too() -> None:
    message = Message("one of {codes}", codes=["a"])
    for again in (copy.deepcopy(message), pickle.loads(pickle.dumps(message)), str(message)):
        assert localized(again, _spanish) == "uno de a"


def test_an_answer_is_translated_as_a_whole_and_stays_as_it_is() -> None:
    answer = {"lines": [{"reason": Message("one of {codes}", codes=["a"]), "lot": "L1", "boxes": 2}]}
    assert localized_answer(answer, _spanish) == {"lines": [{"reason": "uno de a", "lot": "L1", "boxes": 2}]}
    assert answer["lines"][0]["reason"] == "one of a"


def test_an_error_tells_programs_its_facts_and_people_their_language() -> None:
    error = Conflict("Cart {cart} is {state} already.", cart="C-1", state=Message("open"))
    assert error.as_dict()["facts"] == {"cart": "C-1", "state": "open"}
    error.localize(_spanish)
    assert (error.code, str(error)) == ("conflict", "El carrito C-1 ya está abierto.")
    assert error.hint == "Vea cómo está ahora y decida de nuevo."
    assert Conflict.hint == "Look at the present state and decide again."


def test_every_fault_is_translated() -> None:
    error = Invalid("No.", [{"path": "lots[0].boxs", "message": Message("is not known here")}])
    error.localize(_spanish)
    assert error.faults == [{"path": "lots[0].boxs", "message": "aquí no se conoce"}]


@pytest.mark.parametrize(
    ("number", "said"),
    [(1, "1 box is"), ("1", "1 box is"), (0, "0 boxes are"), (2, "2 boxes are"), ("1.5", "1.5 boxes are")],
)
def test_a_part_of_a_sentence_depends_on_a_number(number: object, said: str) -> None:
    assert Message("{boxes} {boxes:box is|boxes are} here", boxes=number) == f"{said} here"


def test_a_language_has_the_forms_of_its_own() -> None:
    message = Message("{boxes} {boxes:box|boxes} on {day:%A}", boxes=1, day=dt.date(2026, 2, 2))
    spanish = {message.template: "{boxes:Va|Van} {boxes} {boxes:caja|cajas} el {day:%A}", "Monday": "lunes"}
    assert localized(message, lambda said: spanish.get(said, said)) == "Va 1 caja el lunes"


def test_a_stored_code_is_said_in_words_and_stays_a_code_for_programs() -> None:
    error = Conflict("This is {state:words} already.", state=["checked_out", "staged"])
    assert error.as_dict()["facts"] == {"state": ["checked_out", "staged"]}
    assert error.message == "This is checked out, staged already."
    spanish = {"This is {state:words} already.": "Ya está «{state:words}».", "checked out": "finalizado"}
    assert localized(error.message, lambda said: spanish.get(said, said)) == "Ya está «finalizado, staged»."
