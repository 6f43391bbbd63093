"""What end-to-end tests share: runs of their own, which nobody else's commands find."""

import tempfile
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep the directory of runs apart from the user's own, so that no test meets a run of theirs.

    Its path is short enough for Unix sockets in it.
    """
    with tempfile.TemporaryDirectory(prefix="sipflow-test-", dir="/tmp") as directory:
        monkeypatch.setenv("XDG_RUNTIME_DIR", directory)
        yield
