"""The contract of plugins: K2K's own checks of what this one contributes."""

from k2k_core.testing.contract import PluginContract


class TestContract(PluginContract):
    plugin = "k2k_sample_plant_passport"
    settings = {
        "registration": "NL-123456789",
        "origin": "NL",
        "botanical_names": {"Rose Freedom Red 60 cm": "Rosa L."},
    }
