"""Jobs: methods of the facade that a worker calls on behalf of the user who submitted them."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.domain.roles import ROLES, Actor
from k2k_core.errors import Conflict, IdempotencyMismatch, Invalid, NotAllowed, NotFound, UnreadableFile
from k2k_core.services.jobs.heartbeat import Stopped
from k2k_core.store.tables import Job
from tests.services.conftest import Trade

GPM = {"changes": [{"settings": {"k2k_gpm": "35"}}]}
PRICES = b"list,season,start,end,product,price\nSPRING,spring,2026-01-01,2026-12-31,FREEDOM,0.55\n"
ANN = Actor("ann@bloom.example", "BLOOM", frozenset(("sales_manager",)), locale="es")


def ended(net: K2K, company: str | None, kind: str, arguments: Any = None, content: bytes | None = None) -> Any:
    """A job that was submitted and run."""
    job = net.submit(company, kind, arguments, content)
    net.run_jobs()
    return net.job(company, job["id"])


def events(net: K2K) -> list[Any]:
    """What is told of jobs that ended, without the id, which is the job's, and the version, which ends with it."""
    told = [event["data"] for event in net.events("BLOOM") if event["type"] == "job.done"]
    assert all((one.pop("id"), one.pop("version")) == (one["job"], 1) for one in told)
    return told


def test_a_job_waits_until_somebody_runs_it_and_answers_what_its_method_answers(trade: Trade) -> None:
    net = trade.net
    job = net.submit("BLOOM", "what_if", GPM)
    assert (job["state"], job["done"], job["of"], job["result"], job["person"]) == ("waiting", 0, None, None, "host")
    assert net.run_jobs() == 1
    done = net.job("BLOOM", job["id"])
    assert (done["state"], done["done"], done["of"], done["error"]) == ("done", 2, 2, None)
    assert done["result"] | {"draft": ""} == net.what_if("BLOOM", **GPM) | {"draft": ""}
    assert events(net) == [{"job": job["id"], "kind": "what_if", "state": "done"}]
    assert net.run_jobs() == 0


def test_a_job_is_submitted_once_for_its_key(trade: Trade) -> None:
    job = trade.net.submit("BLOOM", "what_if", GPM, key="once")
    assert trade.net.submit("BLOOM", "what_if", GPM, key="once") == job
    assert trade.net.run_jobs() == 1
    with pytest.raises(IdempotencyMismatch):
        trade.net.submit("BLOOM", "what_if", {"changes": []}, key="once")


def test_files_go_in_and_come_out(trade: Trade) -> None:
    net = trade.net
    imported = ended(net, "BLOOM", "import_price_lists", {"mode": "upsert"}, PRICES)
    assert imported["state"] == "done", imported["error"]
    assert (imported["result"]["counts"]["rows"]["added"], imported["done"], imported["of"]) == (1, 1, 1)
    exported = ended(net, "BLOOM", "export_price_lists", {"lists": ["SPRING"]})
    assert exported["result"] == {"media_type": "text/csv", "size": len(net.export_price_lists("BLOOM"))}
    found = net.job_result("BLOOM", exported["id"])
    assert (found.media_type, found.content) == ("text/csv", net.export_price_lists("BLOOM"))
    assert net.job_result("BLOOM", imported["id"]).result == imported["result"]


def test_labels_are_printed_once_whatever_becomes_of_the_worker(trade: Trade) -> None:
    confirmed = trade.confirmed(2)
    job = ended(trade.net, "ANDES", "label_sheet", {"awb": confirmed["awb"], "format": "pdf"})
    assert (job["state"], job["result"]["media_type"], job["result"]["failed"]) == ("done", "application/pdf", [])
    content = trade.net.job_result("ANDES", job["id"]).content
    assert content is not None
    assert content.startswith(b"%PDF")


