"""What waits for the people of a company."""

from typing import Annotated, TypedDict

from .field_types import NO_CUSTOMER, Code, Json, Moment


class WorkItem(TypedDict):
    """Something that waits for somebody: its `kind`, how many there are, until when (`due_at`: the first of them), the
    method that does it (`action`), and how urgent it is (`tone`): `error` what is late or fails, `warning` what ends by
    itself, `info` anything else. `facts` are those of the kind, such as the number of `boxes`."""

    kind: Annotated[Code, NO_CUSTOMER]
    count: Annotated[int, NO_CUSTOMER]
    tone: Annotated[str, NO_CUSTOMER]
    facts: Annotated[Json, NO_CUSTOMER]
    due_at: Annotated[Moment | None, NO_CUSTOMER]
    action: Annotated[str, NO_CUSTOMER]
