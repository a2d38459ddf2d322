"""Backups of a network's database, made and restored by the engine's own means, and copies between the engines."""
