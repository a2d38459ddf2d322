"""The order of price steps is seen; a step is tried out, inserted and taken out, and refused where it is typed."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.api import K2K
from tests.console.conftest import Browser, Form, Seen

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

PAGE = "/price_steps/"
LISTED = {"step": "master_price_list", "side": "before", "beside": "k2k_gpm", "ship_vias": "grower"}


@pytest.fixture
def admin(visit: Any) -> Browser:
    found: Browser = visit("admin@andes.test")
    return found


def asked(admin: Browser, action: str = "insert_step", **typed: str) -> Seen:
    """The answer to the form of a step."""
    form = admin.get(f"{PAGE}?do={action}").form
    for name, value in {**LISTED, **typed}.items():
        form = form.put(name, value)
    return admin.send(form, PAGE)


def own(k2k: K2K) -> Any:
    return k2k.hierarchies("ANDES")["own"]


def test_a_step_is_inserted_stands_in_bold_and_is_taken_out(admin: Browser, k2k: K2K) -> None:
    assert "the orders below are those of the installation" in admin.get(PAGE).text
    page = asked(admin)
    assert "The step is inserted." in page.text
    assert own(k2k)["insert"] == [{"step": "master_price_list", "before": "k2k_gpm", "ship_vias": ["grower"]}]
    assert "Before: K2K GPM" in page.text
    assert "<b>Master list</b>" in page.html
    chosen = [("id", "step:master_price_list"), ("do", "remove_step")]
    confirm = admin.send(Form(page.form.action, "post", [*page.form.values, *chosen]), PAGE).form
    assert "1 step is taken out." in admin.send(confirm, PAGE).text
    assert own(k2k) == {}


def test_a_step_is_tried_out_as_a_draft_first(admin: Browser, k2k: K2K) -> None:
    page = asked(admin, "try_step")
    assert "It is kept among the what-if drafts" in page.text
    assert own(k2k) == {}
    (draft,) = k2k.drafts("ANDES")["items"]
    assert "the order of price steps" in admin.get("/drafts/").text
    k2k.apply_draft("ANDES", draft["draft"])
    assert own(k2k)["insert"][0]["step"] == "master_price_list"


def test_what_is_misspelt_is_said_at_its_field(admin: Browser, k2k: K2K) -> None:
    page = asked(admin, step="master_price_lst", beside="k2k_gmp", ship_vias="growr")
    assert page.status == 422
    for meant in ("master_price_list", "grower"):
        assert f"did you mean {meant}?" in page.text
    assert own(k2k) == {}


def test_a_shadowed_typed_price_holds_the_step_back_until_it_is_saved_all_the_same(admin: Browser, k2k: K2K) -> None:
    wish = {"step": "price_list", "beside": "price_a", "ship_vias": "", "inventory_types": "open_market_boxes"}
    held = asked(admin, **wish)
    assert (held.status, "price_list goes before price_a" in held.text) == (409, True)
    assert own(k2k) == {}
    admin.send(Form(held.form.action, "post", [*held.form.values, ("anyway", "1")]), PAGE)
    assert own(k2k)["insert"][0]["before"] == "price_a"
