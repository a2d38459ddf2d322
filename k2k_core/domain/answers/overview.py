"""What waits for the people of a company."""

from typing import Annotated, TypedDict

from .field_types import NO_CUSTOMER, Code, Day, Json, Moment, Money, Percent
from .pages import Page


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


class WeekMargin(TypedDict):
    """What a company billed in a week, which begins on the Monday `week` in its time zone: `revenue` of the goods
    without charges, `cost` of those whose landed cost is known, and the `margin` that is left of them. Goods without a
    known cost are in `revenue_without_cost`."""

    week: Day
    boxes: int
    revenue: Money
    revenue_without_cost: Money
    cost: Money
    margin: Money
    margin_percent: Percent | None
    currency: str


class Partner(TypedDict):
    """A company that a company is connected with, as its vendor or its buyer (`role`: of the company itself). `shared`
    of the vendor's `lots` are offered to the buyer; `next_cut_off` is the vendor's next one for it, today or
    tomorrow."""

    partner: Annotated[Code, NO_CUSTOMER]
    partner_name: Annotated[str, NO_CUSTOMER]
    role: Annotated[str, NO_CUSTOMER]
    state: Annotated[str, NO_CUSTOMER]
    timezone: Annotated[str, NO_CUSTOMER]
    shared: Annotated[int, NO_CUSTOMER]
    lots: Annotated[int | None, NO_CUSTOMER]
    next_cut_off: Annotated[Moment | None, NO_CUSTOMER]


class Partners(Page):
    """A page of a company's partners."""

    items: list[Partner]
