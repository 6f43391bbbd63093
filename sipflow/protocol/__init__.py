"""What sipflow's processes say to each other: types and their bytes, no I/O."""
