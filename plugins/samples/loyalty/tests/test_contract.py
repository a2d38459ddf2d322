"""The contract of plugins: K2K's own checks of what this one contributes."""

from k2k_core.testing.contract import PluginContract


class TestContract(PluginContract):
    plugin = "k2k_sample_loyalty"
    settings = {"members": {"C-100": "2022-05-01"}, "tiers": [{"years": 0, "gpm": "24"}, {"years": 3, "gpm": "20"}]}
