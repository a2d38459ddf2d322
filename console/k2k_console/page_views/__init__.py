"""Serves declared pages: reads their lists and records from the facade, does their actions, renders their blocks."""
