"""The catalog of a customer: visible lots, priced and grouped, and why others are hidden."""
