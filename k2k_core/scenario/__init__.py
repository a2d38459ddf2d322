"""Scenario files: a readable file builds a network, runs commands on it and states the expected answers."""

from typing import TYPE_CHECKING

from k2k_core.lazy_imports import submodules_of

if TYPE_CHECKING:
    from k2k_core.scenario import document as document
    from k2k_core.scenario import reader as reader
    from k2k_core.scenario import report as report
    from k2k_core.scenario import runner as runner
else:
    __getattr__ = submodules_of(__name__)
