"""In several processes the tests that wait come first, dealt out evenly.

xdist gives every process an equal run of the list, and a process that has done its own takes some
from the end of another's. Short tests at the end of every run make the processes end together.
"""

import pytest

# Where tests wait more than they compute: for real programs, real calls and real time.
_WAITING = (
    "tests/end_to_end/",
    "tests/worker/ua/",
    "tests/worker/test_",
    "tests/coordinator/test_",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Order the tests for the processes that there are."""
    given = getattr(config, "workerinput", None)
    if given is not None:
        items[:] = dealt(items, int(given["workercount"]))


def dealt(items: list[pytest.Item], processes: int) -> list[pytest.Item]:
    """Return the tests, one process's after another's, in each the waiting ones first."""
    waiting = [item for item in items if item.nodeid.startswith(_WAITING)]
    others = [item for item in items if not item.nodeid.startswith(_WAITING)]
    return [
        item
        for process in range(processes)
        for item in (*waiting[process::processes], *others[processes - 1 - process :: processes])
    ]
