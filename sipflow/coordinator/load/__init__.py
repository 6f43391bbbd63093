"""A load: the same scenario run again and again, many at once."""
