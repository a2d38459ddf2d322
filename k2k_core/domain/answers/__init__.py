"""The declared shapes of the facade's answers: one module for each area, dictionaries with declared keys.

Services return these shapes and the facade's methods name them, so that mypy finds a misspelt key in a host's program.
They import nothing but `typing`, for programs without K2K. A key is always present unless it is `NotRequired`; a value
that can be missing is None. `field_types` says how a text is read, and which readers a field is for.
"""
