"""Long work in the background: submitted, listed, cancelled, run by workers."""
