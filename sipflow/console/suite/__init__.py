"""The terminal views of several runs of one command."""
