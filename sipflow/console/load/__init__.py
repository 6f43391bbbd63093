"""The terminal views of a load."""
