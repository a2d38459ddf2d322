"""Answers of the facade in words: for `k2k explain`, and for the story that `k2k demo` tells."""
