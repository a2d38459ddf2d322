"""Use cases: submit a job, read its progress and its result, cancel it.

A job needs the role of its method; one of another company answers like an unknown one.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from k2k_core.clock import moment_text
from k2k_core.domain import parsing
from k2k_core.domain.answer_files import JobResult
from k2k_core.domain.answers import jobs as shapes
from k2k_core.domain.disclosure import disclosed, reader_of, rules_of
from k2k_core.domain.jobs import CANCELLED, DONE, KINDS, RUNNING, STATES, JobKind, may_run
from k2k_core.domain.roles import READING, Actor
from k2k_core.errors import Conflict, Fault, Invalid, NotAllowed, NotFound, UnreadableFile
from k2k_core.messages import Message, joined
from k2k_core.schemas.record import record_fault
from k2k_core.schemas.table_files import LARGEST_FILE
from k2k_core.services.context import ServiceContext
from k2k_core.services.idempotency import IdempotentCommand, as_json
from k2k_core.services.journal import Change, audit, emit
from k2k_core.services.lists import filters as of
from k2k_core.services.lists.page_request import PageRequest
from k2k_core.services.lists.pages import PagedList, Rows, page
from k2k_core.store import jobs
from k2k_core.store.database.session import Session
from k2k_core.store.master_data import companies

ENDED_ONCE = 1
"""The version of a job that has ended: it ends once."""


@dataclass(frozen=True, slots=True)
class JobRequest:
    """The method that a job calls, with its arguments and, if it takes one, its file."""

    kind: str
    arguments: Mapping[str, Any]
    content: bytes | None = None


def submit(context: ServiceContext, company: str | None, request: JobRequest, key: str | None = None) -> shapes.Job:
    """Submit a job. Raises `Invalid` for an unknown kind or argument, `NotAllowed`."""
    kind = _known(request.kind)
    _require(context.actor, company, kind)
    _refuse_unknown(kind, company, request)
    arguments = as_json(request.arguments)
    asked = {"kind": kind.name, "arguments": arguments, "content": request.content and _digest(request.content)}
    command = IdempotentCommand(context, company, "submit", key, asked)

    def work(session: Session) -> shapes.Job:
        company_id = _company_id(session, company)
        job_id = jobs.add(
            session,
            company_id=company_id,
            kind=kind.name,
            arguments=arguments,
            content=request.content,
            run_key=f"job {secrets.token_hex(16)}",
            actor=_stored(context.actor),
            person=context.actor.email,
            locale=context.language,
        )
        told = {"id": str(job_id), "version": 0, "job": str(job_id), "kind": kind.name}
        emit(session, "job.submitted", told, [company_id], None)
        audit(session, context.actor, company_id, "job.submitted", kind.name, Change(after={"id": str(job_id)}))
        return _found(session, company_id, job_id)

    return command.transact(work)


def job(context: ServiceContext, company: str | None, job_id: str) -> shapes.Job:
    """One job with its result. Raises `NotFound` for an unknown one, or one of another company."""
    _require_reader(context.actor, company)
    with context.store.reading() as session:
        found = _of_company(context.actor, session, company, job_id)
    known = context.running_jobs.get(int(found["id"]))
    if known is not None and found["state"] == RUNNING:
        found["done"], found["of"] = known
    return disclosed(found, rules_of(shapes.Job), reader_of(context.actor))


def listed(context: ServiceContext, company: str | None, request: PageRequest) -> dict[str, Any]:
    """A page of the jobs of a company, or of the network, oldest first: those that the reader may submit."""
    _require_reader(context.actor, company)
    kinds = [kind.name for kind in KINDS.values() if may_run(context.actor, kind)]
    readers = {"kind": of.word, "state": lambda value: parsing.choice(value, STATES), "person": of.word}
    with context.store.reading() as session:
        company_id = _company_id(session, company)
        listing = jobs.listed(company_id, kinds)
        return page(
            context, session, company_id, PagedList("jobs", listing, shapes.ListedJob, _shown, readers), request
        )


def result(context: ServiceContext, company: str | None, job_id: str) -> JobResult:
    """The result of a job that is done. Raises `Conflict` for one that is not, `NotFound`."""
    _require_reader(context.actor, company)
    with context.store.reading() as session:
        found = _of_company(context.actor, session, company, job_id)
        content = jobs.file(session, _company_id(session, company), int(found["id"]))
    if found["state"] != DONE:
        raise Conflict("Job {job} is {state:words}: it has no result.", job=found["id"], state=found["state"])
    media_type = "application/json" if content is None else str(found["result"]["media_type"])
    return JobResult(media_type, content, found["result"])


def cancel(context: ServiceContext, company: str | None, job_id: str, key: str | None = None) -> shapes.Job:
    """Cancel a job: a waiting one at once; a running one stops before its next part, or is done before that. Raises
    `Conflict` for one that has ended."""
    _require_reader(context.actor, company)
    command = IdempotentCommand(context, company, "cancel_job", key, {"job": str(job_id)})

    def work(session: Session) -> shapes.Job:
        found = _of_company(context.actor, session, company, job_id)
        company_id, number = _company_id(session, company), int(found["id"])
        waited = jobs.cancel_waiting(session, company_id, number)
        if not waited and not jobs.ask_to_stop(session, company_id, number):
            raise Conflict("Job {job} was {state:words} already.", job=found["id"], state=found["state"])
        audit(session, context.actor, company_id, "job.cancelled", found["kind"], Change(after={"id": found["id"]}))
        if waited:
            emit_ended(session, company_id, number, found["kind"], CANCELLED)
        return _found(session, company_id, number)

    return command.transact(work)


def emit_ended(session: Session, company_id: int | None, job_id: int, kind: str, state: str) -> None:
    """Emit the event that a job has ended, to a company's feed."""
    told = {"id": str(job_id), "version": ENDED_ONCE, "job": str(job_id), "kind": kind, "state": state}
    emit(session, "job.done", told, [company_id], None)


