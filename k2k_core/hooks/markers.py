"""The pluggy markers. A plugin needs `hookimpl` only."""

from __future__ import annotations

import pluggy

PROJECT = "k2k"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