def test_the_network_is_verified_and_loaded_by_jobs_without_a_company(trade: Trade) -> None:
    net = trade.net
    fern = {"code": "FERN", "name": "Fern", "currency": "USD", "timezone": "UTC"}
    assert ended(net, None, "load", {"network": {"companies": [fern], "connections": []}})["state"] == "done"
    assert net.company("FERN")["name"] == "Fern"
    verified = ended(net, None, "verify")
    assert (verified["state"], verified["result"]) == ("done", [])
    assert [job["kind"] for job in net.jobs(None)["items"]] == ["load", "verify"]
    assert net.jobs("BLOOM")["items"] == []


def test_what_its_method_refuses_is_the_error_of_the_job_in_the_language_of_its_person(trade: Trade) -> None:
    ann = trade.net.on_behalf_of(ANN)
    job = ann.submit("BLOOM", "import_price_lists", {"mode": "sideways"}, PRICES)
    trade.net.run_jobs()
    failed = ann.job("BLOOM", job["id"])
    with pytest.raises(Invalid) as refused:
        ann.import_price_lists("BLOOM", PRICES, mode="sideways")
    assert (failed["state"], failed["result"]) == ("failed", None)
    assert failed["error"] == refused.value.as_dict()
    assert "sideways" in failed["error"]["message"]
    assert failed["error"]["message"] != str(_english(trade.net))
    assert events(trade.net) == [{"job": job["id"], "kind": "import_price_lists", "state": "failed"}]
    with pytest.raises(Conflict):
        ann.job_result("BLOOM", job["id"])


def _english(net: K2K) -> Invalid:
    with pytest.raises(Invalid) as refused:
        net.import_price_lists("BLOOM", PRICES, mode="sideways")
    return refused.value


def test_what_it_does_is_audited_as_the_person_who_submitted_it(trade: Trade) -> None:
    ann = trade.net.on_behalf_of(ANN)
    ann.submit("BLOOM", "import_price_lists", {}, PRICES)
    trade.net.run_jobs()
    rows = trade.net.audit("BLOOM", {"person": ANN.email})["items"]
    assert [row["action"] for row in rows] == ["job.submitted", "price_lists.imported"]


@pytest.mark.parametrize("taken_away", ["the account", "the role"])
def test_a_job_has_the_rights_that_its_person_has_when_it_runs(trade: Trade, taken_away: str) -> None:
    trade.net.add_user("BLOOM", email=ANN.email, name="Ann", password="sixteen red roses", roles=["sales_manager"])
    submitted = trade.net.on_behalf_of(ANN).submit("BLOOM", "import_price_lists", {}, PRICES)
    if taken_away == "the account":
        trade.net.set_active(ANN.email, False)
    else:
        trade.net.set_roles(ANN.email, ["warehouse"])
    trade.net.run_jobs()
    job = trade.net.job("BLOOM", submitted["id"])
    assert (job["state"], job["error"]["code"]) == ("failed", "not_allowed")
    assert not trade.net.audit("BLOOM", {"action": "price_lists.imported"})["items"]


@pytest.mark.parametrize(
    ("kind", "arguments", "content"),
    [
        ("nonsense", {}, None),
        ("what_if", {}, None),
        ("what_if", {"changes": "everything"}, None),
        ("what_if", {**GPM, "key": "mine"}, None),
        ("what_if", GPM, b"a file"),
        ("import_price_lists", {}, None),
        ("verify", {}, None),
    ],
)
def test_a_job_that_its_method_could_not_take_is_refused_at_once(
    trade: Trade, kind: str, arguments: dict[str, Any], content: bytes | None
) -> None:
    with pytest.raises(Invalid):
        trade.net.submit("BLOOM", kind, arguments, content)
    assert trade.net.jobs("BLOOM")["items"] == []


def test_a_file_that_is_too_large_is_refused_before_it_is_stored(trade: Trade) -> None:
    with pytest.raises(UnreadableFile):
        trade.net.submit("BLOOM", "import_price_lists", {}, b"x" * 20_000_001)


