"""The pages of the console (desks), one a file. A desk declares; `k2k_console.base` implements."""
