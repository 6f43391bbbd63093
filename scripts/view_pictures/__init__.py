"""Makes the pictures of the views: ``scripts/pictures`` calls it."""
