"""Reading documents: orders, invoices and their PDF, landed costs, attachments."""
