"""The figures of a benchmark: ratios to a peer that was measured in the same run, by turns.

A machine that is slower today makes both slower, so a ratio can be compared with that of another
day, a time cannot. ``docs/figures.json`` keeps the ratios. Nothing is measured here.
"""

import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "docs" / "figures.json"
# What has fallen by more than a fifth has less than this of its worth.
LEAST = 0.8

Better = Literal["lower", "higher"]


@dataclass(frozen=True)
class Figure:
    """A ratio of ``ours`` to the ``peer``'s, medians of runs by turns; ``what`` says of what."""

    name: str
    what: str
    ratio: float
    ours: float
    peer: float
    unit: str
    better: Better

    @property
    def part(self) -> str:
        """The benchmark that it is from."""
        return self.name.partition(".")[0]

    def worth(self, kept: "Figure") -> float:
        """Return how good it is beside the one that was kept: 1 is as good, 0.5 half as good."""
        grown = self.ratio / kept.ratio
        return grown if self.better == "higher" else 1 / grown


@dataclass(frozen=True)
class Kept:
    """Figures with what they were measured on, when, and at which state of the sources."""

    machine: str
    date: str
    commit: str
    figures: tuple[Figure, ...]


class Report:
    """What a benchmark has found."""

    def __init__(self) -> None:
        self.figures: list[Figure] = []

    def add(
        self,
        name: str,
        what: str,
        turns: Sequence[tuple[float, float]],
        unit: str,
        better: Better = "lower",
    ) -> None:
        """Add a figure from the turns of a run, ours and the peer's of each."""
        ratio = statistics.median(ours / peer for ours, peer in turns)
        ours, peer = (statistics.median(side) for side in zip(*turns, strict=True))
        figure = Figure(name, what, round(ratio, 3), round(ours, 3), round(peer, 3), unit, better)
        self.figures.append(figure)


@contextmanager
def reporting(*, as_json: bool) -> Iterator[Report]:
    """Let a benchmark print for people; with ``as_json``, stdout has its figures alone."""
    report = Report()
    if not as_json:
        yield report
        return
    with redirect_stdout(sys.stderr):
        yield report
    print(json.dumps([asdict(figure) for figure in report.figures]))


def from_json(found: Iterable[dict[str, Any]]) -> tuple[Figure, ...]:
    """Return figures from what ``reporting`` has printed."""
    return tuple(Figure(**figure) for figure in found)


def load_kept(path: Path = KEPT) -> Kept | None:
    """Return the figures that were kept, None if there are none."""
    if not path.exists():
        return None
    kept = json.loads(path.read_text(encoding="utf-8"))
    figures = from_json({"name": name, **rest} for name, rest in kept.pop("figures").items())
    return Kept(**kept, figures=figures)


def keep(kept: Kept, path: Path = KEPT) -> None:
    """Write figures down."""
    whole = asdict(kept)
    whole["figures"] = {
        figure.pop("name"): figure
        for figure in sorted(whole["figures"], key=lambda one: one["name"])
    }
    path.write_text(json.dumps(whole, indent=2) + "\n", encoding="utf-8")


def here(figures: Iterable[Figure]) -> Kept:
    """Return figures with this machine, this day and this state of the sources."""
    git = ["git", "-C", str(ROOT), "describe", "--always", "--dirty"]
    commit = subprocess.run(git, capture_output=True, text=True, check=False).stdout.strip()
    today = datetime.now(UTC).date().isoformat()
    return Kept(machine(), today, commit or "unknown", tuple(figures))


def machine() -> str:
    """Return what this machine is, in a line."""
    names = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    model = next((line.partition(":")[2] for line in names if line.startswith("model name")), "")
    processors = f"{os.cpu_count()} x {' '.join(model.split()) or platform.machine()}"
    return f"{processors}, Linux {platform.release()}, Python {platform.python_version()}"


def compared(now: Kept, kept: Kept | None, parts: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return lines that set figures beside the kept ones, and lines that name what has fallen.

    A kept figure of one of these parts that is not there now counts as fallen.
    """
    before = {figure.name: figure for figure in kept.figures} if kept is not None else {}
    lines = [f"{'ratio':20}{'kept':>9}{'now':>9}{'':9}"]
    fallen = []
    for figure in now.figures:
        old = before.pop(figure.name, None)
        lines.append(
            f"{figure.name:20}{old.ratio if old else '-':>9}{figure.ratio:>9}"
            f"  {_change(figure, old):9}{figure.what} ({figure.better} is better)"
        )
        if old is not None and figure.worth(old) < LEAST:
            fallen.append(
                f"{figure.name} has fallen by {1 - figure.worth(old):.0%}: "
                f"{figure.ratio} now, {old.ratio} kept ({figure.better} is better)"
            )
    measured = set(parts)
    fallen += [f"{old.name} was not measured" for old in before.values() if old.part in measured]
    return lines, fallen


def _change(figure: Figure, old: Figure | None) -> str:
    return "new" if old is None else f"{figure.worth(old) - 1:+.0%}"
