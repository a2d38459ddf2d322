"""The settings of companies: their names, meanings, who may change them, and which layer takes precedence."""
