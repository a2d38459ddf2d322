"""A record that is not there is named in the language of the reader, with the word for its kind."""

from __future__ import annotations

import pytest

from k2k_core.domain.missing_records import SENTENCES, missing
from k2k_core.messages import Message
from k2k_core.services.setup.changes import COLLECTION_OF
from k2k_core.texts import translator

SPANISH = {
    "company": "No hay ninguna empresa X-1 en esta red.",
    "customer": "No hay ningún cliente X-1 en esta red.",
    "vendor": "No hay ningún proveedor X-1 en esta red.",
    "location": "No hay ninguna sede X-1 en esta red.",
    "lot": "No hay ningún lote X-1 en esta red.",
    "product": "No hay ningún producto X-1 en esta red.",
    "box_type": "No hay ningún tipo de caja X-1 en esta red.",
    "category": "No hay ninguna categoría X-1 en esta red.",
    "carrier": "No hay ningún transportista X-1 en esta red.",
}


def test_every_kind_of_record_has_a_sentence() -> None:
    assert set(SENTENCES) == {"company", *COLLECTION_OF}


@pytest.mark.parametrize("kind", SENTENCES)
def test_a_missing_record_is_named_with_its_kind(kind: str) -> None:
    error = missing(kind, "X-1", Message("this network"))
    assert error.message == f"There is no {kind.replace('_', ' ')} X-1 in this network."
    assert (error.facts["kind"], error.facts["code"]) == (kind, "X-1")
    error.localize(translator("es"))
    assert error.facts["kind"] == kind, "a word for programs is the same in every language"
    assert error.message == SPANISH[kind]
