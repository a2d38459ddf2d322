"""The scan page: boxes are received with a hand scanner, a pasted list or the camera (domain section 6)."""
