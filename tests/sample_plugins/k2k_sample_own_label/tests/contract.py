"""The contract tests, which are all that a plugin needs to begin with."""

from k2k_core.testing.contract import PluginContract


class TestContract(PluginContract):
    plugin = "k2k_sample_own_label"
    settings = {"brand": "Sample Flowers «Ñandú»", "motto": "since 1974 ^XZ"}
