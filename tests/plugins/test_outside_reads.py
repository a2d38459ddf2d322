"""What is noted of a plugin's readings is its own doing alone."""

from __future__ import annotations

import gc
import time
import types

from k2k_core.testing.checks.outside_reads import CLOCK, OutsideReads
from k2k_core.testing.checks.places import Sources

PLUGIN = """
import time

def gather():
    for _ in range(2_000):
        circle = []
        circle.append(circle)

def read():
    return time.time()
"""


def plugin() -> types.ModuleType:
    module = types.ModuleType("a_plugin")
    module.__file__ = "a_plugin.py"
    exec(compile(PLUGIN, "a_plugin.py", "exec"), module.__dict__)
    return module


def test_whoever_times_the_collection_of_garbage_reads_no_clock_for_a_plugin() -> None:
    module, called = plugin(), []
    timed = lambda *_: called.append(time.perf_counter())  # noqa: E731 - as short as what it stands for
    gc.callbacks.append(timed)
    try:
        with OutsideReads(Sources(module)) as reads:
            module.gather()
            module.read()
        assert [(one.what, one.function) for one in reads.found] == [(CLOCK, "time.time")]
        assert gc.isenabled()
        module.gather()
        assert called  # so that it would have been called
    finally:
        gc.callbacks.remove(timed)
