"""The installation file named by `K2K_CONFIG`: settings for every company, and which plugin provides a step."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.domain.money import Exact
from k2k_core.domain.pricing import Price
from k2k_core.hooks import Manifest, PriceResolver, each, hookimpl, only

ACME = "acme_prices"


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """What the installation's file says."""

    def tell(text: str) -> None:
        path = tmp_path / "k2k.toml"
        path.write_text(text, "utf-8")
        monkeypatch.setenv("K2K_CONFIG", str(path))

    return tell


def acme_prices() -> ModuleType:
    """A plugin whose `k2k_gpm` is a price of its own."""
    made = ModuleType(ACME)

    @hookimpl
    def price_resolvers() -> list[PriceResolver]:
        return [PriceResolver("k2k_gpm", each(lambda request: Price(Exact(7), "of Acme")), only("k2k"))]

    found: dict[str, Any] = {"manifest": Manifest(ACME, "Prices", "Acme"), "price_resolvers": price_resolvers}
    vars(made).update(found)
    return made


def priced(network: str) -> tuple[str, set[str]]:
    """The price of a lot with that plugin beside ours, and who is set aside."""
    with K2K.open(network, plugins=[(ACME, acme_prices())]) as net:
        price = net.price("BLOOM", "C-100", ["ANDES/L1"])[0]["price"]
        return price, {one["name"] for one in net.plugins() if one["state"] != "ok"}


def test_without_a_word_ours_stays_and_the_stranger_is_set_aside(network: str) -> None:
    assert priced(network) == ("0.48", {ACME})


def test_the_file_picks_the_plugin_that_gives_a_step_and_both_stay(network: str, told: Callable[[str], None]) -> None:
    told(f'[overrides.price_resolvers]\nk2k_gpm = "{ACME}"\n')
    assert priced(network) == ("7.00", set())


def test_every_command_reads_the_settings_of_the_file(k2k: Any, network: str, told: Callable[[str], None]) -> None:
    told("[ecommerce]\nmax_order_days_in_advance = 4\n")
    ran = k2k("explain", "dates", "BLOOM", "C-100", "ANDES", "--at", "2026-02-02T09:00:00-05:00", "--database", network)
    assert ran.out.endswith("2 date(s): 2026-02-05, 2026-02-06\n")


@pytest.mark.parametrize(
    "text",
    [
        "overrides = 3",
        "[overrides]\nk2k_gpm = 'acme'",
        "[overrides.price_resolvers]\nk2k_gpm = 3",
        "[overrides.prices]",
    ],
)
def test_overrides_that_make_no_sense_are_refused_at_the_start(
    k2k: Any, network: str, told: Callable[[str], None], text: str
) -> None:
    told(text)
    ran = k2k("verify", "--database", network)
    assert ran.status == 2
    assert ran.err.startswith("error[not_configured]: ")
    assert "k2k.toml: [overrides" in ran.err
