"""A load: one scenario again and again, many runs at once."""
