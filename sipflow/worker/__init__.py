"""What runs in a worker process: one SIP instance, its endpoint, its walk through the graph."""
