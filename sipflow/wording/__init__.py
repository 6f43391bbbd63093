"""Events and results in words, for the console and for reports. Pure."""
