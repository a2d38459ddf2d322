"""Event feeds, subscriptions, webhook endpoints, deliveries and mails."""
