"""The terminal output of a running command."""
