"""Reads one YAML or JSON document exactly: decimals keep their digits, dates and codes remain text.

A usual YAML reader turns 0.30 into a binary float, 0930 into 600, 12:30 into 750, `NO` into false and a day into a
date. Here only null, true, false, whole numbers and decimals are anything but text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Hashable
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from k2k_core.errors import Fault
from k2k_core.messages import Message


class Unreadable(Exception):
    """The file is not a document: `fault` has the place and the reason."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(message)
        self.fault: Fault = {"path": path, "message": message}


def read_document(path: Path) -> Any:
    """The document in a file. Raises `Unreadable` when it cannot be opened, is not YAML, or has a key twice."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else Message("it is not UTF-8 text")
        raise Unreadable("", Message("cannot be read: {why}", why=why)) from None
    return parse(text)


def parse(text: str) -> Any:
    """The document in a text."""
    if text.lstrip().startswith(("{", "[")):
        try:
            return json.loads(text, parse_float=Decimal, parse_constant=_no_number, object_pairs_hook=_no_twins)
        except (ValueError, RecursionError):
            pass  # YAML in braces, or a fault that the YAML reader names with its line
    try:
        return yaml.load(text, Loader=_Exact)  # a SafeLoader with fewer types, not more
    except yaml.MarkedYAMLError as error:
        raise Unreadable(_place(error), error.problem or Message("is not YAML")) from None
    except yaml.YAMLError as error:
        raise Unreadable("", Message("is not YAML: {why}", why=str(error))) from None
    except RecursionError:
        raise Unreadable("", Message("is nested too deeply")) from None


class _Exact(yaml.SafeLoader):
    """A safe loader with as few types as JSON, and decimals."""


def _decimal(loader: _Exact, node: yaml.ScalarNode) -> Decimal:
    return Decimal(loader.construct_scalar(node))


def _whole(loader: _Exact, node: yaml.ScalarNode) -> int | str:
    text = loader.construct_scalar(node)
    return int(text) if len(text) <= 20 else text


def _mapping(loader: _Exact, node: yaml.MappingNode) -> dict[Hashable, Any]:
    _refuse_twins(loader, node)
    loader.flatten_mapping(node)  # what is merged in comes first, and the mapping's own keys replace it
    return {_key(loader, key): loader.construct_object(value, deep=True) for key, value in node.value}


def _refuse_twins(loader: _Exact, node: yaml.MappingNode) -> None:
    seen: set[Hashable] = set()
    for key_node, _ in node.value:
        key = _key(loader, key_node)
        if key in seen and key_node.tag != _MERGE:
            raise yaml.constructor.ConstructorError(None, None, f"{key} stands here twice", key_node.start_mark)
        seen.add(key)


def _key(loader: _Exact, node: yaml.Node) -> Hashable:
    key = "<<" if node.tag == _MERGE else loader.construct_object(node, deep=True)
    if not isinstance(key, Hashable):
        raise yaml.constructor.ConstructorError(None, None, "a key is not a word", node.start_mark)
    return key


_MERGE = "tag:yaml.org,2002:merge"
_TYPES: tuple[tuple[str, str, str], ...] = (
    ("tag:yaml.org,2002:null", r"(?:~|null|Null|NULL|)", "~nN\0"),
    ("tag:yaml.org,2002:bool", r"(?:true|True|TRUE|false|False|FALSE)", "tTfF"),
    ("tag:yaml.org,2002:int", r"[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    ("tag:yaml.org,2002:float", r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)", "-+.0123456789"),
    (_MERGE, r"(?:<<)", "<"),
)
_Exact.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in _TYPES:
    _Exact.add_implicit_resolver(_tag, re.compile(f"^{_pattern}$"), ["" if each == "\0" else each for each in _first])
_Exact.add_constructor("tag:yaml.org,2002:float", _decimal)
_Exact.add_constructor("tag:yaml.org,2002:int", _whole)
_Exact.add_constructor("tag:yaml.org,2002:map", _mapping)


def _place(error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    return Message("line {line}, column {column}", line=mark.line + 1, column=mark.column + 1) if mark else ""


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is not a number")
