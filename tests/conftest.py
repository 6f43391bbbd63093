"""What every run of the tests loads, whichever tests it is asked for."""

pytest_plugins = ["tests.plugins.signals", "tests.plugins.time_limit"]
