"""Serves the console: the servers, the key of its sessions, and the check of its health."""
