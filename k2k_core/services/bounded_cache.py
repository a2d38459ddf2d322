"""A bounded least-recently-used (LRU) cache, shared by threads."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class BoundedCache(Generic[K, V]):
    """At most `max_entries` values by key and, if values have a weight, at most `max_weight` together.

    Reading and writing count as use. The value that was used last is not evicted, however heavy it is.
    """

    def __init__(
        self, max_entries: int, max_weight: int | None = None, weight_of: Callable[[V], int] | None = None
    ) -> None:
        self._max_entries = max_entries
        self._max_weight = max_weight
        self._weight_of = weight_of
        self._values: OrderedDict[K, V] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """How many values are cached."""
        return len(self._values)

    @property
    def weight(self) -> int:
        """The sum of the weights of all values; 0 if they have none."""
        with self._lock:
            return self._weigh()

    def get(self, key: K) -> V | None:
        """The value of a key, or None."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def setdefault(self, key: K, make: Callable[[], V]) -> V:
        """The value of a key, made by `make` if there is none. Call `trim` once its weight is known."""
        with self._lock:
            if key not in self._values:
                self._values[key] = make()
            self._values.move_to_end(key)
            return self._values[key]

    def put(self, key: K, value: V) -> None:
        """Cache a value."""
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            self._trim()

    def clear(self) -> None:
        """Remove every value."""
        with self._lock:
            self._values.clear()

    def trim(self) -> None:
        """Remove the least recently used values until the rest is within the bounds."""
        with self._lock:
            self._trim()

    def _trim(self) -> None:
        weight = self._weigh()
        while len(self._values) > 1 and (len(self._values) > self._max_entries or self._is_too_heavy(weight)):
            _, value = self._values.popitem(last=False)
            weight -= self._weight_of(value) if self._weight_of else 0

    def _is_too_heavy(self, weight: int) -> bool:
        return self._max_weight is not None and weight > self._max_weight

    def _weigh(self) -> int:
        return sum(map(self._weight_of, self._values.values())) if self._weight_of else 0
