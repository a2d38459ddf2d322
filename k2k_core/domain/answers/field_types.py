"""The types of texts and numbers in answers, and the readers that a field is for.

To a type checker each kind is a text or a number, so that adding to a price is an error. Code that derives a schema or
a form from the shapes reads the kind from `Annotated`.
"""

from typing import Annotated, Any, NamedTuple

Money = Annotated[str, "money"]
"""A price or total as text, with exactly the decimals of its currency: `"0.48"`."""

Number = Annotated[str, "number"]
"""An exact number as text, without trailing zeros: a cost, a rate, `"0.2131"`."""

Percent = Annotated[str, "percent"]
"""A percentage with one decimal, `"-15.0"`."""

Day = Annotated[str, "day"]
"""A day, `"2026-02-14"`."""

Moment = Annotated[str, "moment"]
"""A moment in UTC, `"2026-02-02T14:00:00Z"`."""

LocalMoment = Annotated[str, "local_moment"]
"""A moment in a company's time, with its offset from UTC, `"2026-02-02T09:00:00-05:00"`."""

Code = Annotated[str, "code"]
"""The code or number that its owner gave to something: a company, customer, product, lot or document."""

Seconds = Annotated[float, "seconds"]
"""A duration. Nothing that is money is a float."""

Json = dict[str, Any]
"""JSON whose keys K2K does not declare: settings, fields of a record, the data of an event."""

STAFF, SALESPERSON, WAREHOUSE = "staff", "salesperson", "warehouse"
FINAL_CUSTOMER, OPERATOR = "final_customer", "operator"
"""Who reads an answer: of a company's own people those who may see costs (`staff`, the host ERP among them), prices
alone (`salesperson`) or no money at all (`warehouse`); a customer of its shop; an operator of the network."""


class Readers(NamedTuple):
    """Marks a field: the readers that it is for (domain section 7). An unmarked field is for the readers of the field
    that contains it, else for staff."""

    names: tuple[str, ...]


COMPANY = Readers((STAFF, SALESPERSON, WAREHOUSE))
EVERYBODY = Readers((*COMPANY.names, FINAL_CUSTOMER, OPERATOR))
NO_CUSTOMER = Readers((*COMPANY.names, OPERATOR))
BUSINESS = Readers((*COMPANY.names, FINAL_CUSTOMER))
PRICED = Readers((STAFF, SALESPERSON, FINAL_CUSTOMER))
"""What a company sells at."""

TERMS = Readers((*PRICED.names, OPERATOR))
STEPS = Readers((STAFF, SALESPERSON, OPERATOR))
"""Which step made a price, and why there is none."""

SELLERS = Readers((STAFF, SALESPERSON))
ONLY_STAFF = Readers((STAFF,))
