"""The page that opens first: what waits, what happened, and how the company or the network does."""