def test_jobs_are_for_whoever_may_call_their_method(trade: Trade) -> None:
    net, packer = trade.net, Actor("p@bloom.example", "BLOOM", frozenset(("warehouse",)))
    job = net.submit("BLOOM", "what_if", GPM)
    with pytest.raises(NotAllowed):
        net.on_behalf_of(packer).submit("BLOOM", "what_if", GPM)
    for ask in ("job", "job_result", "cancel_job"):
        with pytest.raises(NotAllowed):
            getattr(net.on_behalf_of(packer), ask)("BLOOM", job["id"])
    assert net.on_behalf_of(packer).jobs("BLOOM")["items"] == []
    with pytest.raises(NotAllowed):
        net.on_behalf_of(ANN).submit(None, "verify")
    with pytest.raises(NotAllowed):
        net.on_behalf_of(ANN).run_jobs()


def test_an_import_of_rows_is_a_job_that_whoever_submitted_it_alone_sees(trade: Trade) -> None:
    net, rows = trade.net, [{"code": "GARDEN", "name": "Garden"}]
    for given in ({"rows": rows}, {}):
        content = None if given else b"code,name\nGARDEN,Garden\n"
        asked = {"collection": "categories", "dry_run": True, **given}
        job = net.on_behalf_of(Actor("eve@bloom.example", "BLOOM", frozenset(("setup",)))).submit(
            "BLOOM", "import_rows", asked, content
        )
        net.run_jobs()
        assert net.job("BLOOM", job["id"])["result"]["counts"]["created"] == 1
        with pytest.raises(NotAllowed):
            net.on_behalf_of(ANN).job("BLOOM", job["id"])
    refused = net.on_behalf_of(ANN).submit("BLOOM", "import_rows", {"collection": "categories", "rows": rows})
    net.run_jobs()
    assert net.job("BLOOM", refused["id"])["error"]["code"] == "not_allowed"


def test_a_method_is_called_for_each_of_several_records_and_says_which_it_refused(trade: Trade) -> None:
    net, eve = trade.net, trade.net.on_behalf_of(Actor("eve@bloom.example", "BLOOM", frozenset(("setup",))))
    codes = [row["code"] for row in net.records("BLOOM", "customers", limit=2)["items"]]
    rows = [{"name": code, "arguments": {"customer": code, "values": {"max_age": 4}}} for code in (*codes, "NOBODY")]
    job = eve.submit("BLOOM", "each", {"method": "set", "rows": rows}, key="some customers")
    net.run_jobs()
    done = eve.job("BLOOM", job["id"])
    assert (done["state"], done["done"], done["of"]) == ("done", 3, 3)
    *changed, refused = done["result"]["results"]
    assert [row["name"] for row in changed] == codes
    assert (refused["name"], refused["error"]["code"]) == ("NOBODY", "not_found")
    for row in changed:
        eve.undo("BLOOM", row["audit"])
    packer = net.on_behalf_of(Actor("p@bloom.example", "BLOOM", frozenset(("warehouse",))))
    mine = packer.submit("BLOOM", "each", {"method": "set", "rows": rows})
    net.run_jobs()
    told = packer.job("BLOOM", mine["id"])["error"]
    assert told["code"] == "not_allowed", "whoever may not do it to one record may not do it to several"
    with pytest.raises(NotAllowed):
        packer.job("BLOOM", job["id"])


@pytest.mark.parametrize("method", ["customer", "records", "load", "_audit", "submit", "import_price_lists"])
def test_only_methods_that_change_one_record_are_called_for_several(trade: Trade, method: str) -> None:
    job = ended(trade.net, "BLOOM", "each", {"method": method, "rows": [{"name": "a", "arguments": {}}]})
    assert (job["state"], job["error"]["code"]) == ("failed", "invalid")


