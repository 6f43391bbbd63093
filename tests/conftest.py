"""What every run of the tests loads, whichever tests it is asked for."""

from hypothesis import settings

pytest_plugins = [
    "tests.plugins.network",
    "tests.plugins.order",
    "tests.plugins.pure_coverage",
    "tests.plugins.signals",
    "tests.plugins.sockets",
    "tests.plugins.time_limit",
]

# The same examples every time, and no test fails because the machine is slow.
settings.register_profile("sipflow", deadline=None, derandomize=True, database=None)
settings.load_profile("sipflow")
