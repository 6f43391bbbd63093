"""Scenarios with audio and digits, played whole in virtual time."""

from sipflow.scenario.model.actions import (
    Answer,
    Disconnected,
    DTMFReceived,
    Incoming,
    MakeCall,
    PlayAudio,
    RecordAudio,
    Release,
    SendDTMF,
    StopAudio,
    Timeout,
)
from tests.worker.plans import chain
from tests.worker.simulation import Simulation


def test_a_file_is_played_and_digits_are_heard() -> None:
    simulation = Simulation(
        chain(
            "alice", MakeCall(to="200"), PlayAudio(file="a.wav"), SendDTMF(digits="9"), Release()
        ),
        chain("bob", Incoming(), Answer(), DTMFReceived(digit="9"), Disconnected()),
    )
    simulation.play()

    assert simulation.failure is None
    assert set(simulation.actors["alice"].nodes.values()) == {"completed"}
    assert set(simulation.actors["bob"].nodes.values()) == {"completed"}
    assert simulation.said("9 received") == ["0 bob bob-3 completed (9 received)"]


def test_digits_that_nobody_waited_for_yet_are_not_lost() -> None:
    simulation = Simulation(
        chain("alice", MakeCall(to="200"), SendDTMF(digits="12#"), Timeout(timeout=1.0), Release()),
        chain(
            "bob",
            Incoming(),
            Answer(),
            Timeout(timeout=0.5),
            DTMFReceived(digit="1"),
            DTMFReceived(pattern="[0-9]#"),
            Disconnected(),
        ),
    )
    simulation.play()

    assert set(simulation.actors["bob"].nodes.values()) == {"completed"}


def test_other_digits_fail_the_wait_at_its_limit_with_what_was_heard() -> None:
    simulation = Simulation(
        chain("alice", MakeCall(to="200"), SendDTMF(digits="12"), Disconnected(timeout=60.0)),
        chain("bob", Incoming(), Answer(), DTMFReceived(digits="1234", timeout=3.0)),
    )
    simulation.play()

    assert simulation.failure is not None
    assert simulation.failure.detail == "received 12, not 1234 on leg call-1 within 3 s"
    assert simulation.now == 3.0


def test_a_recording_goes_on_until_it_is_stopped() -> None:
    simulation = Simulation(
        chain(
            "alice",
            MakeCall(to="200"),
            RecordAudio(file="b.wav"),
            PlayAudio(file="a.wav", loop=True),
            StopAudio(),
            Release(),
        ),
        chain("bob", Incoming(), Answer(), Disconnected()),
    )
    simulation.play()

    assert [line for line in simulation.said("alice >") if "INVITE" not in line] == [
        "0 alice > record out-1 b.wav",
        "0 alice > play out-1 a.wav again and again",
        "0 alice > stop out-1 playing recording",
        "0 alice > hang up out-1",
    ]
