"""A company's lots and offers, their availability and quantities, and availability files."""
