"""What waits for the people of a company, and the history of its documents."""
