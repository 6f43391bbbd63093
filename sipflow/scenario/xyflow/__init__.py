"""Scenario files in JSON, as the graph editor writes them."""
