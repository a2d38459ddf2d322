"""The journal, feeds, outbox, deliveries and webhook endpoints."""
