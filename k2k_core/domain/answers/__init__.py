"""What the facade answers, shape by shape: one module for each area, dictionaries with declared keys.

Services return these shapes, and the facade's methods name them, so that mypy finds a misspelt key in a host's program.
They are declared with nothing but `typing`, for programs that have no K2K installed. A key is always there unless it
is `NotRequired`; a value that can be missing is None. `field_types` says how a text is read, and for whom a field is.
"""
