"""Every writing command of the facade: repeated with its key it answers the same and changes nothing.

The commands are read from the facade, so that a new one must declare here how it is repeated.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest

from k2k_core.api import K2K
from k2k_core.errors import Conflict, IdempotencyMismatch, K2KError, NotFound
from k2k_core.store import tables
from k2k_core.store.database.idempotency import fingerprint
from tests.services.conftest import LOT, Trade

SHIP = "2026-02-05"
Named = dict[str, Any]

UPKEEP = {
    *("sweep", "tidy", "send_deliveries", "run_jobs", "labels", "label_files", "label_sheet"),
    *("start_session", "session_user", "seal_audit", "audit_anchor", "key_actor"),
}
"""Upkeep, which does what is due and nothing else, and prints: paper comes twice where
somebody asks twice. A log-in is a session of its own each time."""

ASK = {
    *("records", "record", "price_rows", "companies", "company", "settings", "connections", "drafts", "audit"),
    *("hierarchies", "draft_moves", "export_draft_moves", "company_plugins"),
    *("quantities", "movements"),
    *("price", "share", "visible", "hidden", "held_back", "ship_dates", "availability", "catalog", "readiness"),
    *("staging", "awbs", "orders", "show", "events", "notifications", "verify", "users", "plugins", "check_prices"),
    *(
        "check_dates",
        "check_names",
        "code_names",
        "deliveries",
        "delivery_health",
        "sweep_failures",
        "verify_audit",
        "audit_health",
        "endpoints",
        "export_price_lists",
        "export_rows",
        "faulty_rows",
    ),
    *("invoice_file", "links", "authenticate", "subscribe", "on_behalf_of", "in_language"),
    *("open", "close"),
    *("last_change", "margin_by_week"),
    *(
        "job",
        "jobs",
        "job_result",
        "search",
        "work",
        "try_plugin",
        "timeline",
        "who_is_told",
        "scans",
        "staged_awbs",
        "unbilled",
        "partners",
        "service_days",
        "requests",
        "shared_with",
        "available_items",
        "request",
    ),
    *("box", "boxes", "carts", "line", "offer", "offers"),
    *("sessions", "preferences", "views", "preview", "api_keys"),
}
"""They change nothing."""


SHOWN_ONCE = ("add_api_key", "rotate_api_key", "customer_token")
"""Commands whose secret nobody can answer again: K2K has its digest alone."""


class Case(NamedTuple):
    """A command, another request of it, and what becomes of it when it comes again after its key was forgotten: refused
    as a conflict (`done`) or as unknown (`gone`), done again (`again`), or nothing left to do (`nothing`)."""

    command: str
    request: Named
    other: Named
    later: str


def cases(trade: Trade) -> Iterator[Case]:
    """Every command with a key, prepared one after the other."""
    net, cart = trade.net, {"buyer": "BLOOM", "customer": "C-100", "lot": "ANDES/L2", "boxes": 1, "ship_date": SHIP}
    yield Case("add", cart, {"boxes": 2}, "again")
    placed = net.add(**cart)
    watched = {"company": "BLOOM", "document": placed["prebook"], "email": "ann@bloom.example"}
    yield Case("watch", watched, {"email": "bob@bloom.example"}, "nothing")
    whole = {"buyer": "BLOOM", "cart": placed["cart"]}
    yield Case("checkout", whole, {"cart": "C-999"}, "done")
    yield Case("cancel", {"buyer": "BLOOM", "cart": net.add(**cart)["cart"]}, {"cart": "C-999"}, "done")
    book = {"buyer": "BLOOM", "customer": "C-100", "lines": [{"lot": "ANDES/L2", "boxes": 1}], "ship_date": SHIP}
    yield Case("prebook", book, {"ship_via": "grower"}, "again")
    number = net.prebook(**book)["purchase_order"]
    yield Case("approve", {"buyer": "BLOOM", "purchase_order": number}, {"purchase_order": "P-999"}, "done")
    net.put("BLOOM", "lots", [{**LOT, "code": "OWN", "product": "FREEDOM", "boxes": 2, "web_price": "0.50"}])
    own = net.add("BLOOM", "C-100", lot="OWN", boxes=1, ship_date=SHIP)
    net.checkout("BLOOM", cart=own["cart"])
    ours = {"company": "BLOOM", "invoice_order": own["invoice_order"]}
    yield Case("deliver", ours, {"invoice_order": "O-9999"}, "done")
    yield from _procurement(net)
    yield from _fulfilment(trade)
    yield from _files(net)
    yield from _set_up(net)
    yield from _administration(net)
    yield from _webhooks(net)


def _administration(net: K2K) -> Iterator[Case]:
    fern = {"code": "FERN", "name": "Fern", "currency": "USD", "timezone": "UTC"}
    network: Named = {"companies": [fern], "connections": []}
    yield Case("load", {"network": network}, {"network": {**network, "companies": []}}, "done")
    yield Case("add_company", {"company": {**fern, "code": "MOSS"}}, {"company": {**fern, "code": "IVY"}}, "done")
    steps = {"rows": {"hierarchy": [{"inventory_type": "k2k", "steps": ["k2k_gpm"]}]}}
    yield Case("set_hierarchies", {"company": "BLOOM", **steps}, {"rows": {}}, "nothing")
    listed = {"company": "BLOOM", "step": "price_list", "before": "k2k_gpm"}
    yield Case("insert_step", listed, {"after": "k2k_gpm", "before": None}, "nothing")
    net.insert_step("BLOOM", "master_price_list", before="k2k_gpm")
    yield Case("remove_step", {"company": "BLOOM", "step": "master_price_list"}, {"adjustment": True}, "gone")
    font = {"company": "BLOOM", "plugin": "k2k_labels", "settings": {}}
    yield Case("set_plugin", font, {"plugin": "k2k_network"}, "nothing")
    yield Case("accept_plugin", {"company": "BLOOM", "plugin": "k2k_labels"}, {"plugin": "k2k_network"}, "again")
    stopped = {"company": "BLOOM", "contribution": net.plugins()[0]["contributions"][0]["contribution"]}
    yield Case("lift_quarantine", stopped, {"contribution": "acme/price_resolvers/a_step"}, "nothing")
    ann = {"company": "BLOOM", "email": "ann@bloom.example", "roles": ["admin"]}
    yield Case("add_user", ann, {"roles": []}, "done")
    yield Case("add_user", {"company": None, "email": "op@hub.example"}, {"email": "other@hub.example"}, "done")
    for email in ("ann@bloom.example", "op@hub.example"):
        yield Case("set_active", {"email": email, "active": False}, {"active": True}, "nothing")
        yield Case("set_roles", {"email": email, "roles": []}, {"roles": ["setup"]}, "nothing")
    net.add_user("BLOOM", "bob@bloom.example")
    secret = {"email": "ann@bloom.example", "password": "a long password"}
    yield Case("change_password", secret, {"email": "bob@bloom.example"}, "nothing")
    yield from _keys_of(net)
    yield from _own_of(net, "bob@bloom.example")
    names = {"buyer": "BLOOM", "vendor": "ANDES"}
    yield Case("map_box_type", {**names, "box_type": "HB", "own": "QB"}, {"own": None}, "nothing")
    net.put("ANDES", "products", [{"code": "ATHENA", "description": "Rose Athena", "category": "ROSES"}])
    net.put("ANDES", "lots", [{**LOT, "code": "NEW", "product": "ATHENA", "boxes": 1}])
    likeness = {"buyer": "BLOOM", "lot": "ANDES/NEW", "category": "ROSES"}
    yield Case("add_product_from", {**likeness, "code": "N-1"}, {"code": "N-2"}, "done")
    yield Case("map_carrier", {**names, "carrier": "DHL", "own": "Express"}, {"own": None}, "nothing")
    tried = {"company": "BLOOM", "changes": [{"settings": {"k2k_gpm": "35"}}]}
    yield Case("what_if", tried, {"changes": [{"settings": {"k2k_gpm": "36"}}]}, "again")
    for command in ("apply_draft", "drop_draft"):
        draft = net.what_if(**tried)["draft"]
        yield Case(command, {"company": "BLOOM", "draft": draft}, {"draft": "9999"}, "done")
    work = {"company": "BLOOM", "kind": "what_if", "arguments": {"changes": tried["changes"]}}
    yield Case("submit", work, {"arguments": {"changes": []}}, "again")
    yield Case("cancel_job", {"company": "BLOOM", "job": net.submit(**work)["id"]}, {"job": "0"}, "done")


def _keys_of(net: K2K) -> Iterator[Case]:
    shop = {"company": "BLOOM", "name": "shop", "preset": "web_shop"}
    yield Case("add_api_key", shop, {"name": "other"}, "done")
    erp = {"company": "BLOOM", "id": net.add_api_key("BLOOM", "erp", preset="buyer_erp")["id"]}
    yield Case("rotate_api_key", erp, {"id": "0"}, "again")
    yield Case("revoke_api_key", erp, {"id": "0"}, "done")
    yield Case("customer_token", {"company": "BLOOM", "customer": "C-100"}, {"minutes": 5}, "again")


def _own_of(net: K2K, email: str) -> Iterator[Case]:
    """What a user has of their own."""
    own = {"email": email}
    yield Case("set_preferences", {**own, "values": {"theme": "dark"}}, {"values": {"theme": "light"}}, "nothing")
    view = {**own, "page_name": "orders", "name": "Mine", "query": "status=open"}
    yield Case("save_view", view, {"query": "status=done"}, "nothing")
    net.start_session(email)
    yield Case("end_sessions", own, {"but": "1"}, "nothing")
    seen = net.views(email)[0]["view"]
    yield Case("drop_view", {**own, "view": seen}, {"view": "9999"}, "gone")


def _webhooks(net: K2K) -> Iterator[Case]:
    hook = {"company": "ANDES", "code": "ERP", "url": "https://erp.example/hook"}
    yield Case("add_endpoint", hook, {"url": "https://erp.example/other"}, "done")
    named = {"company": "ANDES", "endpoint": "ERP"}
    yield Case("change_endpoint", {**named, "active": False}, {"active": True}, "nothing")
    yield Case("rotate_secret", named, {"hours": 2}, "again")
    yield Case("try_endpoint", named, {"endpoint": "OTHER"}, "again")
    yield Case("replay", named, {"endpoint": None}, "nothing")


def _set_up(net: K2K) -> Iterator[Case]:
    yield Case("set", {"company": "BLOOM", "settings": {"k2k_gpm": "31"}}, {"settings": {"k2k_gpm": "32"}}, "nothing")
    changes = [{"settings": {"k2k_gpm": "33"}}, {"customer": "C-100", "values": {"name": "Corner"}}]
    yield Case("set_all", {"company": "BLOOM", "changes_": changes}, {"changes_": changes[:1]}, "nothing")
    net.put("ANDES", "lots", [{**LOT, "code": "BARE", "boxes": 2, "price_a": None}])
    yield Case("suggest_prices", {"company": "ANDES", "lots": ["BARE"]}, {"lots": ["L1"]}, "nothing")
    entries = [net.set("BLOOM", settings={"k2k_gpm": gpm})["audit"] for gpm in ("34", "35")]
    yield Case("undo", {"company": "BLOOM", "audit_id": entries[1]}, {"audit_id": entries[0]}, "done")
    category = {"company": "BLOOM", "collection": "categories", "rows": [{"code": "LILIES"}]}
    yield Case("put", category, {"rows": [{"code": "IRISES"}]}, "nothing")
    yield Case("import_rows", {**category, "rows": [{"code": "TULIPS"}]}, {"rows": [{"code": "IRISES"}]}, "nothing")
    gone = {"company": "BLOOM", "collection": "categories", "code": "LILIES"}
    yield Case("archive", gone, {"restore": True}, "nothing")
    counted = {"company": "ANDES", "lot": "L2", "on_hand": 40, "as_of": 0}
    yield Case("state_quantity", counted, {"on_hand": 41}, "nothing")
    came = {"company": "ANDES", "lot": "L2", "delta": 2, "reason": "received", "reference": "E-1"}
    yield Case("adjust", came, {"delta": 3}, "nothing")
    yield Case("map", {"buyer": "BLOOM", "lot": "ANDES/L1", "va_price": "0.5"}, {"va_price": "0.6"}, "nothing")
    rows = {"buyer": "BLOOM", "rows": [{"lot": "ANDES/L1", "va_price": "0.7"}, {"lot": "ANDES/L0"}]}
    yield Case("map", rows, {"rows": rows["rows"][:1]}, "nothing")
    pair = {"vendor": "SIERRA", "buyer": "PETAL"}
    yield Case("propose", {**pair, "by": "SIERRA"}, {"buyer": "BLOOM"}, "done")
    net.put("PETAL", "vendors", [{"code": "SIERRA", "company": "SIERRA", "currency": "USD", "transit_days": 1}])
    net.put("SIERRA", "customers", [{"code": "PETAL", "type": "A", "company": "PETAL"}])
    yield Case("remind", {**pair, "requirement": "days_of_service"}, {"requirement": "ecommerce_enabled"}, "done")
    yield Case("accept", {**pair, "by": "PETAL"}, {"vendor": "ANDES"}, "done")
    yield Case("suspend", {**pair, "by": "PETAL"}, {"vendor": "ANDES"}, "done")
    yield Case("resume", {**pair, "by": "PETAL"}, {"vendor": "ANDES"}, "done")
    terms = {**pair, "by": "SIERRA", "terms": {"hide_vendor": True}}
    yield Case("change_terms", terms, {"terms": {"hide_vendor": False}}, "nothing")
    yield Case("end", {**pair, "by": "PETAL"}, {"vendor": "ANDES"}, "done")


def _procurement(net: K2K) -> Iterator[Case]:
    def ordered() -> Named:
        return net.purchase_order("BLOOM", "ANDES", [{"product": "FREEDOM", "boxes": 1}], SHIP)

    goods = {"buyer": "BLOOM", "vendor": "ANDES", "lines": [{"product": "FREEDOM", "boxes": 2}], "ship_date": SHIP}
    yield Case("purchase_order", goods, {"lines": [{"product": "FREEDOM", "boxes": 3}]}, "again")
    order = ordered()
    number, elsewhere = order["number"], {"purchase_order": "P-999"}
    yield Case("transfer", {"buyer": "BLOOM", "purchase_order": number}, elsewhere, "done")
    at_vendor = {"vendor": "ANDES", "purchase_order": number}
    yield Case("accept_order", at_vendor, elsewhere, "done")
    line = {"line": order["lines"][0]["line"], "lots": [{"lot": "L2", "boxes": 1}]}
    yield Case("fill", {**at_vendor, "lines": [line]}, {"lines": [{"line": line["line"]}]}, "done")
    yield Case("reject", {**at_vendor, "reason": "frost"}, {"reason": "rain"}, "done")


def _fulfilment(trade: Trade) -> Iterator[Case]:
    order = trade.checked_out(2)
    number = {"vendor": "ANDES", "sales_order": order["sales_order"]}
    named = {**number, "reference_number": "AWB-0"}
    yield Case("set_reference", named, {"reference_number": "AWB-9"}, "nothing")
    yield Case("confirm", {**number, "reference_number": "AWB-1"}, {"reference_number": "AWB-2"}, "done")
    rows = [{"sales_order": trade.checked_out(1)["sales_order"]}, {"sales_order": "S-0"}]
    yield Case("confirm", {"vendor": "ANDES", "rows": rows}, {"rows": rows[:1]}, "nothing")
    yield Case("ship", {"vendor": "ANDES", "awb": "AWB-1"}, {"awb": "AWB-2"}, "done")
    yield Case("awb", {"company": "BLOOM", "awb": "AWB-1", "freight": "12.5"}, {"freight": "13"}, "nothing")
    yield Case("scan", {"company": "BLOOM", "box_codes": ["B1"]}, {"box_codes": ["B2"]}, "nothing")
    yield Case("receive", {"company": "BLOOM", "box_codes": ["B2"]}, {"box_codes": ["B1"]}, "nothing")
    give_up = {"company": "BLOOM", "line": order["lines"][0]["line"], "boxes": 1, "confirm": "CONFIRM"}
    yield Case("release", {**give_up, "reason": "cancelled"}, {"reason": "mistake"}, "again")
    other = trade.confirmed(1)
    trade.net.scan("BLOOM", other["box_codes"])
    yield Case("bill", {"company": "BLOOM", "prebook": other["prebook"]}, {"prebook": order["prebook"]}, "done")
    void = {"vendor": "ANDES", "sales_order": trade.confirmed(1)["sales_order"], "confirm": "CONFIRM"}
    yield Case("void", {**void, "reason": "frost"}, {"reason": "rain"}, "done")
    staged = trade.confirmed(1)["box_codes"]
    yield Case("missing", {"company": "BLOOM", "box_codes": staged, "reason": "gone"}, {"reason": "late"}, "nothing")
    declined = {"vendor": "ANDES", "box_codes": staged, "reason": "signed for"}
    yield Case("decline_missing", declined, {"reason": "found"}, "nothing")
    (invoice, *_) = (one for one in trade.net.orders("ANDES") if one["kind"] == "invoice" and one["total"] != "0.00")
    credit = {"company": "ANDES", "invoice": invoice["number"], "line": invoice["lines"][0]["line"], "amount": "1"}
    yield Case("credit", {**credit, "reason": "frost", "confirm": "CONFIRM"}, {"amount": "2"}, "again")
    yield Case("send_invoice", {"company": "ANDES", "invoice": invoice["number"]}, {"invoice": "I-9999"}, "again")
    link = {"company": "ANDES", "url": "https://photos.example/1", "document": order["sales_order"]}
    yield Case("attach", link, {"url": "https://photos.example/2"}, "nothing")


def _files(net: K2K) -> Iterator[Case]:
    net.put("BLOOM", "price_lists", [{"code": "SPRING", "seasons": [{**SEASON, "rows": []}]}])
    lists = net.export_price_lists("BLOOM")
    file: Named = {"company": "BLOOM", "content": lists}
    yield Case("import_price_lists", file, {"mode": "replace"}, "nothing")
    text = "lot,boxes,product,box_type,units_per_box,unit_type,arrival_date\nVA-1,5,FREEDOM,HB,100,stem,2026-02-10\n"
    yield Case("import_availability", {"company": "BLOOM", "content": text.encode()}, {"mode": "increase"}, "nothing")


SEASON = {"name": "spring", "start": "2026-01-01", "end": "2026-12-31"}


def everything(net: K2K, *but: str) -> dict[str, list[Any]]:
    """All rows of all tables, but for some."""
    with net.context.store.whole_network.reading() as session:
        wanted = [table for table in tables.ALL if table.__name__ not in but]
        return {table.__name__: session.rows(table.select().order_by(table.id)) for table in wanted}


def forget_keys(net: K2K) -> None:
    """As it is long after: the keys have gone."""
    with net.context.store.whole_network.writing() as session:
        session.change(tables.Idempotency.delete())
        session.change(tables.NetworkIdempotency.delete())


@pytest.fixture
def busy(open_trade: Callable[..., Trade]) -> Trade:
    trade = open_trade()
    trade.net.set("ANDES", lot="L2", values={"boxes": 100})
    return trade


def methods() -> dict[str, Any]:
    """The public methods of the facade."""
    return {name: one for name, one in inspect.getmembers(K2K, callable) if not name.startswith("_")}


def keyed() -> set[str]:
    """Those of them that take a key."""
    return {name for name, one in methods().items() if "key" in inspect.signature(one).parameters}


def test_every_command_of_the_facade_says_how_it_is_repeated() -> None:
    told = [UPKEEP, ASK, keyed()]
    assert set(methods()) ^ set().union(*told) == set()
    assert sum(map(len, told)) == len(methods()), "each in one way"


@pytest.mark.long
def test_every_command_with_a_key_is_done_once(busy: Trade) -> None:
    walked = set()
    for number, case in enumerate(cases(busy)):
        walked.add(case.command)
        _require_once(busy.net, case, f"key {number}")
    assert walked == keyed()


def _require_once(net: K2K, case: Case, key: str) -> None:
    command = getattr(net, case.command)
    first = command(**case.request, key=key)
    before = everything(net)
    said = {**first, "secret": None} if case.command in SHOWN_ONCE else first
    assert command(**case.request, key=key) == said, case
    with pytest.raises(IdempotencyMismatch):
        command(**{**case.request, **case.other}, key=key)
    assert everything(net) == before, case
    forget_keys(net)
    _require_business_key(net, case, key)


def _require_business_key(net: K2K, case: Case, key: str) -> None:
    """What carries the name of what it moves cannot be done twice, whatever became of its key."""
    before = everything(net)["LotLedger"]
    if case.later in ("done", "gone"):
        with pytest.raises(Conflict if case.later == "done" else NotFound):
            getattr(net, case.command)(**case.request, key=key)
    elif case.later == "nothing":
        getattr(net, case.command)(**case.request, key=key)
    if case.later != "again":
        assert everything(net)["LotLedger"] == before, case


def test_a_refused_command_leaves_its_key_free(busy: Trade) -> None:
    wish = {"buyer": "BLOOM", "customer": "C-100", "lot": "ANDES/L1", "ship_date": SHIP}
    with pytest.raises(K2KError):
        busy.net.add(**wish, boxes=7, key="k")
    assert busy.net.add(**wish, boxes=6, key="k")["lines"][0]["boxes"] == 6


def test_a_change_that_is_sent_again_does_not_undo_what_was_set_meanwhile(busy: Trade) -> None:
    first = busy.net.set("BLOOM", settings={"k2k_gpm": "31"}, key="k")
    busy.net.set("BLOOM", settings={"k2k_gpm": "40"})
    assert busy.net.set("BLOOM", settings={"k2k_gpm": "31"}, key="k") == first
    assert busy.net.what_if("BLOOM", [{"settings": {"k2k_gpm": "40"}}])["moved"] == 0


def test_no_key_remembers_a_secret_or_a_password_and_a_repeat_has_the_secret_while_the_endpoint_has_it(
    busy: Trade,
) -> None:
    net, password = busy.net, "correct horse battery"
    first = net.add_endpoint("ANDES", "ERP", "https://erp.example/hook", key="added")
    second = net.rotate_secret("ANDES", "ERP", key="rotated")
    assert net.add_endpoint("ANDES", "ERP", "https://erp.example/hook", key="added") == first, "it still signs too"
    third = net.rotate_secret("ANDES", "ERP", key="rotated again")
    assert net.add_endpoint("ANDES", "ERP", "https://erp.example/hook", key="added")["secret"] is None
    assert net.rotate_secret("ANDES", "ERP", key="rotated") == second
    net.add_user("ANDES", "ann@andes.example", roles=["admin"], password=password, key="ann")
    net.change_password("ann@andes.example", password + "!", key="changed")
    net.change_password("ann@andes.example", password + "?", key="changed")
    assert net.authenticate("ann@andes.example", password + "!") is not None
    stored = str(everything(net)["Idempotency"])
    assert not any(secret in stored for secret in (first["secret"], second["secret"], third["secret"], password))
    with net.context.store.whole_network.reading() as session:
        digests = {row[0] for row in session.rows(tables.Idempotency.select(tables.Idempotency.fingerprint))}
    assert fingerprint({"email": "ann@andes.example", "password": password + "!"}) not in digests
