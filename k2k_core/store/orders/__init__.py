"""Carts, documents, order lines, procurement, invoices and attachments."""
