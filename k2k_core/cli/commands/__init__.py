"""The commands of `k2k`, one module each: its options (`add_to`) and what it does."""
