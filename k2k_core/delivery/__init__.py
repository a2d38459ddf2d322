"""Sends webhooks and mails over the network. Knows no table and no use case: the services decide what is sent where."""
