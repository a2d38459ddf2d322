"""The contract of plugins: K2K's own checks of what this one contributes."""

from k2k_core.testing.contract import PluginContract


class TestContract(PluginContract):
    plugin = "k2k_sample_cross_dock"
    settings = {"dock": "Miami Dock", "street": "1 Cargo Road", "city": "Miami"}
