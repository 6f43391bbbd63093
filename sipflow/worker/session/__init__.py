"""An instance's part in a run: walking its chain of nodes and cleaning up. Pure."""
