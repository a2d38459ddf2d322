"""Background jobs: submitted, listed, cancelled, run by workers."""
