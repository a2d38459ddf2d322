"""Administration of a network: users, plugin settings, quarantine, verification and clean-up."""
