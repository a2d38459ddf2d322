"""The contract of a plugin, as checks that every plugin can run on itself.

    from k2k_core.testing.contract import PluginContract

    class TestContract(PluginContract):
        plugin = "my_plugin"

Set `settings` if the plugin contributes nothing with its defaults. A check that fails names the file and the line, what
is wrong there, and what to do.
"""

from __future__ import annotations

from k2k_core.testing.checks.label_checks import LabelChecks
from k2k_core.testing.checks.price_checks import PriceChecks
from k2k_core.testing.checks.project_checks import ProjectChecks
from k2k_core.testing.checks.purity_checks import PurityChecks
from k2k_core.testing.checks.rule_checks import RuleChecks
from k2k_core.testing.checks.ship_via_checks import ShipViaChecks


class PluginContract(ProjectChecks, PurityChecks, PriceChecks, RuleChecks, LabelChecks, ShipViaChecks):
    """Subclass it as `Test…` and name the plugin; pytest runs every check.

    * `plugin`: its name.
    * `settings`: those of the company for which it is asked; by default its own defaults.
    * `milliseconds_per_thousand`: what a step or a rule may take for a thousand lots.
    """
