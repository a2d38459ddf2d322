"""Events in storage: the journal, feeds, outbox, deliveries, webhook endpoints and audit."""
