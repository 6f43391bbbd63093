"""Who is silent with an excuse, by what the kernel says of a machine and of a process."""

from pathlib import Path

from sipflow.coordinator.load.overload import AT_MOST, StarvationGrace
from sipflow.coordinator.workers.heartbeat import SILENCE_LIMIT

PID = 4321


class Kernel:
    """The files of a kernel below a root, where time goes by as a test says."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._ticks = [0, 0]
        for thread in (PID, PID + 1):
            (root / "proc" / str(PID) / "task" / str(thread)).mkdir(parents=True)
        self.spend(working=0, idle=0)
        self.show("S")

    def spend(self, *, working: int, idle: int) -> None:
        """Let the processors work and rest for so many ticks."""
        self._ticks[0] += working
        self._ticks[1] += idle
        line = f"cpu {self._ticks[0]} 0 0 {self._ticks[1]} 0 0 0 0\n"
        (self.root / "proc/stat").write_text(line, encoding="utf-8")

    def show(self, state: str) -> None:
        """Have the second thread of the process be in a state; its name may look like one."""
        for thread, its in ((PID, "S"), (PID + 1, state)):
            text = f"{thread} (S) R) {its} 1 2 3\n"
            path = self.root / f"proc/{PID}/task/{thread}/stat"
            path.write_text(text, encoding="utf-8")


def on_a_machine(root: Path, *, working: int, idle: int) -> tuple[Kernel, StarvationGrace]:
    """Return a machine that has been looked at, and who looks."""
    kernel = Kernel(root)
    grace = StarvationGrace(root)
    kernel.spend(working=working, idle=idle)
    grace.look(1.0)
    return kernel, grace


def test_who_wants_a_processor_of_a_busy_machine_is_waited_for_so_often_and_no_more(
    tmp_path: Path,
) -> None:
    kernel, grace = on_a_machine(tmp_path, working=98, idle=2)
    kernel.show("R")
    moments = [1.0 + SILENCE_LIMIT * times for times in range(AT_MOST + 1)]
    excused = [grace.holds("w1", PID, now) for now in moments]
    assert excused == [True] * AT_MOST + [False]
    assert grace.holds("w2", PID, moments[-1])


def test_who_was_heard_of_meanwhile_begins_anew(tmp_path: Path) -> None:
    kernel, grace = on_a_machine(tmp_path, working=98, idle=2)
    kernel.show("R")
    now = 0.0
    for _ in range(2 * AT_MOST):
        now += 10 * SILENCE_LIMIT
        assert grace.holds("w1", PID, now)


def test_who_sleeps_hangs_however_busy_the_machine_is(tmp_path: Path) -> None:
    _kernel, grace = on_a_machine(tmp_path, working=98, idle=2)
    assert not grace.holds("w1", PID, 1.0)
    assert not grace.holds("w1", PID + 1, 1.0)
    assert not grace.holds("w1", None, 1.0)


def test_who_runs_on_a_machine_with_time_to_spare_hangs(tmp_path: Path) -> None:
    kernel, grace = on_a_machine(tmp_path, working=80, idle=20)
    kernel.show("R")
    assert not grace.holds("w1", PID, 1.0)


def test_how_busy_a_machine_is_is_seen_over_a_second(tmp_path: Path) -> None:
    kernel, grace = on_a_machine(tmp_path, working=98, idle=2)
    kernel.show("R")
    kernel.spend(working=0, idle=100)
    grace.look(1.5)
    assert grace.holds("w1", PID, 1.5)
    grace.look(2.0)
    assert not grace.holds("w1", PID, 2.0)


def test_who_ends_as_it_is_looked_at_has_no_excuse(tmp_path: Path) -> None:
    kernel, grace = on_a_machine(tmp_path, working=98, idle=2)
    stat = kernel.root / f"proc/{PID}/task/{PID}/stat"
    stat.unlink()
    stat.mkdir()  # what can be listed and not read
    assert not grace.holds("w1", PID, 1.0)
