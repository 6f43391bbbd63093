"""The plan of a load, checked before anything is started."""
