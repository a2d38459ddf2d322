"""The signature lint: hook signatures that pluggy would silently ignore are refused."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from k2k_core.hooks import hookimpl
from k2k_core.runtime.plugin import Refused
from k2k_core.runtime.signature_lint import HOOKS, lint


def module_with(**functions: Callable[..., Any]) -> ModuleType:
    module = ModuleType("acme")
    module.__dict__.update(functions)
    return module


def refusal(module: ModuleType) -> Refused:
    with pytest.raises(Refused) as caught:
        lint("acme", module)
    return caught.value


def test_the_hooks_a_module_implements_are_named_in_their_order() -> None:
    module = module_with(ship_via_handlers=hookimpl(lambda context: []), price_resolvers=hookimpl(lambda context: []))
    assert lint("acme", module) == ("price_resolvers", "ship_via_handlers")


def test_a_hook_may_take_no_parameter() -> None:
    def label_renderers() -> list[object]:
        return []

    assert lint("acme", module_with(label_renderers=hookimpl(label_renderers))) == ("label_renderers",)


def test_a_hook_may_have_another_function_name_when_it_says_which_hook_it_is() -> None:
    assert lint("acme", module_with(mine=hookimpl(lambda context: [], specname="price_resolvers"))) == HOOKS[:1]


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda *, context: [], "keyword-only parameter context"),
        (lambda *args: [], "parameter *args"),
        (lambda **context: [], "parameter **context"),
        (lambda context=None: [], "parameter context has a default"),
        (lambda context, company: [], "unknown parameter company"),
    ],
)
def test_a_parameter_that_would_not_be_filled_is_refused(function: Callable[..., Any], words: str) -> None:
    refused = refusal(module_with(price_resolvers=hookimpl(function)))
    assert refused.code == "bad_signature"
    assert words in refused.problem


def test_an_asynchronous_hook_is_refused() -> None:
    async def price_resolvers(context: object) -> list[object]:
        return []

    assert "not asynchronous" in refusal(module_with(price_resolvers=hookimpl(price_resolvers))).problem


def test_a_misspelt_hook_is_refused_with_the_name_that_was_meant() -> None:
    def price_resolver(context: object) -> list[object]:
        return []

    refused = refusal(module_with(price_resolver=hookimpl(price_resolver)))
    place = f"tests/runtime/test_signature_lint.py:{price_resolver.__code__.co_firstlineno}"
    assert (refused.code, refused.problem) == (
        "unknown_hook",
        f"there is no hook price_resolver; did you mean price_resolvers? ({place}: price_resolver(context: 'object'))",
    )


def test_a_wrong_signature_is_named_with_its_line_what_it_is_and_what_is_expected() -> None:
    def price_resolvers(context: object, *, rates: object) -> list[object]:
        return []

    problem = refusal(module_with(price_resolvers=hookimpl(price_resolvers))).problem
    place = f"tests/runtime/test_signature_lint.py:{price_resolvers.__code__.co_firstlineno}"
    assert "keyword-only parameter rates would be ignored; write price_resolvers(context)" in problem
    assert problem.endswith(f"({place}: price_resolvers(context: 'object', *, rates: 'object'))")


def test_an_unknown_hook_is_refused_even_when_it_calls_itself_optional() -> None:
    refused = refusal(module_with(prices=hookimpl(lambda context: [], optionalhook=True)))
    assert refused.code == "unknown_hook"


def test_a_hook_without_its_marker_is_refused() -> None:
    refused = refusal(module_with(price_resolvers=lambda context: []))
    assert refused.code == "unmarked_hook"


def test_a_wrapper_round_the_hooks_of_others_is_refused() -> None:
    def price_resolvers(context: object) -> Any:
        return (yield)

    refused = refusal(module_with(price_resolvers=hookimpl(price_resolvers, wrapper=True)))
    assert "does not wrap" in refused.problem


def test_a_module_without_hooks_is_refused() -> None:
    assert refusal(ModuleType("acme")).code == "no_hooks"
