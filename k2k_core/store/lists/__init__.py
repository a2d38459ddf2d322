"""The lists of the store that are asked for page by page."""
