"""What runs in the coordinator: it reads a scenario, owns its run, and gives the verdict."""
