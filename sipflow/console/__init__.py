"""What is shown on a terminal while a command goes on."""
