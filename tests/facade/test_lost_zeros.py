"""A code that has lost its zeros in a spreadsheet makes no second record."""

from __future__ import annotations

import pytest

from k2k_core.api import K2K
from k2k_core.errors import Invalid
from tests.facade.office_network import company

HEADER = "code,description,category"
WORDS = "would be a new record beside 00123: write the zeros, or add it by hand"


@pytest.fixture
def net() -> K2K:
    only = {"code": "00123", "description": "Rose", "category": "CUT"}
    return company(products=[only], price_lists=[], customers=[], lots=[])


def file(*rows: str) -> bytes:
    return "\r\n".join((HEADER, *rows)).encode()


def codes(net: K2K) -> list[str]:
    return [row["code"] for row in net.records("BLOOM", "products")["items"]]


def test_a_code_without_its_zeros_is_a_fault_of_its_cell(net: K2K) -> None:
    told = net.import_rows("BLOOM", "products", file("123,Rose,CUT", "77,Lily,CUT"), dry_run=True)
    assert [row["outcome"] for row in told["rows"]] == ["refused", "created"]
    assert [(one["column"], one["message"]) for one in told["rows"][0]["faults"]] == [("code", WORDS)]
    with pytest.raises(Invalid) as refused:
        net.import_rows("BLOOM", "products", file("123,Rose,CUT"))
    assert [(one["path"], one["message"]) for one in refused.value.faults] == [("row 2, code", WORDS)]
    assert codes(net) == ["00123"]


def test_with_its_zeros_typed_again_it_is_the_record_that_is_there(net: K2K) -> None:
    typed = {"2": {"code": "00123"}}
    told = net.import_rows("BLOOM", "products", file("123,Lily,CUT"), corrections=typed, dry_run=True)
    assert [(row["outcome"], row["after"]) for row in told["rows"]] == [("changed", {"description": "Lily"})]


def test_a_file_that_has_both_and_rows_of_a_program_are_taken_at_their_word(net: K2K) -> None:
    both = net.import_rows("BLOOM", "products", file("00123,Rose,CUT", "123,Lily,CUT"), dry_run=True)
    assert [row["outcome"] for row in both["rows"]] == ["unchanged", "created"]
    net.import_rows("BLOOM", "products", rows=[{"code": "123", "description": "Lily", "category": "CUT"}])
    assert sorted(codes(net)) == ["00123", "123"]
    again = net.import_rows("BLOOM", "products", file("123,Lily,CUT"), dry_run=True)
    assert [row["outcome"] for row in again["rows"]] == ["unchanged"]
