"""Label designs of several plugins: which one a company prints, and how each fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from k2k_core.domain.labels import Label
from k2k_core.errors import NotFound, PluginProblem
from k2k_core.hooks import LabelRenderer, only
from k2k_core.runtime import Limits
from k2k_core.testing import factories

Make = Callable[..., Any]


def label(request: Any) -> Label:
    return Label(request.box_code, "text/plain", b"a label", ("a label",))


def test_a_renderer_for_exactly_an_inventory_type_goes_before_one_for_any(plugin_of: Make, registry_of: Make) -> None:
    standard = plugin_of("acme", bundled=True, label_renderers=[LabelRenderer("txt", "text/plain", label)])
    own = plugin_of("own", label_renderers=[LabelRenderer("txt", "text/html", label, only("k2k"))])
    registry = registry_of(own, standard)
    assert registry.renderer("txt", "k2k").media_type == "text/html"
    assert registry.renderer("txt", "future_sales").media_type == "text/plain"
    with pytest.raises(NotFound, match="no label format 'gif' for k2k: there are txt"):
        registry.renderer("gif", "k2k")


def test_a_companys_own_design_goes_before_the_standard_one(plugin_of: Make, registry_of: Make) -> None:
    standard = plugin_of("zebra", bundled=True, label_renderers=[LabelRenderer("txt", "text/plain", label)])
    own = plugin_of("acme", label_renderers=[LabelRenderer("txt", "text/html", label)])
    registry = registry_of(own, standard)
    assert registry.broken == ()
    assert registry.renderer("txt", "k2k").media_type == "text/html"


def test_two_designs_of_ones_own_for_one_format_are_a_start_up_error(plugin_of: Make, registry_of: Make) -> None:
    first, second = (
        plugin_of(name, label_renderers=[LabelRenderer("txt", "text/plain", label)]) for name in ("acme", "zebra")
    )
    registry = registry_of(second, first)
    (broken,) = registry.broken
    assert broken.name == "zebra"
    assert "label format txt of plugin acme" in broken.problem
    assert registry.renderer("txt", "k2k").media_type == "text/plain"


def test_a_sheet_is_given_more_time_the_more_labels_it_has(
    plugin_of: Make, registry_of: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    allowed: list[float] = []

    def in_time(work: Callable[[], Any], seconds: float, name: str) -> Any:
        allowed.append(seconds)
        return work()

    monkeypatch.setattr("k2k_core.runtime.guard.call_with_deadline", in_time)
    joined = LabelRenderer("txt", "text/plain", label, sheet=lambda requests: b"all")
    registry = registry_of(plugin_of("acme", label_renderers=[joined]), limits=Limits(deadline=2))
    renderer = registry.renderer("txt", "k2k")
    assert renderer.sheet is not None
    for labels in (1, 2000):
        renderer.sheet([factories.label_request()] * labels)
    assert allowed == [2, 202]


def test_a_format_that_is_missing_names_the_plugins_that_are_broken(plugin_of: Make, registry_of: Make) -> None:
    def hook(context: Any) -> list[Any]:
        raise LookupError("the font is gone")

    with pytest.raises(NotFound, match=r"there are none \(broken plugins: acme\)"):
        registry_of(plugin_of("acme", label_renderers=hook)).renderer("txt", "k2k")


@pytest.mark.parametrize(
    "render",
    [
        lambda request: None,
        lambda request: Label("another", "text/plain", b"x", ()),
        lambda request: Label(request.box_code, "text/html", b"x", ()),
        lambda request: Label(request.box_code, "text/plain", b"", ()),
        lambda request: Label(request.box_code, "text/plain", b"x", ["x"]),
        lambda request: {}[request],
    ],
)
def test_a_label_that_fails_is_a_plugin_problem(plugin_of: Make, registry_of: Make, render: Any) -> None:
    registry = registry_of(plugin_of("acme", label_renderers=[LabelRenderer("txt", "text/plain", render)]))
    with pytest.raises(PluginProblem, match="label format txt of plugin acme"):
        registry.renderer("txt", "k2k").render(factories.label_request())


def test_a_sheet_is_guarded_and_stays_absent_where_there_is_none(plugin_of: Make, registry_of: Make) -> None:
    joined = LabelRenderer("txt", "text/plain", label, sheet=lambda requests: b"all" * len(requests))
    single = LabelRenderer("one", "text/plain", label)
    registry = registry_of(plugin_of("acme", label_renderers=[joined, single]))
    renderer = registry.renderer("txt", "k2k")
    assert renderer.sheet is not None
    assert renderer.sheet([factories.label_request()] * 2) == b"allall"
    assert renderer.render(factories.label_request()).content == b"a label"
    assert registry.renderer("one", "k2k").sheet is None
