"""Texts for events and results, for the console and for reports. Pure."""
