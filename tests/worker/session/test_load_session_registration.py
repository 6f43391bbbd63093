"""Instances that register in the runs of a load, as transcripts."""

from msgspec.structs import replace

from sipflow.protocol.run_metrics import RunFigures
from sipflow.scenario.model.actions import MakeCall, Register, Timeout
from tests.worker import registering
from tests.worker.load_player import Player
from tests.worker.plans import BOB, chain
from tests.worker.registering import ACCOUNT

CALLER = chain("alice", MakeCall(to="200"))


def test_the_delay_of_a_registration_is_measured_and_its_end_is_part_of_the_run() -> None:
    plan = replace(chain("alice", Register(), Timeout(timeout=1.0)), account=ACCOUNT)
    player = Player(plan)
    player.begin()
    player.tell(registering.CONFIRMED, registering.REFRESHED)
    assert player.at(1.0) == ["Walked 1 not idle"]
    assert player.clean_up() == ["> REGISTER to remove"]
    assert player.tell(registering.REMOVED) == ["Swept 1 0"]
    assert player.figures == [RunFigures(rrd=(3400,))]

    player.begin(2)
    assert player.tell(registering.FORBIDDEN) == ["Walked 2 idle alice-1 403"]
    assert player.figures[1] == RunFigures()


def test_a_registration_that_could_not_be_removed_is_named() -> None:
    player = Player(replace(chain("alice", Register()), account=ACCOUNT))
    player.begin()
    player.tell(registering.CONFIRMED)
    player.clean_up()
    assert player.tell(registering.KEPT) == [f"Swept 1 0 registration at {registering.AT}"]
    assert player.part.unclean
    assert player.tell(registering.REMOVED) == []


BY_ITSELF = replace(ACCOUNT, register=True)


def test_an_instance_that_registers_by_itself_walks_once_all_are_registered() -> None:
    player = Player(replace(chain("alice", Timeout(timeout=1.0)), account=BY_ITSELF))
    assert player.begin(hold=True) == [f"> REGISTER to {registering.AT} for 300 s"]
    assert player.at(5.0) == []
    assert player.tell(registering.CONFIRMED) == ["Registered 1"]
    assert player.at(8.0) == []
    assert player.go() == []
    assert player.at(9.0) == ["Walked 1 not idle"]
    assert player.clean_up() == ["> REGISTER to remove"]
    assert player.tell(registering.REMOVED) == ["Swept 1 0"]
    assert player.go() == []


def test_a_registration_before_the_walk_that_is_refused_fails_the_run() -> None:
    player = Player(replace(chain("alice", Timeout(timeout=1.0)), account=BY_ITSELF))
    player.begin(hold=True)
    assert player.tell(registering.FORBIDDEN) == ["Walked 1 idle None 403"]


def test_who_waits_for_others_to_register_walks_when_it_is_told() -> None:
    player = Player(CALLER)
    assert player.begin(hold=True) == []
    assert player.go() == [f"> INVITE out-1 {BOB}"]
    player = Player(CALLER)
    player.begin(hold=True)
    assert player.halt() == ["Halted", "Swept 1 0"]
