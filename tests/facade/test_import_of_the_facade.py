"""How a host program imports the facade, and what the import of a smaller part does not import."""

from __future__ import annotations

import subprocess
import sys

import pytest

import k2k_core
import k2k_core.api

LIGHT = "import sys, k2k_core.domain.roles, k2k_core.errors; print(*sorted(n for n in sys.modules if 'k2k_core' in n))"


def test_the_facade_is_imported_from_the_top_of_the_package() -> None:
    from k2k_core import K2K

    assert K2K is k2k_core.api.K2K


def test_the_type_that_days_have_comes_with_the_facade() -> None:
    assert set(k2k_core.api.__all__) >= {"K2K", "Day"}


def test_a_misspelt_name_is_an_attribute_error() -> None:
    misspelt = "K2k"

    with pytest.raises(AttributeError, match="module 'k2k_core' has no attribute 'K2k'"):
        getattr(k2k_core, misspelt)


def test_a_part_of_the_package_is_imported_without_the_facade() -> None:
    loaded = subprocess.run([sys.executable, "-c", LIGHT], check=True, capture_output=True, text=True).stdout.split()

    assert "k2k_core.domain.roles" in loaded
    assert not [name for name in loaded if name.startswith(("k2k_core.api", "k2k_core.services", "k2k_core.store"))]
