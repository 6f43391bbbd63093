"""Worker processes: how they are launched, and how the coordinator learns of their exit."""
