"""Changes of what is set up: records, settings, their consistency, and what-if drafts."""
