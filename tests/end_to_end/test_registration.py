"""Instances at a real registrar: they register, are called through it, and leave nothing there."""

import json
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.harness import Coordinator, cli, ended, kill, run
from tests.end_to_end.kamailio import PASSWORD, Kamailio, kamailio

HEAD = """\
name: registering
variables: {{registrar: , by: ""}}
instances:
  alice: {{number: "100", registrar: "${{registrar}}${{by}}", password: {password}{more}}}
  bob: {{number: "200", registrar: "${{registrar}}${{by}}", password: {right}, register: true}}
flow:
"""

CALL = """\
  alice:
    - Register: {expires: 60s}
    - MESSAGE: {from: bob}
    - MakeCall: {to: "sip:200@${registrar}${by}"}
    - Release
    - MakeCall: {to: "sip:900@${registrar}${by}", expect: 404}
    - Unregister
    - Unregister
      id: again
    - TIMEOUT: 60s
      id: wait
  bob:
    - REGISTERED
    - SendMessage: {to: alice, text: "I am there"}
    - INCOMING
    - Answer
    - DISCONNECTED
"""

LONG = """\
  alice:
    - Register
    - REGISTERED
    - MESSAGE: {from: bob}
    - TIMEOUT: 60s
      id: wait
  bob:
    - REGISTERED
    - SendMessage: {to: alice, text: "I am there"}
"""

WRONG = """\
  alice:
    - Register
      on_failure:
        - REGISTERED:
          on_failure:
            - TIMEOUT: 10ms
"""

FAILS = """\
  alice:
    - Register
    - MESSAGE: {from: bob}
    - MakeCall: {to: "sip:900@${registrar}"}
  bob:
    - REGISTERED
    - SendMessage: {to: alice, text: "I am there"}
    - TIMEOUT: 60s
"""


@pytest.fixture
def registrar(tmp_path: Path) -> Iterator[Kamailio]:
    with kamailio(tmp_path) as one:
        yield one


def written(folder: Path, flow: str, password: str = PASSWORD, more: str = "") -> Path:
    """Write a scenario of alice, with a password, and bob, who registers before all steps."""
    path = folder / f"{len(list(folder.iterdir()))}.yaml"
    flow = re.sub(r"- (Register|Unregister)\n      ", r"- \1:\n      ", flow)
    path.write_text(HEAD.format(password=password, right=PASSWORD, more=more) + flow)
    return path


def at(registrar: Kamailio, by: str = "") -> tuple[str, ...]:
    """Return the options that name the registrar."""
    return "--set", f"registrar={registrar.address}", "--set", f"by={by}"


@pytest.mark.parametrize("by", ["", ";transport=tcp"], ids=["udp", "tcp"])
def test_a_registered_user_is_called_through_the_registrar(
    tmp_path: Path, registrar: Kamailio, by: str
) -> None:
    with Coordinator(written(tmp_path, CALL), tmp_path, *at(registrar, by)) as coordinator:
        coordinator.wait_for_node("alice-1", "completed")
        coordinator.wait_for_node("wait", "running")
        left = registrar.contacts()
        assert cli("stop").returncode == 0
        outcome = coordinator.finish()

    port = outcome.verdict["instances"]["bob"]["port"]
    (contact,) = left  # bob's: alice has unregistered
    assert contact.lower() == f"sip:200@127.0.0.1:{port}{by}"
    assert set(outcome.nodes("bob").values()) == {"completed"}
    assert outcome.verdict["verdict"] == "stopped"
    assert outcome.verdict["cleanup"]["confirmed"] is True
    assert registrar.contacts() == []
    assert_what_is_told(outcome.events)


def assert_what_is_told(events: list[dict[str, object]]) -> None:
    """Require that the action log has each delay, and the warning of the second Unregister."""
    log = [event for event in events if event["type"] == "action-log"]
    told = [str(event["message"]) for event in log]
    assert sum(bool(re.search(r"for (60|300) s, after [0-9.]+ ms$", one)) for one in told) == 2
    assert sum(bool(re.search(r"removed, after [0-9.]+ ms$", one)) for one in told) == 2
    warnings = [event["message"] for event in log if event["level"] == "warning"]
    assert warnings == ["there was no registration to remove"]


