"""A document is read exactly: what looks like a number keeps its digits, what is text stays text."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from k2k_core.scenario.document import Unreadable, parse, read_document


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("0.30", Decimal("0.30")),
        ("-2.5", Decimal("-2.5")),
        (".5", Decimal("0.5")),
        ("28", 28),
        ("-3", -3),
        ("0930", "0930"),
        ('"0930"', "0930"),
        ("12:30", "12:30"),
        ("2026-01-31", "2026-01-31"),
        ("2026-02-02T09:00:00-05:00", "2026-02-02T09:00:00-05:00"),
        ("NO", "NO"),
        ("off", "off"),
        ("on", "on"),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("1e3", "1e3"),
        (".nan", ".nan"),
        (".inf", ".inf"),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        ("1" * 30, "1" * 30),
    ],
)
def test_a_value_is_what_it_looks_like(written: str, read: object) -> None:
    found = parse(f"value: {written}")["value"]
    assert found == read
    assert type(found) is type(read)
    assert str(found) == str(read)


def test_json_is_as_good_and_as_exact() -> None:
    document: Any = parse('{"a": 0.30, "b": [1, true, null, "\\ud83c\\udf39"],\t"c": "x\\/y"}')
    assert document == {"a": Decimal("0.30"), "b": [1, True, None, "🌹"], "c": "x/y"}
    assert str(document["a"]) == "0.30"


def test_flow_style_is_not_mistaken_for_json() -> None:
    assert parse("{a: 1, b: [x, 0.10]}") == {"a": 1, "b": ["x", Decimal("0.10")]}


def test_anchors_and_merges_work() -> None:
    document = parse("base: &base {a: 1, b: 2}\nother: {<<: *base, c: 3}")
    assert document["other"] == {"a": 1, "b": 2, "c": 3}


def test_what_a_mapping_says_itself_replaces_what_is_merged_in() -> None:
    document = parse("a: &a {x: 1, y: 2}\nb: &b {<<: *a, x: 3}\nc: {y: 4, <<: *b}\nd: *b")
    assert document["b"] == document["d"] == {"x": 3, "y": 2}
    assert document["c"] == {"x": 3, "y": 4}


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("a: 1\na: 2", "line 2, column 1", "a stands here twice"),
        ('{"a": 1, "a": 2}', "line 1, column 10", "a stands here twice"),
        ("a: [1, 2", "line 1, column 9", "expected"),
        ("a: 1\n---\nb: 2", "line 2, column 1", "another document"),
        ("a: !!python/object:os.system x", "line 1, column 4", "could not determine a constructor"),
        ("? [x]\n: 1", "line 1, column 3", "a key is not a word"),
        ("[" * 5000, "", "nested too deeply"),
    ],
)
def test_what_is_no_document_is_refused_with_its_place(text: str, place: str, words: str) -> None:
    with pytest.raises(Unreadable) as refused:
        parse(text)
    assert refused.value.fault["path"] == place
    assert words in refused.value.fault["message"]


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="No such file"):
        read_document(tmp_path / "missing.yaml")


def test_a_folder_and_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="cannot be read"):
        read_document(tmp_path)
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00\x80")
    with pytest.raises(Unreadable, match="not UTF-8"):
        read_document(tmp_path / "binary.yaml")
