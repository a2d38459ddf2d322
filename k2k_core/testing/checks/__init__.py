"""The checks of the contract of plugins, by what they are about (docs/plugins.md)."""
