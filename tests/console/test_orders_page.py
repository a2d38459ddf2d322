"""Orders of a vendor: confirmed one by one and many at once, with and without lines that are not checked out."""

from __future__ import annotations

import re
from typing import Any

import pytest

from k2k_console.page_views.lists import list_view
from k2k_core.api import K2K
from tests.console.conftest import Browser, Form, add_person
from tests.console.page_forms import chosen, dialog
from tests.console.trading import order, trade

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

MANAGER = "sales_manager@andes.test"


def status(k2k: K2K, number: str) -> str:
    return str(k2k.show("ANDES", number)["status"])


@pytest.fixture
def browser(visit: Any) -> Browser:
    found: Browser = visit(MANAGER)
    return found


def test_the_list_opens_on_what_waits_for_a_confirmation(browser: Browser, k2k: K2K) -> None:
    orders = trade(k2k)
    page = browser.get("/orders/")
    assert orders["ready"] in page.text
    assert orders["pending"] in page.text
    assert orders["confirmed"] not in page.text
    assert "Pending lines until 10:00" in page.text
    assert "1 of 1 pending" in page.text
    assert "2 orders" in page.text
    assert orders["confirmed"] in browser.get("/orders/?view=all").text


@pytest.mark.parametrize(
    ("address", "seen"),
    [
        ("?view=all&pending_lines=true", ["pending"]),
        ("?view=all&pending_lines=false", ["confirmed", "ready"]),
        ("?view=all&vendor_ship_date_from=2026-02-05", ["ready", "pending"]),
        ("?view=all&partner=BLOOM", ["confirmed", "ready", "pending"]),
        ("?view=all&partner=TULIP", []),
        ("?view=all&ship_via=grower", []),
        ("?view=voided", []),
        ("?status=", ["confirmed", "ready", "pending"]),
        ("?status=confirmed", ["confirmed"]),
        ("?view=all&q=bloom", ["confirmed", "ready", "pending"]),
        ("?view=all&q=no-such-order", []),
    ],
)
def test_filters_views_and_the_search_are_in_the_address(
    browser: Browser, k2k: K2K, address: str, seen: list[str]
) -> None:
    orders = trade(k2k)
    page = browser.get("/orders/" + address)
    assert [name for name, number in orders.items() if number in page.text] == seen


def test_many_orders_are_confirmed_at_once_and_those_that_cannot_be_are_listed(browser: Browser, k2k: K2K) -> None:
    orders = trade(k2k)
    other = order(k2k)
    asked = chosen(browser.get("/orders/"), orders["ready"], other, orders["pending"], do="confirm")
    step = browser.send(asked)
    assert "Confirm 3 orders" in step.text
    assert status(k2k, other) == "pending"
    outcome = browser.send(dialog(step))
    assert "2 done, 1 refused" in outcome.text
    assert "pending_lines" in outcome.text
    assert [status(k2k, number) for number in (orders["ready"], other, orders["pending"])] == [
        "confirmed",
        "confirmed",
        "pending",
    ]


def test_the_step_for_several_orders_names_their_boxes_and_what_blocks(browser: Browser, k2k: K2K) -> None:
    orders = trade(k2k)
    step = browser.send(chosen(browser.get("/orders/"), orders["ready"], orders["pending"], do="confirm"))
    assert "Confirm 2 orders, 2 boxes" in step.text
    assert "1 has lines that are not checked out" in step.text
    assert status(k2k, orders["ready"]) == "pending"
    ready = browser.send(chosen(browser.get("/orders/"), orders["ready"], do="confirm"))
    assert "Confirm 1 order, 1 box" in ready.text
    assert "not checked out" not in ready.text.partition("Confirm 1 order, 1 box")[2]


def test_an_empty_list_exports_nothing_and_an_order_begins_in_the_catalog(browser: Browser, k2k: K2K) -> None:
    trade(k2k)
    assert "Export 2" in browser.get("/orders/").text
    empty = browser.get("/orders/?view=voided")
    assert "Export" not in empty.text
    assert "New order" in empty.text
    assert 'href="/catalog/"' in empty.html


