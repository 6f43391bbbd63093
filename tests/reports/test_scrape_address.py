"""The text of ``--prometheus``."""

import pytest

from sipflow.errors import UsageError
from sipflow.reports.scrape_address import scrape_address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("9464", ("127.0.0.1", 9464)),
        (":9464", ("127.0.0.1", 9464)),
        ("0", ("127.0.0.1", 0)),
        ("localhost:9464", ("localhost", 9464)),
        ("0.0.0.0:9464", ("0.0.0.0", 9464)),
        ("[::1]:65535", ("::1", 65535)),
    ],
)
def test_without_a_host_it_is_loopback(text: str, address: tuple[str, int]) -> None:
    assert scrape_address(text) == address


@pytest.mark.parametrize(
    "text",
    ["", "host", "host:", "::1:9464", "http://host:9464", "a b:1", "host:-1", "\u0663", "1\n"],
)
def test_what_is_no_address_is_told_what_would_be_one(text: str) -> None:
    with pytest.raises(UsageError, match=r"write HOST:PORT or PORT, e\.g\. 127\.0\.0\.1:9464"):
        scrape_address(text)


def test_a_port_has_an_end() -> None:
    with pytest.raises(UsageError, match="a port is at most 65535, or 0 for any"):
        scrape_address("127.0.0.1:65536")
