"""The reference of messages and words, generated from the types of ``sipflow.protocol``."""
