"""The events of a run in the coordinator: numbered, stored, published."""
