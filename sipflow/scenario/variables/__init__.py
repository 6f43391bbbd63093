"""Variables of a scenario: their definitions, their values and the texts that use them."""
