"""What is wrong with a field of a record or of a plugin's settings, in words that follow its path."""

from __future__ import annotations

from k2k_core.messages import Message, as_message

_WORDS = {
    "Missing data for required field.": Message("is missing"),
    "Field may not be null.": Message("must not be null"),
    "Invalid value.": Message("is not valid"),
    "Invalid input type.": Message("must be a mapping of names to values"),
    "Unknown field.": Message("is not known here"),
    "Invalid type.": Message("must be a list"),
    "Not a valid list.": Message("must be a list"),
    "Not a valid mapping type.": Message("must be a mapping of names to values"),
    "Not a valid string.": Message("must be a text"),
    "Not a valid integer.": Message("must be a whole number"),
    "Not a valid number.": Message("must be a number"),
    "Not a valid boolean.": Message("must be true or false"),
}
"""What marshmallow says of a field in sentences."""


def field_message(problem: str) -> Message:
    """A problem of a field as a message: marshmallow's own in our words, any other as it is."""
    return _WORDS.get(problem) or as_message(problem)
