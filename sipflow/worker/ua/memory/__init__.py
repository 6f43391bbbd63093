"""User agents connected in memory: SIP's order of messages without sockets. Pure."""
