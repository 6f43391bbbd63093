"""Mock mode: plays scenarios in one process and in virtual time, with user agents in memory.

Belongs to neither process: it puts the pure parts of both together. No SIP is sent.
"""
