"""Feeds, subscriptions, webhooks and mails: what happened, and how it reaches other systems."""
