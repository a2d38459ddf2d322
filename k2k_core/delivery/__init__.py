"""Sends to the world outside: webhooks and mail. Knows no table and no use case; `services` say what goes where."""
