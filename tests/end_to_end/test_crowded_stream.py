"""Subscribing to 100,000 long topics costs the coordinator neither memory nor time."""

import signal
import socket
from pathlib import Path

import psutil
import zmq

from tests.end_to_end.harness import Coordinator
from tests.end_to_end.scenarios import write

SCENARIO = """\
name: long
instances: {alice: {number: "100"}}
flow: {alice: [TIMEOUT: 60s]}
"""
TOPICS = 100_000
# Bytes; with a limit on topics it is a tenth of that, without one twenty times as much.
MOST = 100 << 20


def test_topics_are_bounded_and_what_goes_over_is_a_warning_once(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        endpoint = f"tcp://127.0.0.1:{probe.getsockname()[1]}"
    options = ("--events", endpoint, "--base-port", "24840")
    context = zmq.Context()
    odd = context.socket(zmq.XSUB)
    odd.sndhwm = 0
    with Coordinator(write(SCENARIO, tmp_path), tmp_path, *options) as run:
        run.wait_for_node("alice-1", "running")
        process = psutil.Process(run.process.pid)
        before = process.memory_info().rss
        odd.connect(endpoint)
        with odd.get_monitor_socket(zmq.EVENT_DISCONNECTED) as changes:
            for number in range(TOPICS):
                odd.send(b"\1" + b"%0256x" % number)
            assert changes.poll(60_000)
            odd.disable_monitor()
        warning = run.wait_for(lambda event: event["cause"] == "invalid message")
        assert "exceeded the limit for topics" in warning["message"]
        assert process.memory_info().rss - before < MOST
        context.destroy(linger=0)
        run.signal(signal.SIGINT)
        outcome = run.finish()
    assert outcome.exit_code == 130
    assert [one for one in outcome.events if one["cause"] == "invalid message"] == [warning]
