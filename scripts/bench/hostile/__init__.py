"""Messages that no instance may die of: those of RFC 4475 and 5118, mutated ones, late answers."""
