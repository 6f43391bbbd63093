"""The slots of a load: each plays one run after another with its own workers."""
