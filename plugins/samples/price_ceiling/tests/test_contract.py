"""The contract of plugins: K2K's own checks of what this one contributes."""

from k2k_core.testing.contract import PluginContract


class TestContract(PluginContract):
    plugin = "k2k_sample_price_ceiling"
    settings = {"ceilings": [{"product": "ROSE-RED-60", "most": "0.55"}]}
