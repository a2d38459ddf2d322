"""A plugin that is broken: it ends the program while it is imported, or would."""

import sys

sys.exit(3)
