"""People, plugin settings, quarantine, verification and clean-up of a network."""
