"""Documents of a company: lists and views, invoices and their PDF, credits, landed costs, attachments."""
