"""The plugin runtime: finds plugins, loads them, keeps one registry per company, calls them guarded, reports on them.

`discover()` finds what is installed, `load(...)` makes the registry of a company, `Registry` has its steps, rules,
renderers and ship vias, `report(...)` describes the state of each plugin. See architecture section 2.
"""

from k2k_core.runtime.call_statistics import CallStatistics, ContributionStatistics, Limits
from k2k_core.runtime.discovery import discover
from k2k_core.runtime.duplicates import Problem
from k2k_core.runtime.guarded_contributions import Rule
from k2k_core.runtime.hierarchy import Hierarchies, read_hierarchies
from k2k_core.runtime.plugin import Broken, Plugin
from k2k_core.runtime.registry import CompanyPlugins, Registry, load, load_recorded
from k2k_core.runtime.report import ContributionReport, PluginReport, report

__all__ = [
    "Broken",
    "CompanyPlugins",
    "ContributionReport",
    "ContributionStatistics",
    "Hierarchies",
    "Limits",
    "Plugin",
    "PluginReport",
    "Problem",
    "Registry",
    "Rule",
    "CallStatistics",
    "discover",
    "load",
    "load_recorded",
    "read_hierarchies",
    "report",
]
