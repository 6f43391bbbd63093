"""The terminal views of a single run."""
