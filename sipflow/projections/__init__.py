"""State that is computed from the events of runs and loads alone. Pure."""
