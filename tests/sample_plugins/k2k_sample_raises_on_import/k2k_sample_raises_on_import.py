"""A broken plugin: it raises while it is imported."""

raise RuntimeError("the licence server is asleep")
