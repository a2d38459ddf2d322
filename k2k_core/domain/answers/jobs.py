"""Background jobs: their state, progress and result."""

from typing import Annotated, Any, NotRequired, TypedDict

from .field_types import NO_CUSTOMER, Code, Moment
from .pages import Page


class JobError(TypedDict):
    """Why a job failed: the error of the method that it called. Jobs that failed in an older version have no title."""

    code: str
    title: NotRequired[str]
    message: str
    hint: str
    facts: NotRequired[Any]


class ListedJob(TypedDict):
    """A job: `waiting`, `running`, `done`, `failed` or `cancelled`, with `done` of `of` parts (customers, rows); `of`
    is None while it is unknown. `cancelling`: it was asked to stop and has not stopped yet."""

    id: Annotated[Code, NO_CUSTOMER]
    kind: Annotated[str, NO_CUSTOMER]
    state: Annotated[str, NO_CUSTOMER]
    done: Annotated[int, NO_CUSTOMER]
    of: Annotated[int | None, NO_CUSTOMER]
    error: Annotated[JobError | None, NO_CUSTOMER]
    cancelling: Annotated[bool, NO_CUSTOMER]
    person: Annotated[str, NO_CUSTOMER]
    at: Annotated[Moment, NO_CUSTOMER]
    ended_at: Annotated[Moment | None, NO_CUSTOMER]


class Job(ListedJob):
    """A job with its `result`: the answer of its method, once it is done; for a file its `media_type` and `size`."""

    result: Annotated[Any, NO_CUSTOMER]


class Jobs(Page):
    """A page of jobs."""

    items: list[ListedJob]
