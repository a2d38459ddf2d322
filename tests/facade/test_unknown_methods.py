"""A method that the facade does not have is an error of K2K with the nearest name, and of Python too."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterator
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.errors import K2KError, UnknownMethod

ANDES = {"code": "ANDES", "name": "Andes", "currency": "USD", "timezone": "UTC"}


@pytest.fixture
def k2k() -> Iterator[Any]:
    with K2K.open("sqlite://") as opened:
        opened.add_company(ANDES)
        yield opened


@pytest.mark.parametrize(("name", "nearest"), [("prize", "price"), ("catalogg", "catalog"), ("chekout", "checkout")])
def test_a_misspelt_method_is_named_with_the_nearest(k2k: Any, name: str, nearest: str) -> None:
    for facade in (k2k, k2k.company("ANDES")):
        with pytest.raises(UnknownMethod) as caught:
            getattr(facade, name)
        assert caught.value.message == f"The facade has no method {name}; did you mean {nearest}?"
        assert isinstance(caught.value, K2KError)
        assert caught.value.as_dict()["facts"] == {"name": name, "nearest": nearest}


def test_a_company_is_offered_its_own_methods_alone(k2k: Any) -> None:
    assert hasattr(k2k, "add_company")
    with pytest.raises(UnknownMethod) as caught:
        k2k.company("ANDES").add_company(ANDES)
    assert caught.value.facts.get("nearest") != "add_company"


def test_a_name_like_none_is_told_without_a_guess_and_in_the_callers_language(k2k: Any) -> None:
    with pytest.raises(UnknownMethod, match=r"^The facade has no method zzzzzz\.$"):
        k2k.zzzzzz()
    with pytest.raises(UnknownMethod, match=r"prize.*price") as caught:
        k2k.in_language("es").prize()
    assert "The facade" not in str(caught.value)


def test_python_still_asks_whether_there_is_an_attribute(k2k: Any) -> None:
    company = k2k.company("ANDES")
    for facade in (k2k, company):
        assert not hasattr(facade, "prize")
        assert getattr(facade, "prize", None) is None
        assert not hasattr(facade, "__deepcopy__")
    assert copy.copy(k2k).company("ANDES")["name"] == "Andes"
    assert copy.copy(company) == company
    with pytest.raises(AttributeError):
        K2K.__new__(K2K).context  # noqa: B018  # what a copy asks before anything is there


def test_the_error_itself_can_be_pickled(k2k: Any) -> None:
    with pytest.raises(UnknownMethod) as caught:
        k2k.prize()
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
