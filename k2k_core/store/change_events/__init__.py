"""The events of what a unit of work has changed, and what every event carries of it."""
