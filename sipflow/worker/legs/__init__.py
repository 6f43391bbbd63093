"""The call legs of an instance: what has happened to each, and what is awaited. Pure."""
