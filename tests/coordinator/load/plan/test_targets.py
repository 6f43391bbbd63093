"""Whom a load may call: its own instances, and who is named, gently unless they are the user's."""

import pytest

from sipflow.coordinator.load.plan.profile import Profile, Stage
from sipflow.coordinator.load.plan.rows import Rows
from sipflow.coordinator.load.plan.targets import (
    AllowedTargets,
    RateCap,
    TargetPolicy,
    check_targets,
)
from sipflow.errors import UsageError, UsageErrors
from sipflow.scenario.model.graph import Scenario
from sipflow.scenario.reader import read_text
from sipflow.scenario.variables.scope import Given

GENTLE = Profile(stages=(Stage(0, 10, 10),), duration=10)
ROWS = Rows(("who", "user"), (("200", "1"), ("sip:1@192.0.2.1", "2"), ("sip:2@127.0.0.1", "3")))


def scenario(*steps: str) -> Scenario:
    """Return a scenario in which alice takes these steps."""
    text = 'instances: {alice: {number: "100"}, bob: {number: "200"}}\nflow:\n  alice:\n'
    text += "".join(f"    - {step}\n" for step in steps)
    columns = frozenset(ROWS.columns)
    reading = read_text(text.encode(), "call.yaml", Given(columns=columns, mode="real"))
    assert reading.scenario is not None, reading.problems
    return reading.scenario


def judged(
    *steps: str, named: tuple[str, ...] = (), own: bool = False, profile: Profile = GENTLE
) -> RateCap | None:
    """Return the ceiling of a load in which alice takes these steps."""
    return check_targets(scenario(*steps), AllowedTargets(named, own), profile, ROWS)


def trouble(*steps: str, named: tuple[str, ...] = (), profile: Profile = GENTLE) -> str:
    """Return why a load may not take these steps."""
    with pytest.raises(UsageError) as caught:
        judged(*steps, named=named, profile=profile)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    "step",
    [
        'MakeCall: {to: "200"}',
        "MakeCall: {to: bob}",
        'MakeCall: {to: "${instance.bob.uri}"}',
        'MakeCall: {to: "${instance.bob.number}"}',
        'MakeCall: {to: "sip:${run}@${instance.bob.host}:${instance.bob.port}"}',
        'MakeCall: {to: "sip:x@127.0.0.1:${instance.bob.port};transport=tcp"}',
        'SendMessage: {to: "200", body: x}',
        "SendMessage: {leg: call-1, body: x}",
        'BlindTransfer: {to: "200"}',
        'BlindTransfer: {targetUser: "300"}',
        "Response: {code: 302, contact: bob}",
        "Response: {code: 486}",
        "Hold",
        'MakeCall: {to: "${user}"}',
    ],
)
def test_instances_of_the_scenario_are_called_as_often_as_one_likes(step: str) -> None:
    fast = Profile(stages=(Stage(500, 500, 10),), concurrency=500)
    assert judged(step, profile=fast) is None


@pytest.mark.parametrize(
    ("step", "shown"),
    [
        ('MakeCall: {to: "sip:1@192.0.2.1"}', "sip:1@192.0.2.1"),
        ('MakeCall: {to: "sip:1@192.0.2.1:${instance.bob.port}"}', "sip:1@192.0.2.1:00001"),
        ('SendMessage: {to: "sip:1@192.0.2.1", body: x}', "sip:1@192.0.2.1"),
        ('BlindTransfer: {to: "sip:1@192.0.2.1"}', "sip:1@192.0.2.1"),
        ('BlindTransfer: {targetUser: "1", targetHost: 192.0.2.1}', "sip:1@192.0.2.1"),
        ('BlindTransfer: {targetUser: "${user}", targetHost: "192.0.2.1"}', "sip:1@192.0.2.1"),
        ('Response: {code: 302, contact: "sip:1@192.0.2.1"}', "sip:1@192.0.2.1"),
        ('Response: {code: 302, contact: "sip:${run}@192.0.2.1"}', "sip:0@192.0.2.1"),
        ('MakeCall: {to: "${who}"}', "sip:1@192.0.2.1"),
        ('MakeCall: {to: "sip:${user}@192.0.2.1"}', "sip:1@192.0.2.1"),
    ],
)
def test_anybody_else_is_named_first_and_loaded_gently(step: str, shown: str) -> None:
    said = trouble(step, named=("127.0.0.1",))
    assert said.startswith(f'node alice-1 calls "{shown}", ')
    assert "which is no instance of the scenario; if its owner agrees to the load, name" in said
    assert "192.0.2.1" in said.rpartition("--target ")[2]
    assert judged(step, named=("127.0.0.1", "192.0.2.1")) == RateCap(10, 50)
    assert judged(step, named=("127.0.0.1", "192.0.2.1"), own=True) is None


