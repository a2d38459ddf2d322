"""The commands of `k2k`, one module each, with its options (`add_to`)."""
