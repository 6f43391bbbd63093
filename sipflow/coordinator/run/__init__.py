"""One run: its life cycle, its workers and its verdict."""
