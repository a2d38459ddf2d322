"""What plugin authors and host ERPs need to test against K2K."""
