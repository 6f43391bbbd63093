"""The checks of a scenario: each finds one kind of mistake."""