def test_an_empty_list_says_the_next_cut_off_and_a_search_in_vain_names_the_nearest(browser: Browser, k2k: K2K) -> None:
    k2k.set("ANDES", settings={"cut_offs": {"mon": "1500"}})
    assert "stand here until you confirm them. The next cut-off is 15:00." in browser.get("/orders/").text
    confirmed = trade(k2k)["confirmed"]
    page = browser.get(f"/orders/?q={confirmed}")
    assert "Nothing matches" in page.text
    assert f'href="/orders/?q={confirmed}&amp;as=nearest" data-nearest' in page.html, "asked once the page is there"
    page = browser.get(f"/orders/?q={confirmed}&as=nearest")
    assert f'Nearest: <a href="/orders/{confirmed}">' in page.html, "the view has not got it"
    assert f"Nearest: {confirmed} , S-100" in browser.get(f"/orders/?q={confirmed}X&as=nearest").text
    assert "Nearest" not in browser.get("/orders/?q=%C3%B1%C3%B1&as=nearest").text


def test_all_rows_that_match_are_named_with_their_number_and_their_boxes(
    browser: Browser, k2k: K2K, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_view, "ROWS_A_PAGE", 1)
    for customer, boxes in (("C-200", 1), ("C-100", 3)):
        order(k2k, customer, boxes)
    page = browser.get("/orders/")
    assert 'data-tallies="/orders/?as=tallies"' in page.html
    assert browser.client.get("/orders/?as=tallies").get_json() == {"boxes": 4, "pending": 0}
    assert browser.client.get("/orders/?as=tallies&q=nothing+like+it").get_json() == {"boxes": 0, "pending": 0}
    form = chosen(page, do="confirm")
    step = browser.send(Form(form.action, form.method, [*form.values, ("all", "2")]))
    assert "Confirm 2 orders, 4 boxes" in step.text
    assert browser.client.get("/invoices/?as=tallies").get_json() == {}


def test_the_sums_over_all_pages_are_asked_for_once_the_page_is_there(browser: Browser, k2k: K2K) -> None:
    trade(k2k)
    assert 'data-count="/orders/?view=all&amp;as=totals"' in browser.get("/orders/?view=all").html
    answer = browser.client.get("/orders/?view=all&as=totals")
    assert (answer.mimetype, answer.get_data(as_text=True)) == ("text/plain", "4 boxes · goods 300.00 USD")
    assert browser.client.get("/orders/?as=totals").get_data(as_text=True) == "2 boxes · goods 150.00 USD"
    bills = browser.client.get("/invoices/?as=totals").get_data(as_text=True)
    assert bills == "2 boxes · 150.00 USD", "charges are in it"


def test_a_script_that_names_the_number_needs_no_further_step(browser: Browser, k2k: K2K) -> None:
    orders = trade(k2k)
    page = browser.send(chosen(browser.get("/orders/"), orders["ready"], do="confirm", counted="1"))
    assert "1 order is confirmed." in page.text
    assert status(k2k, orders["ready"]) == "confirmed"


def test_all_orders_of_the_filter_are_chosen_without_a_tick_on_each(browser: Browser, k2k: K2K) -> None:
    orders = trade(k2k)
    form = chosen(browser.get("/orders/?pending_lines=false"), do="confirm")
    step = browser.send(Form(form.action, "post", [*form.values, ("all", "1")]))
    assert "Confirm 1 order" in step.text
    assert "1 order is confirmed." in browser.send(dialog(step)).text
    assert status(k2k, orders["ready"]) == "confirmed"
    assert status(k2k, orders["pending"]) == "pending"


def test_nothing_chosen_is_said_beside_the_button(browser: Browser, k2k: K2K) -> None:
    trade(k2k)
    assert "Nothing is chosen." in browser.send(chosen(browser.get("/orders/"), do="confirm")).text


