"""Tools for tests of plugins and host ERPs: a pytest plugin, the plugin contract, factories, a private PostgreSQL."""