def _known(kind: str) -> JobKind:
    if kind not in KINDS:
        raise Invalid(
            "There are no jobs of kind {kind}; there are {kinds}.",
            [record_fault("kind", "is not known here")],
            kind=kind,
            kinds=sorted(KINDS),
        )
    return KINDS[kind]


def _refuse_unknown(kind: JobKind, company: str | None, request: JobRequest) -> None:
    faults = [
        record_fault(f"arguments.{name}", "is not known here")
        for name in request.arguments
        if name not in kind.arguments
    ]
    if kind.has_content != (request.content is not None) and not kind.content_optional:
        faults.append(_missing("content") if kind.has_content else record_fault("content", "is not known here"))
    if (kind.action is None) != (company is None):
        faults.append(record_fault("company", "is not known here") if company else _missing("company"))
    if faults:
        said = joined([Message("{path}: {problem}", path=one["path"], problem=one["message"]) for one in faults])
        raise Invalid(
            Message("The request for a job {kind} is not valid: {words}.", kind=kind.name, words=said), faults
        )
    if request.content is not None and len(request.content) > LARGEST_FILE:
        size = len(request.content)
        raise UnreadableFile("The file has {bytes:,} bytes; up to {most:,} are read.", bytes=size, most=LARGEST_FILE)


def _missing(path: str) -> Fault:
    return record_fault(path, "is missing")


def _require(actor: Actor, company: str | None, kind: JobKind) -> None:
    _require_reader(actor, company)
    if company is not None and kind.action is not None:
        actor.require(kind.action, company)


def _require_reader(actor: Actor, company: str | None) -> None:
    if company is not None:
        actor.require(READING, company)
    elif not (actor.host or actor.operator):
        raise NotAllowed("Jobs of the whole network are for whoever runs it.", action=READING)


def _of_company(actor: Actor, session: Session, company: str | None, job_id: str) -> shapes.Job:
    """A job of a company. Whoever may not submit its kind may not see it, nor one that is somebody else's own."""
    found = _found(session, _company_id(session, company), job_id)
    kind = KINDS[found["kind"]]
    if not may_run(actor, kind) or (kind.personal and not actor.host and found["person"] != actor.email):
        raise NotAllowed("You have no role for jobs of kind {kind}.", kind=kind.name, action=kind.action or READING)
    return found


def _found(session: Session, company_id: int | None, job_id: str | int) -> shapes.Job:
    text = str(job_id)
    found = jobs.find(session, company_id, parsing.row_id(text))
    if found is None:
        raise NotFound("There is no job {job}.", job=text, kind="job")
    return cast(shapes.Job, _shown([found])[0])


def _company_id(session: Session, company: str | None) -> int | None:
    return companies.id_or_network(session, company)


def _shown(rows: Rows) -> Rows:
    return [
        {
            **row,
            "id": str(row["id"]),
            "at": moment_text(row["at"]),
            "ended_at": row["ended_at"] and moment_text(row["ended_at"]),
        }
        for row in rows
    ]


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _stored(actor: Actor) -> dict[str, Any]:
    return {
        "email": actor.email,
        "company": actor.company,
        "roles": sorted(actor.roles),
        "host": actor.host,
        "scopes": None if actor.scopes is None else sorted(actor.scopes),
        "locale": actor.locale,
        "key": actor.key,
    }
