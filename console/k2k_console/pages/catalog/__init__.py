"""The catalog as a customer sees it, with why a lot has its price and its ship dates, and why one is hidden."""
