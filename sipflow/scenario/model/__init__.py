"""The types of a checked scenario: all of the language that a worker imports."""
