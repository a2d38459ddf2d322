"""Facade methods for background jobs, and the execution of a job as a call of another facade method."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from k2k_core.api.administration import Administration
from k2k_core.api.arguments import require_arguments, validated
from k2k_core.api.fulfilment import Fulfilment
from k2k_core.api.prices import Prices
from k2k_core.api.setup import Setup
from k2k_core.api.several import Several
from k2k_core.domain.answer_files import JobResult, Printed
from k2k_core.domain.answers import jobs as shapes
from k2k_core.errors import K2KError, NotAllowed
from k2k_core.services import jobs
from k2k_core.services.lists.page_request import LIMIT, PageRequest

if TYPE_CHECKING:
    from k2k_core.services.context import ServiceContext
    from k2k_core.services.jobs.runner import JobRunner, Outcome, Work

MEDIA_TYPES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}

METHODS: Mapping[str, type[Any]] = {
    "what_if": Prices,
    "export_draft_moves": Prices,
    "import_price_lists": Prices,
    "export_price_lists": Prices,
    "import_availability": Setup,
    "import_rows": Setup,
    "export_rows": Setup,
    "load": Setup,
    "label_sheet": Fulfilment,
    "confirm": Fulfilment,
    "each": Several,
    "verify": Administration,
}
"""Kind of job → the part of the facade that has its method."""


@validated
class Jobs:
    """Background jobs, run by workers."""

    context: ServiceContext

    def submit(
        self,
        company: str | None,
        kind: str,
        arguments: Mapping[str, Any] | None = None,
        content: bytes | None = None,
        key: str | None = None,
    ) -> shapes.Job:
        """Submit a job: a worker calls a method of the facade, `what_if`, `export_draft_moves`,
        `import_price_lists` or `import_availability` (with the `content` of the file), `import_rows` (with the
        `content` or `rows`), `export_price_lists`, `export_rows`, `label_sheet` or `confirm` (its `rows`); for whoever
        runs the network, without a company, `load` or `verify`. `arguments` are those of the method. `each` calls any
        `method` that changes a record for each of its `rows`, each with a `name` and the `arguments` of its call. Jobs
        of `import_rows`, `export_rows` and `each` are seen by whoever submitted them alone.

        The job runs with the roles and in the language of whoever submitted it, and stops as failed when their key is
        revoked or they are deactivated; its result can be read for 7 days.
        Raises `Invalid` for an unknown kind or argument, `NotAllowed`.
        """
        given = dict(arguments or {})
        if kind in METHODS:
            method = getattr(METHODS[kind], kind)
            require_arguments(method, {**given, **_named(method, company, content)})
        return jobs.jobs.submit(self.context, company, jobs.jobs.JobRequest(kind, given, content), key)

    def job(self, company: str | None, job: str) -> shapes.Job:
        """A job of a company, or with company None of the network: its state and progress, and its `result` once it is
        done. Raises `NotFound`."""
        return jobs.jobs.job(self.context, company, str(job))

    def jobs(
        self,
        company: str | None,
        kind: str | None = None,
        state: str | None = None,
        person: str | None = None,
        q: str | None = None,
        sort: str | None = None,
        cursor: str | None = None,
        limit: int = LIMIT,
        count: bool = False,
        fields: Sequence[str] | None = None,
    ) -> shapes.Jobs:
        """A page of the jobs of a company, oldest first, of the kinds that the reader may submit; `-id` sorts the
        latest first."""
        asked = PageRequest({"kind": kind, "state": state, "person": person}, q, sort, cursor, limit, count, fields)
        return cast(shapes.Jobs, jobs.jobs.listed(self.context, company, asked))

    def job_result(self, company: str | None, job: str) -> JobResult:
        """The result of a job that is done: the answer of its method, or the file that it made. Raises `Conflict` for
        one that is not done, `NotFound`."""
        return jobs.jobs.result(self.context, company, str(job))

    def cancel_job(self, company: str | None, job: str, key: str | None = None) -> shapes.Job:
        """Cancel a job: a waiting one at once; a running one stops between two of its parts and is rolled back, or is
        done before that. Orders that a `confirm` has confirmed by then stay so. Raises `Conflict` for one that has
        ended, `NotFound`."""
        return jobs.jobs.cancel(self.context, company, str(job), key)

    def run_jobs(self, limit: int | None = None) -> int:
        """Run the jobs that wait now, at most `limit`, in this thread; returns how many there were. A program that runs
        permanently has `k2k worker` beside it instead."""
        if not (self.context.actor.host or self.context.actor.operator):
            raise NotAllowed("Running jobs is for whoever runs the network.")
        return job_runner(self.context).drain(limit)


def job_runner(context: ServiceContext, **options: Any) -> JobRunner:
    """Runs the jobs of a network, each by calling its facade method."""
    return jobs.runner.JobRunner(context, _perform, **options)


def _perform(context: ServiceContext, work: Work) -> Outcome:
    part = METHODS[work.kind]()
    part.context = context
    method = getattr(part, work.kind)
    known = inspect.signature(method).parameters
    given = {**work.arguments, **_named(method, work.company, work.content)}
    if "key" in known:
        given["key"] = work.key
    if "progress" in known:
        given["progress"] = _Progress(work)
    return _outcome(work, method(**given))


def _named(method: Callable[..., Any], company: str | None, content: bytes | None) -> dict[str, Any]:
    """The company and the file under their names in a method: a vendor's methods call their company the vendor."""
    whose = "vendor" if "vendor" in inspect.signature(method).parameters else "company"
    named = {whose: company, "content": content}
    return {name: value for name, value in named.items() if value is not None}


class _Progress:
    """A progress callback for methods: numbers of parts, or a phase and its number of rows done."""

    def __init__(self, work: Work) -> None:
        self._progress = work.progress
        self._rows: int | None = None

    def __call__(self, what: int | str, count: int) -> None:
        if isinstance(what, int):
            self._progress(what, count)
        elif what == "reading":
            self._rows = count
            self._progress(count, None)
        else:
            self._progress(count, self._rows)


def _outcome(work: Work, answer: Any) -> Outcome:
    if isinstance(answer, bytes):
        media_type = MEDIA_TYPES[work.arguments.get("format", "csv")]
        return jobs.runner.Outcome({"media_type": media_type, "size": len(answer)}, answer)
    if isinstance(answer, Printed):
        failed = [(code, one) for code, one in answer.labels if isinstance(one, K2KError)]
        sheet = answer.sheet or b""
        return jobs.runner.Outcome(
            {"media_type": answer.media_type, "size": len(sheet), "failed": _errors(failed)}, sheet
        )
    return jobs.runner.Outcome(answer)


def _errors(failed: Sequence[tuple[str, K2KError]]) -> Any:
    return [{"box_code": code, "error": error.as_dict()} for code, error in failed]
