"""The reference of the public messages, generated from the types of ``sipflow.protocol``."""
