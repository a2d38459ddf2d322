"""What the command line does for authors of plugins: a new project, and the checks of one (docs/plugins.md)."""
