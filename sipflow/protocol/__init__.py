"""Messages between sipflow's processes: their types and their encoding, no I/O."""
