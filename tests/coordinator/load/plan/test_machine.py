"""What a machine has to spare, by what its kernel says."""

import os
import resource
from pathlib import Path

from sipflow.coordinator.load.plan.machine import Processors, read_machine, workers_with_ports


def kernel(root: Path, **files: str) -> Path:
    """Write files of a kernel below a root; ``__`` stands for a slash."""
    for name, text in files.items():
        path = root / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def test_this_machine_has_something() -> None:
    found = read_machine(5060)
    assert found.memory > 2**20
    assert found.descriptors == resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    assert found.processes > 0
    assert found.cores == len(os.sched_getaffinity(0))


def test_the_kernel_s_free_memory_counts_and_the_group_s_limit_with_what_can_be_given_up(
    tmp_path: Path,
) -> None:
    kernel(tmp_path, proc__meminfo="MemTotal: 9 kB\nMemAvailable:    4096 kB\n")
    assert read_machine(5060, tmp_path).memory == 4096 * 1024
    kernel(
        tmp_path,
        proc__self__cgroup="12:pids:/x\n0::/a/b\n",
        sys__fs__cgroup__a__b__memory_dot_max="max\n",
        sys__fs__cgroup__a__memory_dot_max="3000000\n",
        sys__fs__cgroup__a__memory_dot_current="1500000\n",
        sys__fs__cgroup__a__memory_dot_stat="anon 1\ninactive_file 500000\n",
    )
    assert read_machine(5060, tmp_path).memory == 2_000_000


def test_the_limits_of_a_group_of_the_first_version_count_too(tmp_path: Path) -> None:
    kernel(
        tmp_path,
        proc__self__cgroup="5:cpu,cpuacct:/\n4:memory:/a\n1:pids:/\n",
        sys__fs__cgroup__memory__a__memory_dot_limit_in_bytes="3000000\n",
        sys__fs__cgroup__memory__a__memory_dot_usage_in_bytes="1000000\n",
        sys__fs__cgroup__memory__a__memory_dot_stat="inactive_file 9\ntotal_inactive_file 400\n",
        sys__fs__cgroup__pids__pids_dot_max="50\n",
    )
    found = read_machine(5060, tmp_path)
    assert found.memory == 2_000_400
    assert found.processes <= 50


def test_a_group_that_uses_more_than_it_may_has_nothing_left(tmp_path: Path) -> None:
    kernel(
        tmp_path,
        proc__self__cgroup="0::/\n",
        sys__fs__cgroup__memory_dot_max="10\n",
        sys__fs__cgroup__memory_dot_current="20\n",
    )
    assert read_machine(5060, tmp_path).memory == 0


def test_the_group_s_limit_of_processes_counts(tmp_path: Path) -> None:
    kernel(
        tmp_path,
        proc__self__cgroup="0::/\n",
        sys__fs__cgroup__pids_dot_max="500\n",
        sys__fs__cgroup__pids_dot_current="20\n",
    )
    assert read_machine(5060, tmp_path).processes <= 480
    kernel(tmp_path, proc__sys__kernel__pid_max="100\n")
    assert read_machine(5060, tmp_path).processes <= 100


def test_processors_are_as_busy_as_the_time_since_the_last_look_was_not_idle(
    tmp_path: Path,
) -> None:
    # user, nice, system, idle, iowait, irq, softirq, steal, guest
    processors = Processors(kernel(tmp_path, proc__stat="cpu  10 0 10 70 10 0 0 0 5\ncpu0 1 1\n"))
    assert processors.busy() == 0.0
    kernel(tmp_path, proc__stat="cpu  50 10 30 80 20 5 3 2 50\n")
    assert processors.busy() == 0.8
    kernel(tmp_path, proc__stat="cpu  50 10 30 180 20 5 3 2 50\n")
    assert processors.busy() == 0.0


def test_where_nobody_knows_they_are_not_busy(tmp_path: Path) -> None:
    assert Processors(tmp_path).busy() == 0.0
    assert Processors(tmp_path).count == 1


def test_this_machine_s_processors_are_busy_or_not() -> None:
    processors = Processors()
    assert 0.0 <= processors.busy() <= 1.0


def test_there_are_ports_for_as_many_workers_as_have_ports_for_their_media() -> None:
    assert workers_with_ports(5060) == 1138
    assert workers_with_ports(65_500) == 18
    assert workers_with_ports(32_000) == 1138