def test_a_wrong_password_takes_the_failure_edge_with_401(
    tmp_path: Path, registrar: Kamailio
) -> None:
    outcome = run(written(tmp_path, WRONG, "wrong"), tmp_path, *at(registrar))

    assert outcome.verdict["verdict"] == "completed"
    nodes = {"alice-1": "failed", "alice-2": "failed", "alice-3": "completed"}
    assert outcome.nodes("alice") == nodes
    codes = [
        event["reason"]["code"]
        for event in outcome.of_type("node-state")
        if event["new"] == "failed"
    ]
    assert codes == [401, 401]
    assert "wrong" not in json.dumps(outcome.events)


def test_a_user_name_may_be_another_than_the_number(tmp_path: Path, registrar: Kamailio) -> None:
    path = written(tmp_path, "  alice: [Register]\n", more=", username: someone, realm: sipflow")
    outcome = run(path, tmp_path, *at(registrar))

    assert outcome.nodes("alice") == {"alice-1": "completed"}


def test_a_registrar_may_want_a_longer_time(tmp_path: Path) -> None:
    with kamailio(tmp_path, shortest=90) as registrar:
        path = written(tmp_path, "  alice: [Register: {expires: 20s}]\n")
        outcome = run(path, tmp_path, *at(registrar))

    assert outcome.nodes("alice") == {"alice-1": "completed"}
    assert any(" for 90 s, after " in event["message"] for event in outcome.of_type("action-log"))


@pytest.mark.parametrize("how", ["stop", "interrupt"])
def test_a_run_that_is_ended_leaves_no_binding(
    tmp_path: Path, registrar: Kamailio, how: str
) -> None:
    with Coordinator(written(tmp_path, LONG), tmp_path, *at(registrar)) as coordinator:
        coordinator.wait_for_node("wait", "running")
        assert [one for one in registrar.contacts() if "sip:100@" in one]
        if how == "stop":
            assert cli("stop").returncode == 0
        else:
            coordinator.signal(signal.SIGINT)
        outcome = coordinator.finish()

    assert (outcome.exit_code, outcome.verdict["verdict"]) == (130, "stopped")
    assert registrar.contacts() == []


def test_a_run_that_is_aborted_leaves_no_binding(tmp_path: Path, registrar: Kamailio) -> None:
    outcome = run(written(tmp_path, FAILS), tmp_path, *at(registrar))

    assert outcome.exit_code == 1
    assert outcome.verdict["reason"]["code"] == 404
    assert outcome.verdict["cleanup"]["confirmed"] is True
    assert registrar.contacts() == []


def test_the_end_of_the_coordinator_leaves_no_binding(tmp_path: Path, registrar: Kamailio) -> None:
    with Coordinator(written(tmp_path, LONG), tmp_path, *at(registrar)) as coordinator:
        coordinator.wait_for_node("wait", "running")
        with ended(list(coordinator.fork_server().workers().values()), 2.0):
            kill(coordinator.process.pid)

    assert registrar.contacts() == []


def test_runs_that_share_workers_each_register_for_themselves(
    tmp_path: Path, registrar: Kamailio
) -> None:
    path = str(written(tmp_path, "  alice: [Register]\n"))
    other = tmp_path / "other.yaml"
    other.write_text(Path(path).read_text().replace('"100"', '"300"'))

    answer = cli("start", path, str(other), path, "-j", "1", "--json", *at(registrar))

    verdicts = json.loads(answer.stdout)
    assert [one["verdict"] for one in verdicts] == ["completed"] * 3
    assert len({one["instances"]["alice"]["pid"] for one in verdicts}) == 1
    assert registrar.contacts() == []


def test_a_registrar_that_is_gone_leaves_a_registration_and_the_verdict_says_whose(
    tmp_path: Path,
) -> None:
    with kamailio(tmp_path) as registrar:
        options = at(registrar)
        coordinator = Coordinator(written(tmp_path, LONG), tmp_path, *options)
        coordinator.wait_for_node("wait", "running")
    with coordinator:
        assert cli("stop").returncode == 0
        outcome = coordinator.finish()

    assert (outcome.exit_code, outcome.verdict["verdict"]) == (3, "failed")
    uri = f"sip:{registrar.address}"
    assert outcome.verdict["reason"]["message"] == (
        f"clean-up not confirmed: registration of alice at {uri}, "
        f"registration of bob at {uri} was left"
    )
    assert outcome.verdict["cleanup"]["confirmed"] is False
