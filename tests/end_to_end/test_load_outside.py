"""Loads as others see them: subscribers, a SIP peer that is not ours, and the files they leave."""

import csv
import re
import signal
import socket
import subprocess
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sipflow import subscribe
from sipflow.protocol.events import AnyEvent, LoadNumbers, LoadState
from tests.end_to_end.harness import COMMAND, LIMIT
from tests.end_to_end.load_driver import QUICK, Load, LoadOutcome, load
from tests.end_to_end.load_scenarios import BY_ROW, TO_A_TARGET, write_rows
from tests.end_to_end.scenarios import write

HOST = "127.0.0.1"
CALLEE = """\
<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="callee">
  <recv request="INVITE"/>
  <send><![CDATA[
      SIP/2.0 180 Ringing
      [last_Via:]
      [last_From:]
      [last_To:];tag=[pid]SIPp[call_number]
      [last_Call-ID:]
      [last_CSeq:]
      Contact: <sip:[local_ip]:[local_port]>
      Content-Length: 0

  ]]></send>
  <send retrans="500"><![CDATA[
      SIP/2.0 200 OK
      [last_Via:]
      [last_From:]
      [last_To:];tag=[pid]SIPp[call_number]
      [last_Call-ID:]
      [last_CSeq:]
      Contact: <sip:[local_ip]:[local_port]>
      Content-Type: application/sdp
      Content-Length: [len]

      v=0
      o=sipp 1 1 IN IP4 [local_ip]
      s=-
      c=IN IP4 [local_ip]
      t=0 0
      m=audio [media_port] RTP/AVP 0
      a=rtpmap:0 PCMU/8000

  ]]></send>
  <recv request="ACK" rtd="true"/>
  <recv request="BYE"/>
  <send><![CDATA[
      SIP/2.0 200 OK
      [last_Via:]
      [last_From:]
      [last_To:]
      [last_Call-ID:]
      [last_CSeq:]
      Content-Length: 0

  ]]></send>
</scenario>
"""
Process = subprocess.Popen[bytes]


