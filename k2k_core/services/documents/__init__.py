"""Documents as they are read: orders, invoices and their PDF, landed costs, attachments."""
