"""Ship dates: the planner with its chain of reasons, and checks of calendars and ages."""
