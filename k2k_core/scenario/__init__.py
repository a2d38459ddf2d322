"""Scenario files: a readable file builds a network, runs commands on it and states the expected answers."""
