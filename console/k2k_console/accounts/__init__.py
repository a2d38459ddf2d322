"""Who uses the console: logging in and out, and what a person chooses for themselves."""
