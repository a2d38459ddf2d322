"""The desks of the console, one a file. A desk declares; `k2k_console.base` does the work."""
