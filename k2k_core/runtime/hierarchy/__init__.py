"""Price hierarchies as data (pricing section 4): which steps are called, in which order, for which line."""

from k2k_core.runtime.hierarchy.insertions import Insertion
from k2k_core.runtime.hierarchy.orders import Hierarchies, Row
from k2k_core.runtime.hierarchy.reading import SWITCHES, read_hierarchies

__all__ = ["SWITCHES", "Hierarchies", "Insertion", "Row", "read_hierarchies"]