def test_this_host_is_named_too_and_has_no_ceiling() -> None:
    step = 'MakeCall: {to: "sip:1@127.0.0.1:5070"}'
    assert trouble(step) == (
        'node alice-1 calls "sip:1@127.0.0.1:5070", which is no instance of the scenario; if '
        'its owner agrees to the load, name it: --target "127.0.0.1:5070"'
    )
    fast = Profile(stages=(Stage(500, 500, 10),))
    assert judged(step, named=("127.0.0.1:5070",), profile=fast) is None


def test_what_may_lead_elsewhere_is_named_to_the_letter() -> None:
    target = "sip:1@127.0.0.1;maddr=192.0.2.1"
    step = f'MakeCall: {{to: "{target}"}}'
    assert trouble(step, named=("127.0.0.1",)).endswith(f'--target "{target}"')
    assert judged(step, named=(target,)) == RateCap()


def test_the_ceiling_is_for_the_rate_and_for_how_many_go_on_at_once() -> None:
    step = 'MakeCall: {to: "sip:1@192.0.2.1"}'
    fast = Profile(stages=(Stage(10, 10.5, 10),))
    assert trouble(step, named=("192.0.2.1",), profile=fast) == (
        "192.0.2.1 is not on this host, so at most 10 runs a second are started, not 10.5; if it "
        "is yours to load, say so with --i-own-the-target"
    )
    many = Profile(concurrency=51, calls=100)
    assert trouble(step, named=("192.0.2.1",), profile=many).startswith(
        "192.0.2.1 is not on this host, so at most 50 runs go on at once, not 51; "
    )
    few = Profile(concurrency=50, calls=100)
    assert judged(step, named=("192.0.2.1",), profile=few) == RateCap()


def test_all_that_is_wrong_with_targets_is_said_each_once() -> None:
    steps = ['MakeCall: {to: "sip:1@192.0.2.1"}', 'MakeCall: {to: "sip:1@192.0.2.2"}']
    with pytest.raises(UsageErrors) as caught:
        judged(*steps, *steps)
    assert [str(one).split(",")[0] for one in caught.value.errors] == [
        'node alice-1 calls "sip:1@192.0.2.1"',
        'node alice-2 calls "sip:1@192.0.2.2"',
    ]
    both = Profile(stages=(Stage(11, 11, 10),), concurrency=51)
    with pytest.raises(UsageErrors) as caught:
        judged(steps[0], named=("192.0.2.1",), profile=both)
    assert len(caught.value.errors) == 2
    with pytest.raises(UsageErrors) as caught:
        judged(steps[0], named=("@", "@@"))
    assert len(caught.value.errors) == 2
    with pytest.raises(UsageError, match=r"192\.0\.2\.2"):
        check_targets(scenario(*steps), AllowedTargets(("192.0.2.1",)), None, ROWS)


def test_what_only_a_message_tells_is_called_only_by_who_owns_all_targets() -> None:
    steps = (
        "INCOMING: {capture: {caller: header.Contact.uri}}",
        'MakeCall: {to: "${caller}", leg: back}',
    )
    assert trouble(*steps) == (
        'node alice-2 calls the target captured as "caller", which cannot be checked beforehand; '
        "name a target, or say with --i-own-the-target that all are yours"
    )
    assert judged(*steps, own=True) is None


def test_a_value_that_nobody_can_be_called_by_is_left_to_its_run() -> None:
    guard = TargetPolicy(scenario('MakeCall: {to: "${who}"}'), AllowedTargets())
    assert guard.judge("nonsense", "alice-1") is None


def test_without_rows_there_are_only_the_file_s_own_targets() -> None:
    one = scenario('MakeCall: {to: "200"}')
    assert check_targets(one, AllowedTargets(), GENTLE) is None


def test_a_target_of_the_environment_is_not_shown() -> None:
    text = (
        'instances: {alice: {number: "100"}}\nflow: {alice: [MakeCall: "sip:x@${env:HOST}:5070"]}\n'
    )
    given = Given({}, {"HOST": "hidden.example"}, mode="real")
    found = read_text(text.encode(), "call.yaml", given).scenario
    assert found is not None
    with pytest.raises(UsageError) as caught:
        check_targets(found, AllowedTargets(), GENTLE)
    assert 'calls "sip:x@${env:HOST}:5070", which is no' in str(caught.value)
    assert "hidden" not in str(caught.value)
