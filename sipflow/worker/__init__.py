"""The worker process: one SIP instance, its endpoint and its walk through the scenario graph."""
