"""Every declared page × every role and method, swept over the registry: a page that is added there is tested here."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from k2k_console.menu import BUYS, OPERATOR
from k2k_console.page_views.reader import may_do
from k2k_console.pages import PAGES
from k2k_console.vocabulary import Action, Page
from k2k_core.api import K2K
from k2k_core.domain.roles import ROLES, Actor
from k2k_core.store.database.session import Session
from tests.console.conftest import Browser, Seen
from tests.console.trading import trade

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

MOST_QUERIES = 8
EVERYBODY = (*ROLES, OPERATOR)
OTHER_METHODS = ("put", "patch", "delete")
LISTS = [page for page in PAGES if page.list is not None]
DETAILS = [page for page in LISTS if page.detail is not None]
ACTIONS = [(page, action) for page in PAGES for action in page.actions.values()]


def named(one: Any) -> str:
    return one.name if isinstance(one, Page) else one.address if isinstance(one, Action) else str(one)


def company_of(page: Page) -> str:
    """The company that has something on a page."""
    return "BLOOM" if page.item.side == BUYS else "ANDES"


def email_of(page: Page, role: str) -> str:
    return "operator@k2k.test" if role == OPERATOR else f"{role}@{company_of(page).lower()}.test"


def actor_of(page: Page, role: str) -> Actor:
    return Actor(email_of(page, role), None if role == OPERATOR else company_of(page), frozenset((role,)))


def worker(page: Page) -> str:
    """Somebody who may do whatever is on a page."""
    return email_of(page, next(role for role in ROLES if role in page.roles))


def keys_of(page: Page, k2k: K2K) -> list[str]:
    """The keys of the rows that the list of a page can show; none of a page of panels."""
    listing = page.list
    if listing is None:
        return []
    found: Any = getattr(k2k, listing.read)(company_of(page), **listing.given, limit=100)
    return [str(row[listing.key]) for row in found["items"]]


def traces(k2k: K2K) -> Any:
    """What any change would leave behind."""
    counts = [k2k.audit(company, limit=1, count=True)["count"] for company in ("ANDES", "BLOOM")]
    return counts, [k2k.orders(company) for company in ("ANDES", "BLOOM")]


def token_of(page: Seen) -> str:
    """The token of any form of a page, against forged requests."""
    return next(form["csrf_token"] for form in page.forms if "csrf_token" in form)


def sent(browser: Browser, address: str, **values: Any) -> Any:
    """The answer to a form that is sent without the page that it should stand on."""
    token = token_of(browser.get(address))
    return browser.client.post(address, data={"csrf_token": token, "key": "a key that is long enough", **values})


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_a_page_and_its_records_open_for_its_roles_alone(visit: Any, k2k: K2K, page: Page) -> None:
    trade(k2k)
    address, keys = f"/{page.name}/", keys_of(page, k2k)
    for role in EVERYBODY:
        browser, status = visit(email_of(page, role)), 200 if role in page.readers else 403
        shown = browser.get(address)
        assert shown.status == status, role
        if shown.at.startswith("/company/"):  # an operator says first of which company
            choice = shown.form
            choice.values.append(("company", company_of(page)))
            assert browser.send(choice).at == address
        in_the_menu = role in page.readers and not page.item.within
        menu = browser.get("/").html.partition("<main")[0]
        assert (f'href="{address}"' in menu) == in_the_menu, role
        if page.list is not None and page.list.export:
            assert browser.client.get(f"{address}?as=csv").status_code == status, role
        if page.list is not None:
            assert browser.client.get(f"{address}?as=count").status_code == status, role
        if page.detail is not None:
            assert [browser.get(address + key).status for key in keys] == [status] * len(keys), role


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_a_page_takes_no_other_method(visit: Any, page: Page) -> None:
    browser = visit(worker(page))
    headers = {"X-CSRFToken": token_of(browser.get("/"))}
    for method in OTHER_METHODS:
        assert getattr(browser.client, method)(f"/{page.name}/", headers=headers).status_code == 405, method


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_nobody_sees_a_page_without_a_log_in(visit: Any, page: Page) -> None:
    answer = visit("").client.get(f"/{page.name}/")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/log-in")


@pytest.mark.long
@pytest.mark.parametrize(("page", "action"), ACTIONS, ids=named)
def test_an_action_without_its_role_is_refused_and_changes_nothing(
    visit: Any, k2k: K2K, page: Page, action: Action
) -> None:
    trade(k2k)
    before, key = traces(k2k), keys_of(page, k2k)[0] if page.list else "X-0000"
    values = {"do": action.address, "id": key, "counted": "1", "confirm": "CONFIRM", "reason": "none"}
    refused = [role for role in EVERYBODY if not may_do(actor_of(page, role), page, action)]
    assert refused
    for role in refused:
        browser = visit(email_of(page, role))
        assert browser.client.get(f"/{page.name}/?do={action.address}").status_code == 403, role
        for address in (f"/{page.name}/", *((f"/{page.name}/{key}",) if page.detail else ())):
            assert sent(browser, address, **values).status_code == 403, role
    assert traces(k2k) == before


@pytest.mark.parametrize("page", LISTS, ids=named)
def test_a_list_takes_a_handful_of_queries(visit: Any, k2k: K2K, page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    trade(k2k)
    browser = visit(worker(page))
    assert browser.get(f"/{page.name}/").status == 200
    run: list[int] = []
    begin = Session._begin_statement
    monkeypatch.setattr(Session, "_begin_statement", lambda self: (run.append(1), begin(self))[1])
    for view in (page.list.views if page.list else ()) or (None,):
        run.clear()
        assert browser.get(f"/{page.name}/" + (f"?view={view.name}" if view else "")).status == 200
        assert 0 < len(run) <= MOST_QUERIES, view
        run.clear()
        count = browser.client.get(f"/{page.name}/?as=count" + (f"&view={view.name}" if view else ""))
        assert (count.status_code, count.mimetype, count.get_data().isdigit()) == (200, "text/plain", True)
        assert 0 < len(run) <= MOST_QUERIES, view
    run.clear()
    assert browser.get(f"/{page.name}/?q=nothing-is-called-so").status == 200
    assert 0 < len(run) <= MOST_QUERIES, "a search in vain"


@pytest.mark.parametrize("page", DETAILS, ids=named)
def test_a_record_of_another_company_answers_like_an_unknown_one(visit: Any, k2k: K2K, page: Page) -> None:
    trade(k2k)
    other = {"ANDES": "BLOOM", "BLOOM": "ANDES"}[company_of(page)]
    browser = visit(worker(page))
    foreign = [row["number"] for row in k2k.orders(other)]
    mine = {row["number"] for row in k2k.orders(company_of(page))}
    unknown = browser.get(f"/{page.name}/X-0000")
    assert unknown.status == 404
    for key in set(foreign) - mine:
        answer = browser.get(f"/{page.name}/{key}")
        assert (answer.status, answer.text.replace(key, "X-0000")) == (404, unknown.text)


@pytest.mark.parametrize("page", LISTS, ids=named)
def test_an_export_has_every_row_in_the_order_of_the_list_behind_a_byte_order_mark(
    visit: Any, k2k: K2K, page: Page
) -> None:
    trade(k2k)
    browser = visit(worker(page))
    listing = page.list
    assert listing is not None
    first = listing.views[-1].name if listing.views else ""
    answer = browser.client.get(f"/{page.name}/?view={first}&as=csv")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="k2k-{page.name}.csv"'
    words = answer.get_data().decode("utf-8")
    assert words.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(words.removeprefix("\ufeff"))))
    title = next(column for column in listing.columns if column.phone == "title")
    shown = browser.get(f"/{page.name}/?view={first}").text
    assert len(rows) == len(keys_of(page, k2k))
    places = [shown.index(row[str(title.label)]) for row in rows]
    assert places == sorted(places)
