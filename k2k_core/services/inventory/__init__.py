"""A company's lots and offers, their availability, and availability files."""