def free_port() -> int:
    """Return a port of this host that nobody has."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def sipp_callee(folder: Path, calls: int) -> Iterator[tuple[int, Process]]:
    """Run SIPp as a callee that answers so many calls and then ends; give its port."""
    port, script = free_port(), folder / "callee.xml"
    script.write_text(CALLEE)
    options = ["-sf", str(script), "-i", HOST, "-p", str(port), "-m", str(calls), "-nostdin"]
    with (
        (folder / "sipp.log").open("wb") as log,
        subprocess.Popen(["sipp", *options], cwd=folder, stdout=log, stderr=log) as process,
    ):
        try:
            while process.poll() is None and _is_unbound(port):
                pass
            yield port, process
        finally:
            process.kill()


def _is_unbound(port: int) -> bool:
    """Look without binding it, which could keep SIPp from doing so."""
    sockets = Path("/proc/net/udp").read_text().splitlines()[1:]
    return f":{port:04X}" not in {line.split()[1][-5:] for line in sockets}


def test_a_peer_that_is_not_ours_counts_the_same_calls(tmp_path: Path) -> None:
    with sipp_callee(tmp_path, 40) as (port, sipp):
        target = f"sip:300@{HOST}:{port}"
        options = ["--rate", "50", "--calls", "40", "--set", f"target={target}"]
        options += ["--target", f"{HOST}:{port}"]
        outcome = load(write(TO_A_TARGET, tmp_path), tmp_path, *options)
        assert sipp.wait(LIMIT) == 0  # as many calls as it waits for, and each went as written
    assert outcome.runs == {"started": 40, "completed": 40}, outcome.result["failures"]
    assert outcome.result["latency_ms"]["srd"]["count"] == 40
    assert outcome.result["ratios"]["scr"] == 100.0


def read_csv(path: Path) -> list[dict[str, str]]:
    """Return the rows of a table by their columns."""
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_the_table_and_the_page_say_what_the_result_says(tmp_path: Path) -> None:
    table, page = tmp_path / "load.csv", tmp_path / "load.html"
    rows = write_rows(tmp_path, "answer", *["yes", "yes", "yes", "no"] * 15)
    outcome = load(
        *(write(BY_ROW, tmp_path), tmp_path, "--rate", "50", "--data", str(rows)),
        *("--csv", str(table), "--html", str(page)),
    )
    lines = read_csv(table)
    assert [int(line["second"]) for line in lines] == list(range(1, len(lines) + 1))
    for name, count in outcome.result["runs"].items():
        assert sum(int(line[name]) for line in lines) == count
    for name in ("srd", "sdd", "run"):
        counted = sum(int(line[f"{name}_count"]) for line in lines)
        assert counted == outcome.result["latency_ms"][name]["count"]
    greatest = max(float(line["run_max_ms"]) for line in lines)
    assert abs(greatest - outcome.result["latency_ms"]["run"]["max"]) < 0.01
    text = page.read_text()
    assert all(word in text for word in (outcome.load, "486", "75.00", "<svg"))
    assert "http://" not in text.replace("http://www.w3.org/", "")
    assert "https://" not in text


def scraped(port: int) -> dict[str, float]:
    """Return what can be scraped now."""
    with urllib.request.urlopen(f"http://{HOST}:{port}/metrics", timeout=LIMIT) as answer:
        lines = answer.read().decode().splitlines()
    plain = (line.rpartition(" ") for line in lines if not line.startswith("#"))
    return {name: float(value) for name, _, value in plain}


def test_the_numbers_can_be_scraped_while_a_load_runs(tmp_path: Path) -> None:
    port = free_port()
    options = ["--rate", "50", "--duration", "60s", "--prometheus", str(port)]
    with Load(QUICK, tmp_path, *options) as running:
        numbers = running.wait_for(lambda event: event["type"] == "load-numbers")
        # The log is written first: until the page has the numbers, too, it has none at all.
        while not (found := scraped(port)).get("sipflow_load_runs_started_total"):
            pass
        running.process.terminate()
        running.end()
    # These numbers, or those of a later second.
    completed = found['sipflow_load_runs_ended_total{outcome="completed"}']
    assert found["sipflow_load_runs_started_total"] >= numbers["total"]["started"] > 0
    assert completed == found["sipflow_load_run_seconds_count"] >= numbers["total"]["completed"]
    assert found["sipflow_load_asked_runs_per_second"] == 50.0


def load_and_follow(folder: Path, *options: str, late: bool) -> tuple[LoadOutcome, list[AnyEvent]]:
    """Make a load that somebody follows, from its beginning or from its second second on."""
    endpoint = f"tcp://{HOST}:{free_port()}"
    with Load(write(BY_ROW, folder), folder, "--events", endpoint, *options) as running:
        first = running.wait_for_state("running")
        if late:
            running.wait_for(lambda event: event["type"] == "load-numbers")
        events = list(subscribe(endpoint, first["run"], wait=LIMIT))
        return running.end(), events


def test_who_subscribes_sees_a_load_whole_also_who_comes_late(tmp_path: Path) -> None:
    rows = write_rows(tmp_path, "answer", *["yes", "no"] * 30)
    options = ["--rate", "40", "--data", str(rows)]
    outcome, events = load_and_follow(tmp_path, *options, late=True)
    assert [event.g for event in events] == list(range(1, len(events) + 1))
    assert len(events) == len(outcome.of_run(outcome.load))
    last = events[-1]
    assert isinstance(last, LoadState)
    assert last.new == outcome.result["verdict"] == "failed"
    numbers = [event for event in events if isinstance(event, LoadNumbers)]
    assert numbers[-1].total.failed == outcome.result["runs"]["failed"] == 30


def test_who_subscribes_to_everything_sees_the_examples_too(tmp_path: Path) -> None:
    endpoint = f"tcp://{HOST}:{free_port()}"
    rows = write_rows(tmp_path, "answer", *["yes", "no"] * 10)
    options = ["--rate", "20", "--data", str(rows), "--events", endpoint]
    with Load(write(BY_ROW, tmp_path), tmp_path, *options) as running:
        running.wait_for_state("running")
        events = list(subscribe(endpoint, wait=LIMIT))
        outcome = running.end()
    seen = Counter(event.run for event in events)
    assert seen == Counter(event["run"] for event in outcome.events)
    assert set(seen) == {outcome.load, f"{outcome.load}-2"}


def test_one_run_of_a_load_can_be_followed_by_its_id(tmp_path: Path) -> None:
    endpoint = f"tcp://{HOST}:{free_port()}"
    rows = write_rows(tmp_path, "answer", *["no", *["yes"] * 15])
    options = ["--rate", "20", "--data", str(rows), "--events", endpoint]
    with Load(write(BY_ROW, tmp_path), tmp_path, *options) as running:
        failed = running.wait_for(lambda event: event["type"] == "load-failure")
        events = list(subscribe(endpoint, failed["of"], wait=LIMIT))
        outcome = running.end()
    assert [event.g for event in events] == [one["g"] for one in outcome.of_run(failed["of"])]


def test_watch_follows_a_load_to_its_end(tmp_path: Path) -> None:
    with Load(QUICK, tmp_path, "--rate", "20", "--duration", "60s") as running:
        load_id = running.wait_for_state("running")["run"]
        watch = subprocess.Popen(
            [*COMMAND, "watch", load_id], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert watch.stdout is not None
        first = watch.stdout.readline()
        running.signal(signal.SIGINT)
        outcome = running.end()
        out, err = watch.communicate(timeout=LIMIT)
    assert (watch.returncode, err, outcome.exit_code) == (0, "", 130)
    assert "running" in first
    assert "stopped" in out.splitlines()[-1]
    shown = re.findall(r"(\d+) completed", out)
    assert sum(map(int, shown)) == outcome.runs["completed"], out
