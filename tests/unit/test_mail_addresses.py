"""An address is taken where a mail can reach it; a domain of other letters becomes its ASCII form in the mail."""

from __future__ import annotations

import pytest

from k2k_core.domain import parsing
from k2k_core.domain.mail_addresses import in_ascii
from k2k_core.errors import Invalid


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("ana@bloom.example", "ana@bloom.example"),
        ("Ana.Pérez@bloom.example".replace("é", "e"), "Ana.Perez@bloom.example"),
        ("ana+k2k@bloom.example", "ana+k2k@bloom.example"),
        ("ana@ñandú.example", "ana@xn--and-6ma2c.example"),
        ("ana@localhost", "ana@localhost"),
        (f"{'a' * 64}@bloom.example", f"{'a' * 64}@bloom.example"),
    ],
)
def test_an_address_that_a_mail_can_reach_is_taken(address: str, written: str) -> None:
    assert parsing.email(address) == address
    assert in_ascii(address) == written


@pytest.mark.parametrize(
    "address",
    [
        *("jörg@example.com", "a..b@example.com", "ana@example.com.", ".ana@example.com", "ana.@example.com", "ana@"),
        *("@example.com", "ana", "ana@ex ample.com", "ana@-example.com", "ana@example-.com", "ana@exa_mple.com"),
        *("ana@example..com", f"{'a' * 65}@example.com", f"ana@{'a' * 64}.com"),
        *("ana@straße.example", "ana@[127.0.0.1]", "ana@b@example.com", '"a b"@example.com', "Ana <ana@example.com>"),
    ],
)
def test_an_address_that_no_mail_can_reach_is_refused_where_it_is_typed(address: str) -> None:
    with pytest.raises(Invalid, match="that a mail can reach"):
        parsing.email(address)
