"""The scenario language: from the text of a file to a checked scenario, or its problems."""
