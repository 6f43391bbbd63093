"""What is said of the machine that makes a load."""

import pytest

from sipflow.coordinator.load.autoscaler import Need
from sipflow.coordinator.load.strain import Strain
from sipflow.protocol.events import RunCounts
from sipflow.protocol.load_result import Generator

FINE = RunCounts(started=1000, completed=1000, late=10)
LATE = RunCounts(started=1000, completed=1000, late=11)


def seen(*looks: tuple[float, int], slots: int = 8, cores: int = 4) -> Strain:
    """Return the strain after looks, each with how busy it was and how many runs waited."""
    strain = Strain(cores)
    for busy, waiting in looks:
        strain.saw(Need(waiting, slots, 0, busy))
    return strain


def test_what_was_seen_is_given_in_percent() -> None:
    assert seen((0.2, 0), (0.9, 3), (1.0, -1), (0.5, 0)).figures() == Generator(
        cpu_percent_mean=65.0,
        cpu_percent_max=100.0,
        cpu_busy_percent=50.0,
        slots_full_percent=25.0,
        cores=4,
        slots=8,
    )


def test_a_load_that_was_over_before_the_first_look_has_no_figures() -> None:
    assert Strain(2).figures() == Generator(cores=2)
    assert Strain(2).warnings(FINE) == ()


def test_a_machine_with_time_to_spare_and_slots_enough_is_no_reason_to_warn() -> None:
    assert seen(*[(0.89, 0)] * 10, (0.95, 1)).warnings(FINE) == ()


@pytest.mark.parametrize(("cores", "shown"), [(4, "4 cores"), (1, "1 core")])
def test_a_busy_cpu_is_said_with_its_figures(cores: int, shown: str) -> None:
    (said,) = seen(*[(0.5, 0)] * 6, *[(0.96, 0)] * 4, cores=cores).warnings(FINE)

    assert said.startswith(
        f"the CPU of this machine was busy, 68 % on average of {shown} and 90 % or more in 40 % of "
        "the time: the delays may be those of this machine and not those of the target; "
    )


def test_runs_that_began_late_for_lack_of_slots_are_said_with_their_number() -> None:
    (said,) = seen(*[(0.1, 2)] * 3, (0.1, 0)).warnings(LATE)

    assert said == (
        "11 of 1000 runs began late, because all 8 slots were taken in 75 % of the time: the runs "
        "took longer than the slots allow for; see --workers and --concurrency"
    )
    (said,) = seen((0.1, 2), slots=1).warnings(LATE)
    assert said.startswith("11 of 1000 runs began late, because the only slot was taken in 100 %")


def test_runs_that_began_late_for_another_reason_are_said_too() -> None:
    late = "11 of 1000 runs began late: this machine did not begin them in time"
    assert seen((0.1, 0)).warnings(LATE) == (late,)
    assert Strain(2).warnings(LATE) == (late,)


def test_a_cpu_that_stays_busy_is_told_once_while_it_is() -> None:
    strain = Strain(2)
    busy, idle = Need(0, 8, 0, 0.97), Need(0, 8, 0, 0.5)

    assert [strain.saw(need) for need in (*[busy] * 11, idle, *[busy] * 11)] == [None] * 23
    assert strain.saw(busy) == (
        "the CPU of this machine is busy (97 % of 2 cores): the measured delays may be its own"
    )
    assert strain.saw(busy) is None
