"""What a third party is handed cannot be changed, and what it does to it concerns nobody else."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from k2k_core.domain.money import Exact
from k2k_core.domain.pricing import NoValue, Price
from k2k_core.hooks import PriceResolver
from k2k_core.runtime.isolation import isolated, isolated_batch
from k2k_core.testing import factories


def request(**own: Any) -> Any:
    terms = factories.price_terms(lists={"SPRING": "all"})
    return factories.price_request(terms=terms, landed_cost=Exact(34, 100), **own)


def test_the_copy_is_equal_and_every_part_of_it_read_only() -> None:
    made, given = request(), isolated(request())
    assert given == made
    assert type(given) is type(made)
    with pytest.raises(AttributeError):
        given.landed_cost.n = 1
    with pytest.raises(AttributeError):
        del given.landed_cost.n
    with pytest.raises(AttributeError):
        given.terms.company.code = "STOLEN"
    with pytest.raises(TypeError):
        given.terms.lists["STOLEN"] = "all"
    with pytest.raises(TypeError):
        given.terms.company.settings.cut_offs["mon"] = "0000"


def test_who_goes_round_that_changes_a_copy_that_nobody_else_reads() -> None:
    made = request()
    given = isolated(made)
    object.__setattr__(given.landed_cost, "n", 1)
    object.__setattr__(given.terms.company, "code", "STOLEN")
    assert (made.landed_cost, made.terms.company.code) == (Exact(34, 100), "BLOOM")
    assert isolated(made).terms.company.code == "BLOOM"


def test_exact_numbers_are_calculated_with_copied_and_hashed_as_before() -> None:
    cost = isolated(Exact(34, 100))
    assert cost * Exact(2) == Exact(68, 100)
    assert {cost, Exact(34, 100)} == {cost}
    own = copy.deepcopy(cost)
    own.n = 1
    assert (str(cost), str(own)) == ("0.34", "0.01")


def test_what_a_batch_shares_is_copied_once() -> None:
    terms = factories.price_terms()
    first, second = isolated_batch([factories.price_request(terms=terms) for _ in range(2)])
    assert first.terms is second.terms
    assert first.terms is not terms


def test_a_step_that_changes_its_request_fails_for_a_third_party(plugin_of: Any, registry_of: Any) -> None:
    def resolve(requests: Any) -> list[Price | NoValue]:
        requests[0].landed_cost.n = 1
        return [Price(one.landed_cost) for one in requests]

    made = request()
    registry = registry_of(plugin_of("acme", price_resolvers=[PriceResolver("acme", resolve)]), steps=("acme",))
    (step,) = registry.price_steps("k2k", "B", "warehouse", made.terms.company.settings)
    answer: Any = step.call([made])
    assert "a request is read only" in answer.reason
    assert made.landed_cost == Exact(34, 100)
