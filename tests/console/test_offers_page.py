"""Offers without a script: mapped, priced and confirmed one by one and many at once; only what was changed is saved."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.api import K2K
from tests.console.conftest import Browser, Form, Seen, add_person
from tests.console.offered import offer_lots
from tests.console.page_forms import chosen

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

MANAGER = "sales_manager@bloom.test"
A, B, C = "ANDES/L-A", "ANDES/L-B", "ANDES/L-C"


@pytest.fixture
def browser(visit: Any, k2k: K2K) -> Browser:
    offer_lots(k2k)
    found: Browser = visit(MANAGER)
    return found


def named(page: Seen, **fields: str) -> Form:
    """The form of a page that has these values."""
    return next(
        form for form in page.forms if all(name in form and form[name] == value for name, value in fields.items())
    )


def cells(page: Seen, typed: dict[str, str], pressed: str = "") -> Form:
    """The form of the cells with what was typed, and the button of a row."""
    form = named(page, do="cells")
    seen = [(name, value) for other in page.forms for name, value in other.values if name.startswith(("was:", "set:"))]
    values = [(name, typed.get(name, value)) for name, value in seen]
    return Form(form.action, "post", [*form.values, *values, *([("pressed", pressed)] if pressed else [])])


def offer(k2k: K2K, lot: str) -> Any:
    return k2k.offer("BLOOM", lot)


def test_the_page_opens_on_what_is_not_mapped_with_what_it_may_be(browser: Browser) -> None:
    page = browser.get("/offers/")
    assert [page.html.count(f'placeholder="{code}"') for code in ("ATHENA-60", "BRIGHTON-50")] == [1, 1]
    for words in ("exact description", "60 % alike", "nothing alike", "HB · 250 stems", "Unmapped"):
        assert words in page.text
    assert "Accept 1 exact match" in page.text


def test_a_suggestion_is_accepted_and_confirmed_with_one_button_and_can_be_taken_back(
    browser: Browser, k2k: K2K
) -> None:
    page = browser.send(cells(browser.get("/offers/"), {}, f"accept:{B}"))
    assert f"{B} is mapped and confirmed." in page.text
    assert (offer(k2k, B)["mapped_product"], offer(k2k, B)["sellable"]) == ("BRIGHTON-50", True)
    page = browser.send(named(page, do="unmap"))
    assert f"{B} is not mapped any more." in page.text
    assert (offer(k2k, B)["mapped_product"], offer(k2k, B)["confirmed"]) == (None, False)


def test_what_was_typed_is_saved_before_the_button_of_a_row_is_done(browser: Browser, k2k: K2K) -> None:
    browser.send(cells(browser.get("/offers/"), {f"set:va_price:{C}": "0.61"}, f"accept:{A}"))
    assert offer(k2k, A)["sellable"]
    assert offer(k2k, C)["va_price"] == "0.61"


def test_every_exact_match_is_accepted_at_once(browser: Browser, k2k: K2K) -> None:
    form = named(browser.get("/offers/"), counted="1")
    page = browser.send(Form(form.action, "post", [*form.values, ("do", "accept-exact")]))
    assert "1 offer is mapped and confirmed." in page.text
    assert [offer(k2k, lot)["sellable"] for lot in (A, B, C)] == [True, False, False]


def test_where_no_offer_is_an_exact_match_that_is_said_and_nothing_is_asked(browser: Browser, k2k: K2K) -> None:
    k2k.map("BLOOM", A, product="ROSE")
    form = next(form for form in browser.get("/offers/").forms if "counted" in form)
    page = browser.send(Form(form.action, "post", [*form.values, ("do", "accept-exact")]))
    assert page.status == 200
    assert "No offer has the description of a product of yours." in page.text
    assert [offer(k2k, lot)["confirmed"] for lot in (A, B, C)] == [False, False, False]


def test_a_product_that_is_typed_is_mapped_and_an_unknown_one_is_said_beside_the_field(
    browser: Browser, k2k: K2K
) -> None:
    browser.send(cells(browser.get("/offers/"), {f"set:mapped_product:{C}": "ROSE"}))
    assert (offer(k2k, C)["mapped_product"], offer(k2k, C)["confirmed"]) == ("ROSE", False)
    page = browser.send(cells(browser.get("/offers/"), {f"set:mapped_product:{B}": "NO-SUCH"}))
    assert page.status == 422
    assert "There is no product NO-SUCH in BLOOM." in page.text
    assert named(page, product="NO-SUCH")["id"] == B


def test_offers_wait_for_their_confirmation_and_are_confirmed_at_once(browser: Browser, k2k: K2K) -> None:
    for lot in (A, B):
        k2k.map("BLOOM", lot, product="ROSE")
    page = browser.get("/offers/?view=to-confirm")
    assert (A in page.text, C in page.text) == (True, False)
    step = browser.send(chosen(page, A, B, do="confirm"))
    assert "Confirm 2 offers" in step.text
    assert "2 offers are confirmed." in browser.send(named(step, do="confirm", counted="2")).text
    assert [offer(k2k, lot)["sellable"] for lot in (A, B)] == [True, True]


def test_all_chosen_offers_are_mapped_to_one_product(browser: Browser, k2k: K2K) -> None:
    step = browser.send(chosen(browser.get("/offers/"), A, C, do="map-all", counted="2"))
    assert "Map 2 offers to…" in step.text
    assert "This is needed." not in step.text
    page = browser.send(named(step, do="map-all", counted="2").put("product", "ROSE"))
    assert "2 offers are mapped and confirmed." in page.text
    assert [offer(k2k, lot)["mapped_product"] for lot in (A, B, C)] == ["ROSE", None, "ROSE"]


def test_those_that_are_refused_are_listed_row_by_row(browser: Browser, k2k: K2K) -> None:
    step = browser.send(chosen(browser.get("/offers/"), A, "ANDES/NO-SUCH", do="map-all", counted="2"))
    page = browser.send(named(step, do="map-all", counted="2").put("product", "ROSE"))
    assert "1 done, 1 refused" in page.text
    assert "ANDES/NO-SUCH" in page.text
    assert offer(k2k, A)["mapped_product"] == "ROSE"


def test_a_typed_price_is_taken_back_by_undo_and_for_several_at_once(browser: Browser, k2k: K2K) -> None:
    page = browser.send(cells(browser.get("/offers/"), {f"set:va_price:{A}": "0.55"}))
    assert f"The price of {A} is saved." in page.text
    assert offer(k2k, A)["va_price"] == "0.55"
    browser.send(named(page, do="price", id=A))
    assert offer(k2k, A)["va_price"] is None
    page = browser.send(cells(browser.get("/offers/"), {f"set:va_price:{A}": "0.55", f"set:va_price:{B}": "0.60"}))
    assert "2 changes are saved." in page.text
    page = browser.get("/offers/?view=typed")
    assert [lot in page.text for lot in (A, B, C)] == [True, True, False]
    browser.send(named(browser.send(chosen(page, A, B, do="untype")), do="untype", counted="2"))
    assert [offer(k2k, lot)["va_price"] for lot in (A, B)] == [None, None]


@pytest.mark.parametrize(("keeps", "price"), [("yours", "0.70"), ("theirs", "0.65")])
def test_a_price_that_two_people_typed_is_shown_field_by_field(
    browser: Browser, k2k: K2K, keeps: str, price: str
) -> None:
    before = cells(browser.get("/offers/"), {f"set:va_price:{A}": "0.70"})
    k2k.map("BLOOM", A, va_price="0.65")
    k2k.map("BLOOM", A, product="ROSE")
    page = browser.send(before)
    assert page.status == 409
    assert "Somebody else changed this while you were editing" in page.text
    assert "host" in page.text
    form = named(page, do="price", id=A).put("keep.va_price", keeps)
    assert form["was.va_price"] == "0.65"
    browser.send(form)
    assert (offer(k2k, A)["va_price"], offer(k2k, A)["mapped_product"]) == (price, "ROSE")


def test_a_field_that_nobody_else_touched_is_saved_beside_the_change_of_another(browser: Browser, k2k: K2K) -> None:
    before = cells(browser.get("/offers/"), {f"set:va_price:{A}": "0.70"})
    k2k.map("BLOOM", A, product="ROSE", confirmed=True)
    browser.send(before)
    assert (offer(k2k, A)["va_price"], offer(k2k, A)["mapped_product"]) == ("0.70", "ROSE")


def test_a_form_that_is_sent_twice_is_done_once(browser: Browser, k2k: K2K) -> None:
    form = cells(browser.get("/offers/"), {f"set:va_price:{A}": "0.55", f"set:va_price:{B}": "0.60"})
    browser.send(form)
    version = offer(k2k, A)["version"]
    browser.send(form)
    assert offer(k2k, A)["version"] == version


def test_a_number_is_read_as_the_reader_writes_it(k2k: K2K, visit: Any) -> None:
    offer_lots(k2k)
    add_person(k2k, "BLOOM", "jefe@bloom.test", "sales_manager", locale="es")
    browser = visit("jefe@bloom.test")
    browser.send(cells(browser.get("/offers/"), {f"set:va_price:{A}": "0,55"}))
    assert offer(k2k, A)["va_price"] == "0.55"
    page = browser.get("/offers/?view=typed")
    assert 'value="0,55"' in page.html
    for words in ("Ofertas", "Sin asignar", "descripción exacta"):
        assert words in page.text


def test_procurement_maps_and_does_not_type_prices(k2k: K2K, visit: Any) -> None:
    offer_lots(k2k)
    browser = visit("procurement@bloom.test")
    page = browser.get("/offers/")
    assert 'name="set:mapped_product:' in page.html
    assert 'name="set:va_price:' not in page.html
    form = cells(page, {})
    forged = [("was:va_price:" + A, ""), ("set:va_price:" + A, "0.55")]
    answer = browser.client.post(form.action, data=dict([*form.values, *forged]))
    assert answer.status_code == 403
    assert offer(k2k, A)["va_price"] is None


def test_why_a_price_is_what_it_is_opens_from_the_price(browser: Browser) -> None:
    page = browser.get(f"/offers/?why=price:{A}")
    for words in ("Why this price", "Rose White Athena 60cm", "Warehouse", "0.3406", "0.48"):
        assert words in page.text


def test_products_are_found_while_one_types_whatever_accents_and_case(browser: Browser) -> None:
    found = browser.client.get("/offers/?lookup=product&q=azul").get_data(as_text=True)
    assert found.strip() == '<li role="option" data-value="ROSE"><b class="code">ROSE</b> <span>Rosé Ázul</span></li>'
    assert browser.client.get("/offers/?lookup=customer&q=azul").status_code == 404


def in_a_box_of_the_vendor(k2k: K2K) -> None:
    k2k.put("ANDES", "box_types", [{"code": "TB", "fbe": "0.2"}])
    k2k.put("ANDES", "box_dimensions", [{"box_type": "TB", "length": 20, "width": 10, "height": 10}])
    k2k.set("ANDES", lot="L-B", values={"box_type": "TB"})


def test_a_pack_that_is_not_known_is_added_with_its_dimensions(k2k: K2K, visit: Any) -> None:
    offer_lots(k2k)
    in_a_box_of_the_vendor(k2k)
    browser = visit("admin@bloom.test")
    page = browser.get("/offers/?view=without-pack")
    assert [lot in page.text for lot in (A, B)] == [False, True]
    assert "No pack: TB" in page.text
    typed = {"fbe": "0.2", "length": "20", "width": "10", "height": "10"}
    form = named(browser.get(f"/offers/?view=without-pack&do=add-pack&id={B}"), do="add-pack")
    for name, value in typed.items():
        form = form.put(name, value)
    assert "is outside the limits" in browser.send(form.put("height", "0")).text
    assert not offer(k2k, B)["pack_known"]
    late = form.put("key", "another-form-of-this-page")
    for _ in range(2):
        assert f"The box type of {B} is one of yours now." in browser.send(form).text
    again = browser.send(late)
    assert (again.status, "Somebody else has added the box type TB meanwhile." in again.text) == (409, True)
    assert offer(k2k, B)["pack_known"]
    sizes = k2k.record("BLOOM", "box_dimensions", "TB")
    assert (sizes["length"], sizes["height"]) == ("20", "10")
    assert "No pack: TB" not in browser.get("/offers/").text


def test_a_pack_that_is_not_known_is_mapped_to_a_box_type_of_the_buyer(k2k: K2K, visit: Any) -> None:
    offer_lots(k2k)
    in_a_box_of_the_vendor(k2k)
    browser = visit("procurement@bloom.test")
    page = browser.get("/offers/")
    assert ("do=map-pack" in page.html, "do=add-pack" in page.html) == (True, False)
    form = named(browser.get(f"/offers/?do=map-pack&id={B}"), do="map-pack")
    assert "There is no box type NO-SUCH in BLOOM." in browser.send(form.put("own", "NO-SUCH")).text
    assert f"The box type of {B} is mapped to QB." in browser.send(form.put("own", "QB")).text
    assert (offer(k2k, B)["box_type"], offer(k2k, B)["pack_known"]) == ("QB", True)


def test_nothing_to_map_says_so(k2k: K2K, visit: Any) -> None:
    assert "Everything is mapped" in visit(MANAGER).get("/offers/").text