@pytest.mark.parametrize("ask", ["job", "job_result", "cancel_job"])
def test_a_job_of_another_company_is_like_one_that_nobody_has(trade: Trade, ask: str) -> None:
    job = trade.net.submit("BLOOM", "what_if", GPM)
    petal = trade.net.on_behalf_of(Actor("p@petal.example", "PETAL", frozenset(ROLES)))
    told = []
    for name in (job["id"], "98765", "no-number", "9" * 40):
        with pytest.raises(NotFound) as refused:
            getattr(petal, ask)("PETAL", name)
        told.append(str(refused.value).replace(name, "JOB"))
    assert len(set(told)) == 1
    assert trade.net.job("BLOOM", job["id"])["state"] == "waiting"


def test_a_job_that_waits_is_cancelled_at_once(trade: Trade) -> None:
    job = trade.net.submit("BLOOM", "what_if", GPM)
    assert trade.net.cancel_job("BLOOM", job["id"])["state"] == "cancelled"
    assert trade.net.run_jobs() == 0
    assert events(trade.net) == [{"job": job["id"], "kind": "what_if", "state": "cancelled"}]
    with pytest.raises(Conflict):
        trade.net.cancel_job("BLOOM", job["id"])
    assert trade.net.drafts("BLOOM")["items"] == []


def test_jobs_are_deleted_seven_days_after_they_ended(trade: Trade) -> None:
    net = trade.net
    ended(net, "BLOOM", "what_if", GPM)
    net.submit("BLOOM", "what_if", GPM)
    trade.later(days=7)
    assert net.tidy() == 0
    trade.later(seconds=1)
    assert net.tidy() == 1
    assert [job["state"] for job in net.jobs("BLOOM")["items"]] == ["waiting"]


def test_the_file_that_came_with_a_job_is_deleted_as_it_ends(trade: Trade) -> None:
    ended(trade.net, "BLOOM", "import_price_lists", {}, PRICES)
    with trade.net.context.store.whole_network.reading() as session:
        assert session.rows(Job.select(Job.content, Job.state)) == [(None, "done")]


def test_the_list_of_jobs_is_filtered_sorted_and_paged(trade: Trade) -> None:
    net = trade.net
    ids = [net.submit("BLOOM", "what_if", GPM)["id"] for _ in range(3)]
    net.cancel_job("BLOOM", ids[0])
    assert [job["id"] for job in net.jobs("BLOOM", state="waiting", sort="-id")["items"]] == [ids[2], ids[1]]
    first = net.jobs("BLOOM", limit=2, count=True)
    assert ([job["id"] for job in first["items"]], first["count"]) == (ids[:2], 3)
    rest = net.jobs("BLOOM", limit=2, cursor=first["next"])
    assert ([job["id"] for job in rest["items"]], rest["next"]) == (ids[2:], None)
    assert net.jobs("BLOOM", kind="label_sheet")["items"] == []


def test_many_orders_are_confirmed_as_one_job_and_those_that_are_through_when_it_stops_stay_so(trade: Trade) -> None:
    net = trade.net
    numbers = [trade.checked_out(1)["sales_order"] for _ in range(3)]
    rows = [{"sales_order": number} for number in numbers]
    told: list[tuple[int, int]] = []

    def stop_before_the_last(done: int, of: int) -> None:
        told.append((done, of))
        if done == 2:
            raise Stopped

    with pytest.raises(Stopped):
        net.confirm("ANDES", rows=rows, key="all", progress=stop_before_the_last)
    assert told == [(0, 3), (1, 3), (2, 3)]
    assert [net.show("ANDES", number)["status"] for number in numbers] == ["confirmed", "confirmed", "pending"]
    job = ended(net, "ANDES", "confirm", {"rows": [*rows[2:], {"sales_order": "S-0"}]})
    assert (job["state"], job["done"], job["of"]) == ("done", 2, 2)
    assert job["result"]["counts"] == {"confirmed": 1, "refused": 1}
    with pytest.raises(Invalid):
        net.submit("ANDES", "confirm", {"sales_order": numbers[0]})
