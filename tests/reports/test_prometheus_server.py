"""The endpoint that Prometheus scrapes, over real HTTP."""

import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPResponse
from urllib.error import HTTPError
from urllib.parse import urlsplit

import pytest
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as read_open_metrics,
)
from prometheus_client.parser import text_string_to_metric_families

from sipflow.errors import UsageError
from sipflow.protocol.events import RunCounts
from sipflow.reports.prometheus_server import LoadPrometheus
from tests.projections.load_events import latency, load_numbers, load_state, run_failed


@pytest.fixture
def endpoint() -> Iterator[LoadPrometheus]:
    with closing(LoadPrometheus("127.0.0.1", 0)) as endpoint:
        yield endpoint


def get(url: str, accept: str = "text/plain") -> HTTPResponse:
    request = urllib.request.Request(url, headers={"Accept": accept})
    response: HTTPResponse = urllib.request.urlopen(request, timeout=10)
    return response


def scrape(endpoint: LoadPrometheus) -> dict[str, float]:
    """Return the samples without labels, by their names, as Prometheus' own parser reads them."""
    with get(endpoint.url) as response:
        text = response.read().decode()
    return {
        sample.name: sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if not sample.labels
    }


def port_of(endpoint: LoadPrometheus) -> int:
    port = urlsplit(endpoint.url).port
    assert port is not None
    return port


def test_a_scrape_finds_what_the_load_has_told_so_far(endpoint: LoadPrometheus) -> None:
    assert scrape(endpoint) == {}

    endpoint.handle(load_state("running"))
    endpoint.handle(load_numbers(1, RunCounts(started=50), total_ms={"srd": latency(2.0)}))
    found = scrape(endpoint)
    assert found["sipflow_load_asked_runs_per_second"] == 50.0
    assert found["sipflow_load_runs_started_total"] == 50.0
    assert found["sipflow_load_srd_seconds_count"] == 100.0

    endpoint.handle(load_numbers(2, RunCounts(started=49), RunCounts(started=99)))
    assert scrape(endpoint)["sipflow_load_runs_started_total"] == 99.0


def test_it_speaks_open_metrics_to_those_who_ask_for_it(endpoint: LoadPrometheus) -> None:
    endpoint.handle(load_state("running"))
    endpoint.handle(run_failed())
    endpoint.handle(load_numbers(1, RunCounts(started=50), total_ms={"srd": latency(2.0)}))

    with get(endpoint.url, "application/openmetrics-text; version=1.0.0") as response:
        assert response.headers["Content-Type"].startswith("application/openmetrics-text")
        text = response.read().decode()
    read = read_open_metrics(text)  # type: ignore[no-untyped-call]
    families = {family.name: family for family in read}

    assert families["sipflow_load_failures"].type == "counter"
    assert families["sipflow_load_state"].type == "stateset"
    assert families["sipflow_load_srd_seconds"].type == "summary"


def test_without_a_load_of_its_own_the_library_says_nothing(endpoint: LoadPrometheus) -> None:
    with get(endpoint.url) as response:
        assert response.headers["Content-Type"].startswith("text/plain")
        assert "python" not in response.read().decode()


def test_there_is_nothing_else_to_be_had(endpoint: LoadPrometheus) -> None:
    with pytest.raises(HTTPError, match="404") as error:
        get(endpoint.url.replace("/metrics", "/"))
    error.value.close()


def test_who_connects_and_says_nothing_holds_up_nobody(endpoint: LoadPrometheus) -> None:
    endpoint.handle(load_state("running"))
    with socket.create_connection(("127.0.0.1", port_of(endpoint))):
        assert scrape(endpoint) == {"sipflow_load_asked_runs_per_second": 50.0}


def test_nonsense_and_broken_connections_are_passed_over_in_silence(
    endpoint: LoadPrometheus, capfd: pytest.CaptureFixture[str]
) -> None:
    for said in (b"\0\xff" * 100 + b"\n", b"GET", b"GET /metrics HTTP/9.9\r\n\r\n", b"\r\n"):
        with socket.create_connection(("127.0.0.1", port_of(endpoint))) as peer:
            # Closing with something unread and no linger is a reset.
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            peer.sendall(said)

    endpoint.handle(load_state("running"))
    assert scrape(endpoint) == {"sipflow_load_asked_runs_per_second": 50.0}
    assert capfd.readouterr() == ("", "")


def test_after_the_end_the_port_is_free() -> None:
    endpoint = LoadPrometheus("127.0.0.1", 0)
    port = port_of(endpoint)
    endpoint.close()

    with closing(LoadPrometheus("127.0.0.1", port)) as again:
        assert again.url == f"http://127.0.0.1:{port}/metrics"


def test_an_address_of_version_6_is_written_in_brackets() -> None:
    with closing(LoadPrometheus("::1", 0)) as endpoint:
        assert endpoint.url.startswith("http://[::1]:")
        assert scrape(endpoint) == {}


def test_an_address_that_cannot_be_had_is_the_users_mistake(endpoint: LoadPrometheus) -> None:
    port = port_of(endpoint)
    with pytest.raises(UsageError, match=rf"listen on 127.0.0.1:{port}: Address already in use"):
        LoadPrometheus("127.0.0.1", port)
    with pytest.raises(UsageError, match=r"cannot listen on 192\.0\.2\.1:0: "):
        LoadPrometheus("192.0.2.1", 0)


def test_who_asks_for_no_endpoint_does_not_wait_for_its_library() -> None:
    asked = "import sipflow.cli.main, sys; print('prometheus_client' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert done.stdout == "False\n"
