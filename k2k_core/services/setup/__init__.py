"""The set-up of companies: records, settings, hierarchies, consistency checks, what-if drafts, undo."""
