"""Configuration as data: defaults, hierarchies, demo scenarios, translations. Read it by importlib.resources."""
