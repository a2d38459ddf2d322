"""What the command line does for authors of plugins: a new project, and the checks of one (docs/plugins.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from k2k_core.lazy_imports import submodules_of

if TYPE_CHECKING:
    from k2k_core.cli.plugin_kit import checking as checking
    from k2k_core.cli.plugin_kit import new_project as new_project
else:
    __getattr__ = submodules_of(__name__)