def test_an_order_of_another_company_is_refused_like_an_unknown_one(browser: Browser, k2k: K2K) -> None:
    trade(k2k)
    said = [
        re.sub(
            r"P-1001|X-0000", "?", browser.send(chosen(browser.get("/orders/"), number, do="confirm", counted="1")).text
        )
        for number in ("P-1001", "X-0000")
    ]
    assert "0 done, 1 refused" in said[0]
    assert said[0] == said[1]


def test_the_pending_lines_of_an_order_are_a_step_of_its_confirmation(browser: Browser, k2k: K2K) -> None:
    orders = trade(k2k)
    page = browser.get(f"/orders/{orders['pending']}?do=confirm")
    assert "Not checked out: 1 of 1 line" in page.text
    assert "Drop 1" in page.text
    after = browser.send(dialog(page))
    assert f"{orders['pending']} is voided: none of its lines was checked out." in after.text
    shown = k2k.show("ANDES", orders["pending"])
    assert (shown["status"], shown["lines"][0]["state"]) == ("voided", "dropped")
    assert "<tfoot>" not in after.html, "what was dropped comes to nothing"


def test_the_heading_of_an_order_names_the_buyer_and_the_codes_of_its_customers(browser: Browser, k2k: K2K) -> None:
    number = trade(k2k)["pending"]
    code = k2k.show("ANDES", number)["lines"][0]["mark_code"]
    assert (
        f"{number} K2K Pending lines Bloom Wholesale, for its customer {code}" in browser.get(f"/orders/{number}").text
    )
    for customer in ("C-100", "C-200"):  # what waits for its approval joins one order
        placed: Any = k2k.prebook("BLOOM", customer, [{"lot": "ANDES/L1", "boxes": 1}], ship_date="2026-02-09")
    both = k2k.show("BLOOM", placed["purchase_order"])["sales_order"]
    assert "Bloom Wholesale, for its customers C-100 and C-200" in browser.get(f"/orders/{both}").text


def test_an_order_that_is_confirmed_without_a_line_says_so_and_sums_up_the_others(browser: Browser, k2k: K2K) -> None:
    cart: Any = k2k.add("BLOOM", customer="C-200", lot="ANDES/L1", boxes=2, ship_date="2026-02-05")
    k2k.add("BLOOM", customer="C-200", lot="ANDES/L1", boxes=3, cart=cart["cart"])
    k2k.checkout("BLOOM", line=cart["lines"][0]["line"])
    number = cart["sales_order"]
    page = browser.get(f"/orders/{number}")
    assert '<td class="n" data-l="Boxes">5</td>' in page.html.partition("<tfoot>")[2]
    after = browser.send(dialog(browser.get(f"/orders/{number}?do=confirm")))
    assert f"{number} is confirmed without 1 line." in after.text
    assert '<td class="n" data-l="Boxes">2</td>' in after.html.partition("<tfoot>")[2]


def test_a_reference_number_becomes_the_awb(browser: Browser, k2k: K2K) -> None:
    number = trade(k2k)["ready"]
    page = browser.get(f"/orders/{number}?do=confirm")
    browser.send(dialog(page).put("reference_number", "729-88123462"))
    assert k2k.show("ANDES", number)["awb"] == "729-88123462"
    assert "729-88123462" in browser.get(f"/orders/{number}").text


def test_a_form_that_is_sent_twice_confirms_once(browser: Browser, k2k: K2K) -> None:
    number = trade(k2k)["ready"]
    form = dialog(browser.get(f"/orders/{number}?do=confirm"))
    first = browser.send(form)
    entries = k2k.audit("ANDES", limit=1, count=True)["count"]
    assert f"{number} is confirmed." in browser.send(form).text
    assert first.status == 200
    assert k2k.audit("ANDES", limit=1, count=True)["count"] == entries
    assert "is confirmed already" in browser.send(dialog_of_another_page(browser, number)).text


def dialog_of_another_page(browser: Browser, number: str) -> Form:
    return dialog(browser.get(f"/orders/{number}?do=confirm"))


