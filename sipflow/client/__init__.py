"""Following runs and controlling them from another program."""
