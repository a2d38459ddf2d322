"""A draft answers what it would do to every price without changing anything, and is then applied or dropped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.domain.roles import Actor
from k2k_core.errors import Conflict, Invalid, NotAllowed, NotFound

NOW = dt.datetime(2026, 2, 2, 14, tzinfo=dt.UTC)
ROSE = {"code": "R-60", "description": "Rose Freedom 60cm", "category": "ROSES"}
BOX: dict[str, Any] = {
    "inventory_type": "open_market_boxes",
    "product": "R-60",
    "box_type": "HB",
    "boxes": 10,
    "units_per_box": 250,
    "unit_type": "stem",
    "arrival_date": "2026-02-01",
}
NETWORK: dict[str, Any] = {
    "companies": [
        {
            "code": "ANDES",
            "name": "Andes",
            "currency": "USD",
            "timezone": "America/Bogota",
            "categories": [{"code": "ROSES", "name": "Roses"}],
            "products": [ROSE],
            "box_dimensions": [{"box_type": "HB", "length": 40, "width": 12, "height": 10}],
            "customers": [{"code": "BLOOM", "name": "Bloom", "type": "A", "company": "BLOOM"}],
            "lots": [{**BOX, "code": f"L{n}", "price_a": f"0.{30 + n}"} for n in range(4)],
        },
        {
            "code": "BLOOM",
            "name": "Bloom",
            "currency": "USD",
            "timezone": "America/New_York",
            "settings": {"k2k_gpm": 25, "auto_map_products": True, "autoconfirm": True},
            "locations": [{"code": "NYC", "name": "New York", "k2k_gpm": 30}],
            "vendors": [{"code": "ANDES", "name": "Andes", "company": "ANDES", "transit_days": 1}],
            "categories": [{"code": "ROSES", "name": "Roses"}],
            "products": [{**ROSE, "code": "OWN-60", "description": "Rose own"}],
            "customers": [
                {"code": "C-1", "name": "Corner", "type": "A"},
                {"code": "C-2", "name": "Dale", "type": "A", "location": "NYC"},
            ],
            "lots": [{**BOX, "code": "OWN", "product": "OWN-60", "unit_cost": "0.20", "web_price": "0.40"}],
        },
    ],
    "connections": [{"vendor": "ANDES", "buyer": "BLOOM", "state": "active"}],
}


@pytest.fixture
def k2k(database_url: str) -> Iterator[K2K]:
    with K2K.open(database_url, clock=lambda: NOW) as opened:
        opened.load(NETWORK)
        yield opened


def prices(k2k: K2K, customer: str) -> dict[str, str | None]:
    return {row["lot"]: row["price"] for row in k2k.price("BLOOM", customer)}


def test_a_draft_says_how_many_lines_move_and_changes_nothing(k2k: K2K) -> None:
    before = prices(k2k, "C-1"), prices(k2k, "C-2"), k2k.check_prices("BLOOM")
    answer = k2k.what_if("BLOOM", [{"settings": {"k2k_gpm": 40}}])
    assert (answer["customers"], answer["lines"], answer["moved"]) == (2, 10, 4)
    assert (answer["up"], answer["down"], answer["lost_price"]) == (4, 0, 0)
    assert answer["unchanged"] + answer["without_price"] == 6
    assert (prices(k2k, "C-1"), prices(k2k, "C-2"), k2k.check_prices("BLOOM")) == before


def test_what_is_only_computed_answers_the_same_and_leaves_no_draft(k2k: K2K) -> None:
    changes = [{"settings": {"k2k_gpm": 40}}]
    computed = k2k.what_if("BLOOM", changes, margin_floor=30, store=False)
    assert k2k.drafts("BLOOM")["items"] == []
    stored = k2k.what_if("BLOOM", changes, margin_floor=30)
    assert {**computed, "draft": stored["draft"]} == stored
    with pytest.raises(Invalid):
        k2k.what_if("BLOOM", [], store=False)


def test_what_a_draft_foretells_is_what_its_application_brings(k2k: K2K) -> None:
    changes: list[dict[str, Any]] = [
        {"settings": {"k2k_gpm": 40}},
        {"customer": "C-1", "values": {"ecommerce_markup": {"percent": "-10"}}},
        {"location": "NYC", "values": {"k2k_gpm": 10}},
    ]
    answer = k2k.what_if("BLOOM", changes)
    old = prices(k2k, "C-1") | {f"2 {lot}": price for lot, price in prices(k2k, "C-2").items()}
    k2k.apply_draft("BLOOM", answer["draft"])
    new = prices(k2k, "C-1") | {f"2 {lot}": price for lot, price in prices(k2k, "C-2").items()}
    assert answer["moved"] == sum(old[lot] != new[lot] for lot in old)
    for move in answer["largest"]:
        place = move["lot"] if move["customer"] == "C-1" else f"2 {move['lot']}"
        assert (move["before"], move["after"]) == (old[place], new[place])


def test_the_largest_movement_stands_first(k2k: K2K) -> None:
    changes = [{"customer": "C-2", "values": {"ecommerce_markup": {"amount": "1"}}}]
    largest = k2k.what_if("BLOOM", changes)["largest"]
    parts = [abs(float(move["change_percent"])) for move in largest]
    assert parts == sorted(parts, reverse=True)
    assert {move["customer"] for move in largest} == {"C-2"}


def test_a_draft_says_between_which_changes_its_prices_move_and_how_many_lines_stay(k2k: K2K) -> None:
    changes: list[dict[str, Any]] = [
        {"customer": "C-1", "values": {"ecommerce_markup": {"percent": "-10"}}},
        {"customer": "C-2", "values": {"ecommerce_markup": {"percent": "50"}}},
    ]
    answer = k2k.what_if("BLOOM", changes)
    shown = sorted(float(move["change_percent"]) for move in answer["largest"])
    assert (float(answer["least_change"]), float(answer["greatest_change"])) == (shown[0], shown[-1])
    assert shown[0] < 0 < shown[-1]
    prices_of = [price for customer in ("C-1", "C-2") for price in prices(k2k, customer).values()]
    assert answer["without_price"] == prices_of.count(None)
    assert answer["unchanged"] == answer["lines"] - answer["moved"] - answer["without_price"]
    nothing = k2k.what_if("BLOOM", [{"settings": {"gpm": None}}])
    assert (nothing["moved"], nothing["least_change"], nothing["greatest_change"]) == (0, None, None)


def test_lines_that_lose_their_price_are_named(k2k: K2K) -> None:
    answer = k2k.what_if("BLOOM", [{"settings": {"k2k_gpm": None}}])
    assert answer["lost_price"] == 4
    assert {(move["customer"], move["after"]) for move in answer["lost"]} == {("C-1", None)}


def test_lines_under_the_margin_floor_are_named(k2k: K2K) -> None:
    answer = k2k.what_if("BLOOM", [{"settings": {"k2k_gpm": 10}}], margin_floor=20)
    assert answer["under_margin_floor"] == 4
    assert all(float(move["margin_percent"]) < 20 for move in answer["under"])


def test_findings_of_the_price_checks_come_with_the_draft(k2k: K2K) -> None:
    answer = k2k.what_if("BLOOM", [{"customer": "C-1", "values": {"ecommerce_markup": {"percent": -100}}}])
    assert [finding["code"] for finding in answer["findings"]] == ["markup_never_positive"]
    assert answer["lost_price"] == 5


def test_a_price_list_can_be_part_of_a_draft(k2k: K2K) -> None:
    season = {"name": "All", "start": "2026-01-01", "end": "2026-12-31"}
    rows = [{"product": "OWN-60", "price": "0.77"}]
    lists = [{"code": "L", "name": "L", "type": "all", "seasons": [{**season, "rows": rows}]}]
    answer = k2k.what_if(
        "BLOOM",
        [
            {"collection": "price_lists", "rows": lists},
            {"customer": "C-1", "values": {"type": "B", "price_lists": ["L"]}},
        ],
    )
    assert [(move["lot"], move["after"]) for move in answer["largest"]] == [("OWN", "0.77")]
    k2k.drop_draft("BLOOM", answer["draft"])
    assert prices(k2k, "C-1")["OWN"] == "0.40"


def test_a_draft_is_applied_or_dropped_once(k2k: K2K) -> None:
    draft = k2k.what_if("BLOOM", [{"settings": {"k2k_gpm": 40}}])["draft"]
    k2k.drop_draft("BLOOM", draft)
    with pytest.raises(Conflict):
        k2k.apply_draft("BLOOM", draft)
    with pytest.raises(NotFound):
        k2k.apply_draft("ANDES", draft)


@pytest.mark.parametrize(
    "change",
    [
        {"settings": {"k2k_gpm": 100}},
        {"settings": {"nonsense": 1}},
        {"customer": "C-1", "values": {"ecommerce_markup": {"percent": "NaN"}}},
        {"moon": "full"},
        {"customer": "C-1"},
        "k2k_gpm",
    ],
)
def test_a_draft_with_a_fault_is_refused_whole(k2k: K2K, change: Any) -> None:
    with pytest.raises(Invalid):
        k2k.what_if("BLOOM", [{"settings": {"k2k_gpm": 30}}, change])


def test_progress_is_told_customer_by_customer(k2k: K2K) -> None:
    steps: list[tuple[int, int]] = []
    k2k.what_if("BLOOM", [{"settings": {"k2k_gpm": 40}}], progress=lambda done, all_: steps.append((done, all_)))
    assert steps == [(1, 2), (2, 2)]


def test_a_person_without_the_role_for_prices_drafts_nothing(k2k: K2K) -> None:
    clerk = k2k.on_behalf_of(Actor("w@bloom.example", "BLOOM", frozenset({"warehouse"})))
    with pytest.raises(NotAllowed):
        clerk.what_if("BLOOM", [{"settings": {"k2k_gpm": 40}}])


def test_a_company_remembers_its_margin_floor(k2k: K2K) -> None:
    change = [{"settings": {"k2k_gpm": 10}}]
    assert k2k.what_if("BLOOM", change)["margin_floor"] is None
    k2k.set("BLOOM", settings={"margin_floor": "20"})
    answer = k2k.what_if("BLOOM", change)
    assert answer["margin_floor"] == "20.0"
    assert (answer["under_margin_floor"], answer["moved_under_margin_floor"]) == (4, 4)
    assert [one["place"] for one in answer["findings"]] == ["settings.k2k_gpm"]
    asked = k2k.what_if("BLOOM", change, margin_floor=9)
    assert (asked["margin_floor"], asked["under_margin_floor"]) == ("9.0", 0)
    higher = k2k.what_if("BLOOM", [{"settings": {"margin_floor": 30}}])
    assert (higher["moved"], higher["under_margin_floor"], higher["moved_under_margin_floor"]) == (0, 4, 0)
    with pytest.raises(Invalid):
        k2k.set("BLOOM", settings={"margin_floor": 100})


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"settings": {"k2k_gpm": "19.9"}}, "settings.k2k_gpm"),
        ({"settings": {"gpm": "0"}}, "settings.gpm"),
        ({"location": "NYC", "values": {"k2k_gpm": 5}}, "locations.NYC.k2k_gpm"),
        ({"settings": {"k2k_price_is_landed_cost": True}}, "settings.k2k_price_is_landed_cost"),
        ({"customer": "C-1", "values": {"ecommerce_markup": {"percent": "-6.26"}}}, "customers.C-1.ecommerce_markup"),
        ({"customer": "C-2", "values": {"ecommerce_markup": {"percent": "-12.6"}}}, "customers.C-2.ecommerce_markup"),
    ],
)
def test_a_write_that_makes_prices_fall_below_the_floor_is_warned_of(k2k: K2K, change: Any, place: str) -> None:
    assert k2k.set("BLOOM", **change, dry_run=True).get("findings", []) == []
    k2k.set("BLOOM", settings={"margin_floor": "20"})
    (finding,) = k2k.set("BLOOM", **change, hold="error")["findings"]
    assert (finding["code"], finding["severity"], finding["place"]) == ("under_margin_floor", "warning", place)
    assert finding["facts"]["floor"] == "20"
    assert finding in k2k.check_prices("BLOOM")


@pytest.mark.parametrize(
    "change",
    [
        {"settings": {"k2k_gpm": "20"}},
        {"customer": "C-1", "values": {"ecommerce_markup": {"percent": "-6.25"}}},
        {"customer": "C-2", "values": {"ecommerce_markup": {"percent": "-12.5"}}},
        {"customer": "C-1", "values": {"ecommerce_markup": {"amount": "-0.1"}}},
    ],
)
def test_what_leaves_just_the_floor_is_none_of_the_findings(k2k: K2K, change: Any) -> None:
    k2k.set("BLOOM", settings={"margin_floor": "20"})
    assert k2k.set("BLOOM", **change).get("findings", []) == []


def test_a_price_list_with_prices_too_near_to_their_costs_is_warned_of(k2k: K2K) -> None:
    k2k.set("BLOOM", settings={"margin_floor": "20"})
    season = {"name": "All", "start": "2026-01-01", "end": "2026-12-31"}
    rows = [{"product": "OWN-60", "price": "0.50", "cost": cost} for cost in ("0.40", "0.41")]
    rows = [{**row, "box_type": box} for row, box in zip(rows, ("HB", "QB"), strict=True)]
    made = {"code": "L", "name": "L", "type": "all", "everyone": True, "seasons": [{**season, "rows": rows}]}
    k2k.set("BLOOM", customer="C-1", values={"type": "B"})
    (finding,) = k2k.put("BLOOM", "price_lists", [made])["findings"]
    assert (finding["code"], finding["place"]) == ("under_margin_floor", "price_lists.L")
    assert finding["problem"] == "1 price of L under the margin floor of 20 %, OWN-60 in QB first"


CHANGES: list[dict[str, Any]] = [
    {"settings": {"k2k_gpm": 40}},
    {"customer": "C-2", "values": {"ecommerce_markup": {"percent": "-10"}}},
    {"collection": "customers", "rows": [{"code": "C-3", "name": "New", "type": "A"}]},
]


def walked(k2k: K2K, draft: str, limit: int = 3, **which: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = None
    while cursor is not None or not found:
        page = k2k.draft_moves("BLOOM", draft, limit=limit, cursor=cursor, **which)
        found += map(dict, page["items"])
        cursor = page["next"]
        if cursor is None:
            return found
    return found


def test_every_price_that_a_draft_moves_is_read_page_by_page(k2k: K2K) -> None:
    answer = k2k.what_if("BLOOM", CHANGES)
    draft, counts = answer["draft"], dict(answer)
    rows = walked(k2k, draft)
    assert len(rows) == answer["moved"] == k2k.draft_moves("BLOOM", draft, limit=1, count=True)["count"]
    assert [(one["customer"], one["lot"]) for one in rows] == sorted((one["customer"], one["lot"]) for one in rows)
    assert sorted(map(str, answer["largest"])) == sorted(str({**one, "margin_percent": None}) for one in rows)
    for kind in ("up", "down", "gained_price", "lost_price"):
        assert len(walked(k2k, draft, kind=kind)) == counts[kind]
    assert {one["customer"] for one in walked(k2k, draft, customer="C-2")} == {"C-2"}
    under = walked(k2k, draft, kind="under_margin_floor", margin_floor=25)
    assert under == [one for one in rows if one["margin_percent"] is not None and float(one["margin_percent"]) < 25]
    by_change = walked(k2k, draft, sort="-change", limit=2)
    assert sorted(map(str, by_change)) == sorted(map(str, rows))
    shown = [float(one["change_percent"]) for one in by_change]
    assert shown == sorted(shown, reverse=True)
    assert walked(k2k, draft, sort="change", limit=2)[0]["change_percent"] == by_change[-1]["change_percent"]
    content = k2k.export_draft_moves("BLOOM", draft).decode("utf-8-sig").splitlines()
    assert content[0] == "customer,lot,before,after,change_percent,margin_percent"
    assert content[1:] == [",".join("" if value is None else value for value in one.values()) for one in rows]
    assert k2k.export_draft_moves("BLOOM", draft, "xlsx", kind="up")[:2] == b"PK"


def test_the_moves_are_those_of_an_open_draft(k2k: K2K) -> None:
    draft = k2k.what_if("BLOOM", CHANGES)["draft"]
    k2k.set("BLOOM", settings={"k2k_gpm": 40}, location=None)
    assert {one["customer"] for one in walked(k2k, draft)} == {"C-2"}
    for wrong in ({"kind": "sideways"}, {"sort": "moon"}, {"limit": 0}, {"margin_floor": 100}):
        with pytest.raises(Invalid):
            k2k.draft_moves("BLOOM", draft, **wrong)
    with pytest.raises(NotFound):
        k2k.draft_moves("BLOOM", draft, customer="NOBODY")
    job = k2k.submit("BLOOM", "export_draft_moves", {"draft": draft, "customer": "C-2"})["id"]
    k2k.run_jobs()
    assert k2k.job_result("BLOOM", job).content == k2k.export_draft_moves("BLOOM", draft, customer="C-2")
    k2k.drop_draft("BLOOM", draft)
    with pytest.raises(Conflict):
        k2k.draft_moves("BLOOM", draft)
