"""Scenario files in YAML."""
