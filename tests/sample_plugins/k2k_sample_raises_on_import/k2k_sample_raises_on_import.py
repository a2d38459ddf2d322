"""A plugin that is broken: it raises while it is imported."""

raise RuntimeError("the licence server is asleep")
