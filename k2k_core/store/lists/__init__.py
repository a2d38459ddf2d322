"""The paged lists of the store, each declared with its sorts and filters."""
