"""The network of the services' tests, for tests that call every method of the facade."""

from __future__ import annotations

from tests.services.conftest import open_trade, open_unsound_trade, trade

__all__ = ["open_trade", "open_unsound_trade", "trade"]
