"""What runs need of a machine, and what is said where it has too little."""

import pytest
from msgspec.structs import replace

from sipflow.cli.start_size import check_size
from sipflow.coordinator.load.plan.capacity import Machine
from sipflow.errors import ResourceError

LARGE = Machine(memory=0, descriptors=1 << 20, processes=30_000, ports=1138, cores=2)


@pytest.mark.parametrize(
    ("instances", "jobs", "descriptors"), [([2], 1, 46), ([2] * 20, 10, 172), ([60], 10, 278)]
)
def test_what_is_needed_is_enough_and_one_less_is_not(
    instances: list[int], jobs: int, descriptors: int
) -> None:
    check_size(instances, jobs, replace(LARGE, descriptors=descriptors))
    with pytest.raises(ResourceError, match=f"{descriptors} needed .*, {descriptors - 1} there"):
        check_size(instances, jobs, replace(LARGE, descriptors=descriptors - 1))


def test_a_small_run_needs_what_one_worker_takes() -> None:
    with pytest.raises(ResourceError, match="44 needed for 1 instances, 43 there"):
        check_size([1], 1, replace(LARGE, descriptors=43))


@pytest.mark.parametrize(
    ("instances", "jobs", "machine", "says"),
    [
        (
            [2] * 20,
            10,
            {"descriptors": 64},
            "this machine is too small to start: file descriptors (ulimit -Hn): 172 needed for 10 "
            "runs at once with 20 instances, 64 there; -j 2 would fit",
        ),
        (
            [60],
            10,
            {"descriptors": 128},
            "this machine is too small to start: file descriptors (ulimit -Hn): 278 needed for 60 "
            "instances, 128 there; raise the limit, or start fewer instances",
        ),
        (
            [2],
            1,
            {"processes": 20, "ports": 0},
            "this machine is too small to start: processes and threads (ulimit -Hu): 26 needed for "
            "2 instances, 20 there; raise the limit, or start fewer instances",
        ),
    ],
)
def test_what_is_missing_is_said_with_how_much_and_what_would_fit(
    instances: list[int], jobs: int, machine: dict[str, int], says: str
) -> None:
    with pytest.raises(ResourceError) as error:
        check_size(instances, jobs, Machine(**{**_fields(LARGE), **machine}))
    assert str(error.value) == says
    assert error.value.exit_code == 3


def _fields(machine: Machine) -> dict[str, int]:
    return {name: getattr(machine, name) for name in machine.__struct_fields__}
