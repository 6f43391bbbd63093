"""Calls, registrations and messages of the pjsua user agent."""