def test_a_void_needs_the_word_and_a_reason(browser: Browser, k2k: K2K) -> None:
    number = trade(k2k)["confirmed"]
    opened = browser.get(f"/orders/{number}?do=void")
    assert 'class="fault"' not in opened.html, "nothing is wrong with what nobody has typed yet"
    assert re.search(r'id="field-reason"[^>]* autofocus', opened.html)
    form = dialog(opened)
    missing = browser.send(form)
    assert missing.status == 422
    assert "This is needed." in missing.text
    assert missing.html.partition("<title>")[2].startswith("Error: ")
    wrong = browser.send(form.put("reason", "Botrytis").put("confirm", "confirm"))
    assert wrong.status == 409
    assert "confirmation_required" in wrong.text
    assert status(k2k, number) == "confirmed"
    right = browser.send(form.put("reason", "Botrytis").put("confirm", "CONFIRM"))
    assert f"{number} is voided." in right.text
    assert status(k2k, number) == "voided"


@pytest.mark.parametrize(("label_format", "begins"), [("pdf", b"%PDF"), ("zpl", b"^XA"), ("png", b"PK")])
def test_labels_are_printed_for_one_order_and_for_several(
    browser: Browser, k2k: K2K, label_format: str, begins: bytes
) -> None:
    orders = trade(k2k)
    number = orders["confirmed"]
    form = dialog(browser.get(f"/orders/{number}?do=labels")).put("format", label_format)
    answer = browser.client.post(form.action, data=dict(form.values))
    assert answer.status_code == 200
    assert answer.get_data().lstrip().startswith(begins)
    both = chosen(browser.get("/orders/?view=all"), number, orders["ready"], do="labels")
    step = dialog(browser.send(both)).put("format", label_format)
    data = {name: [value for known, value in step.values if known == name] for name, _ in step.values}
    assert browser.client.post(step.action, data=data).get_data().lstrip().startswith(begins)


def test_the_invoice_of_a_confirmed_order_is_a_file(browser: Browser, k2k: K2K) -> None:
    orders = trade(k2k)
    page = browser.get(f"/orders/{orders['confirmed']}")
    form = next(form for form in page.forms if "key" in form)
    answer = browser.client.post(form.action, data={**dict(form.values), "do": "invoice"})
    assert answer.get_data().startswith(b"%PDF")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="I-1')
    refused = browser.client.post(f"/orders/{orders['ready']}", data={**dict(form.values), "do": "invoice"})
    assert refused.status_code == 409


def test_labels_of_an_order_without_boxes_are_refused_with_what_to_do(browser: Browser, k2k: K2K) -> None:
    number = trade(k2k)["ready"]
    step = browser.send(chosen(browser.get("/orders/"), number, do="labels"))
    assert "labels are printed once the order is confirmed" in browser.send(dialog(step)).text


@pytest.mark.parametrize("role", ["setup", "salesperson"])
def test_who_may_only_look_sees_orders_without_actions(visit: Any, k2k: K2K, role: str) -> None:
    number = trade(k2k)["ready"]
    browser = visit(f"{role}@andes.test")
    page, record = browser.get("/orders/"), browser.get(f"/orders/{number}")
    for shown in (page, record):
        assert shown.status == 200
        assert "75.00" in shown.text
        assert "Confirm order" not in shown.text
    assert 'class="tick"' not in page.html


def test_the_page_speaks_the_language_of_its_reader(k2k: K2K, visit: Any) -> None:
    number = trade(k2k)["pending"]
    add_person(k2k, "ANDES", "jefe@andes.test", "sales_manager", locale="es")
    page = visit("jefe@andes.test").get(f"/orders/{number}?do=confirm")
    assert "Sin finalizar: 1 de 1 línea" in page.text
    assert "vie 6 feb" in page.text


