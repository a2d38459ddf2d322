"""Kinds of the texts and numbers in answers, and the readers that a field is for.

A kind is a text or number to a type checker, so that adding to a price is an error; what derives a schema or a form
from the shapes reads the kind out of `Annotated`.
"""

from typing import Annotated, Any, NamedTuple

Money = Annotated[str, "money"]
"""A price or total as text, with exactly the decimals of its currency: `"0.48"`."""

Number = Annotated[str, "number"]
"""An exact number as text, without trailing zeros: a cost, a percentage, a rate, `"0.2131"`."""

Day = Annotated[str, "day"]
"""A day, `"2026-02-14"`."""

Moment = Annotated[str, "moment"]
"""A moment with its offset from UTC, `"2026-02-02T14:00:00+00:00"`."""

Code = Annotated[str, "code"]
"""What its owner calls something: the code of a company, customer or product, a lot, the number of a document."""

Seconds = Annotated[float, "seconds"]
"""How long something took. Nothing that is money is a float."""

Json = dict[str, Any]
"""JSON whose keys are not K2K's to declare: settings, fields of a record, the data of an event."""

STAFF, FINAL_CUSTOMER, OPERATOR = "staff", "final_customer", "operator"
"""Who reads an answer: a company's own people and its host ERP, a customer of its shop, an operator of the network."""


class Readers(NamedTuple):
    """Marks a field: the readers that it is for. An unmarked field is for staff, one that is a shape of its own for
    whomever its fields are for (pricing section 8)."""

    names: tuple[str, ...]


EVERYBODY = Readers((STAFF, FINAL_CUSTOMER, OPERATOR))
NO_CUSTOMER = Readers((STAFF, OPERATOR))
BUSINESS = Readers((STAFF, FINAL_CUSTOMER))
ONLY_STAFF = Readers((STAFF,))
