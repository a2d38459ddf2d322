"""Scenario files: one readable file builds a network, does things to it and states what must come out."""