def test_what_a_fragment_asks_for_is_a_block_of_the_page(browser: Browser, k2k: K2K) -> None:
    number = trade(k2k)["ready"]
    whole = browser.get("/orders/").html
    part = browser.client.get("/orders/", headers={"HX-Request": "true", "HX-Target": "div#list"}).get_data(
        as_text=True
    )
    assert "<html" not in part
    assert number in part
    assert part.count("<tr>") == whole.count("<tr>")


def test_an_order_says_what_happened_to_it_the_latest_first(browser: Browser, k2k: K2K) -> None:
    number = trade(k2k)["confirmed"]
    said = [entry["said"] for entry in k2k.timeline("ANDES", number, sort="-id")["items"]]
    text = browser.get(f"/orders/{number}").text
    places = [text.index(" ".join(one.split())) for one in dict.fromkeys(said)]
    assert len(places) > 1
    assert places == sorted(places)


def test_a_step_says_who_is_told_before_it_happens(browser: Browser, k2k: K2K) -> None:
    k2k.set("ANDES", settings={"send_invoice_to": ["facturas@andes.example"]})
    k2k.set("BLOOM", settings={"k2k_cancel_notification_to": ["buying@bloom.example"]})
    orders = trade(k2k)
    pending = browser.get(f"/orders/{orders['pending']}?do=confirm").text
    assert "Told by mail: facturas@andes.example, salesperson of BLOOM, customer of BLOOM" in pending
    void = browser.get(f"/orders/{orders['confirmed']}?do=void").text
    assert "notification addresses of BLOOM" in void
    assert "buying@bloom.example" not in void


def test_one_can_wait_for_the_cart_and_is_told_of_its_end(browser: Browser, k2k: K2K) -> None:
    number = trade(k2k)["pending"]
    step = dialog(browser.get(f"/orders/{number}?do=confirm"))
    waited = browser.send(Form(step.action, "post", [*step.values, ("do", "watch")]))
    assert f"You are told when no line of {number} waits any more." in waited.text
    assert status(k2k, number) == "pending"


def test_an_order_leads_to_its_neighbours_in_the_view(browser: Browser, k2k: K2K) -> None:
    orders = trade(k2k)
    page = browser.get("/orders/?view=all&sort=number")
    first = re.search(rf'href="([^"]*/orders/{orders["ready"]}[^"]*)"', page.html)
    assert first is not None
    middle = browser.get(first[1].replace("&amp;", "&"))
    assert "Orders / All, 2 of 3" in middle.text
    links = dict(re.findall(r'rel="(prev|next)" href="([^"]*)"', middle.html))
    assert orders["confirmed"] in links["prev"]
    assert orders["pending"] in links["next"]
    last = browser.get(links["next"].replace("&amp;", "&"))
    assert "Orders / All, 3 of 3" in last.text
    assert 'rel="next"' not in last.html
    assert "/ All, " not in browser.get(f"/orders/{orders['ready']}?view=voided").text


def test_a_reference_is_set_before_the_confirmation_for_one_order_and_for_several(browser: Browser, k2k: K2K) -> None:
    orders = trade(k2k)
    step = dialog(browser.get(f"/orders/{orders['ready']}?do=reference"))
    assert "has its reference number." in browser.send(step.put("reference_number", "729-1")).text
    assert k2k.show("ANDES", orders["ready"])["reference_number"] == "729-1"
    both = browser.send(chosen(browser.get("/orders/"), orders["ready"], orders["pending"], do="reference"))
    assert "2 orders have their reference number." in browser.send(dialog(both).put("reference_number", "729-2")).text
    assert {k2k.show("ANDES", orders[name])["reference_number"] for name in ("ready", "pending")} == {"729-2"}


def test_a_confirmed_order_is_shipped_with_its_awb(browser: Browser, k2k: K2K) -> None:
    number = trade(k2k)["confirmed"]
    step = browser.get(f"/orders/{number}?do=ship")
    assert "Every order on its AWB leaves." in step.text
    assert f"The AWB of {number} is shipped." in browser.send(dialog(step)).text
    assert status(k2k, number) == "shipped"
