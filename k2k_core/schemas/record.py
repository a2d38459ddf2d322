"""The base of all records: unknown keys are refused, null means absent, every fault has its path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from marshmallow import RAISE, Schema, ValidationError, missing, pre_load

from k2k_core.errors import Fault, Invalid
from k2k_core.field_messages import field_message
from k2k_core.messages import Message

Values = dict[str, Any]

MOST_ROWS = 1_000
"""Rows that a bulk command takes at once, and a put that is not atomic."""


class Record(Schema):
    """Base of all schemas of this package."""

    class Meta:
        unknown = RAISE

    error_messages = {"unknown": "is not known here", "type": "must be a mapping of names to values"}

    @pre_load
    def _null_is_absent(self, data: Any, partial: Any = None, **kwargs: Any) -> Any:
        """In a whole record null is the same as absent; in a change it restores the default of a field."""
        if not isinstance(data, Mapping):
            return data
        if partial is not True:
            return {key: value for key, value in data.items() if value is not None or key not in self.fields}
        return {key: self._default(key) if value is None else value for key, value in data.items()}

    def _default(self, key: Any) -> Any:
        field = self.fields.get(key)
        if field is None or field.load_default is missing:
            return None
        default = field.load_default
        return default() if callable(default) else default


def read(schema: Schema, data: object) -> tuple[Any, list[Fault]]:
    """Load `data`; what could be read of it, and every fault with its path."""
    try:
        return schema.load(data), []  # type: ignore[arg-type]  # whatever came in: the schema says what is wrong with it
    except ValidationError as error:
        return error.valid_data, list(faults(error.messages))


def faults(messages: object, path: str = "") -> Iterator[Fault]:
    """marshmallow's nested messages as flat faults: `companies[0].lots[3].boxes: ...`."""
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            yield from faults(inner, path if key in ("_schema", "key", "value") else joined(path, key))
    elif isinstance(messages, list):
        for inner in messages:
            yield from faults(inner, path)
    else:
        yield record_fault(path, cast("str", messages))


def record_fault(path: str, message: str) -> Fault:
    """A fault at a path. The message is a literal template with a translation, or one of marshmallow's own."""
    return {"path": path, "message": field_message(message)}


def joined(path: str, key: object) -> str:
    """The path of `key` within `path`."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    return f"{path}.{key}" if path else str(key)


def refuse(found: list[Fault], sentence: str) -> None:
    """Raise `Invalid` with every fault, if there are any. `sentence` is a whole one, with the `{first}` fault: its verb
    and its adjective go with what is not valid."""
    if found:
        fault = Message("{path}: {problem}", path=found[0]["path"], problem=found[0]["message"])
        first = first_of([fault, *found[1:]])
        raise Invalid(Message(sentence, first=first), found)


def first_of(problems: Sequence[object]) -> object:
    """The first of several problems, and how many more there are."""
    if len(problems) == 1:
        return problems[0]
    return Message("{problem} (and {count} more)", problem=problems[0], count=len(problems) - 1)


def require_row_count(rows: Sequence[object], path: str = "rows") -> None:
    """Raise `Invalid` unless there are some rows, and no more than a bulk command takes."""
    if not 1 <= len(rows) <= MOST_ROWS:
        problem = Message("1 to {most} of them", most=MOST_ROWS)
        raise Invalid("{path}: {problem}.", path=path, problem=problem, faults=[record_fault(path, problem)])
