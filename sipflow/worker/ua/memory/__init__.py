"""User agents that are wired together in memory: SIP's order of messages without sockets. Pure."""
