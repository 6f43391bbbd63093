"""Many calls up at the same time: what each takes, and whether they last."""

from scripts.bench.load.load_command import EXAMPLES, Outcome, load
from scripts.bench.load.processes import MIB, Look
from scripts.bench.load.rates import describe

ARRIVALS = 25


def calls_up(calls: int, seconds: float, audio: bool) -> Outcome:
    """Have so many calls up at the same time for so long, and print what they take."""
    name = "long-call-with-audio.yaml" if audio else "long-call.yaml"
    # Everybody is still there for that long after the last one has come.
    talk = calls / ARRIVALS + seconds
    outcome = load(
        EXAMPLES / name,
        *("--set", f"talk={talk:g}s", "--rate", str(ARRIVALS), "--calls", str(calls)),
        every=max(1.0, seconds / 4),
        memory=True,
    )
    show(calls, seconds, "audio both ways" if audio else "silent", outcome)
    return outcome


def show(calls: int, seconds: float, name: str, outcome: Outcome) -> None:
    """Print how many calls were up, and what one of them took."""
    numbers, runs = outcome.numbers, outcome.runs
    most = max((event["in_flight"] for event in numbers), default=0)
    full = [event["ts"] for event in numbers if event["in_flight"] >= calls]
    lasted = full[-1] - full[0] if full else 0.0
    looks = [look for look in outcome.looks if full and full[0] <= look.at <= full[-1]]
    print(
        f"   {name:16} {most:5} calls up at most, all {calls} for {lasted:.0f} s of"
        f" {seconds:.0f} s; {runs['failed']} failed, {runs['late']} late",
        flush=True,
    )
    if looks:
        fullest = max(looks, key=memory)
        print(
            f"   {'':16} memory (PSS) {memory(fullest) / calls / MIB:.2f} MiB a call,"
            f" coordinator {fullest.coordinator.pss / MIB:.1f} MiB;"
            f" {fullest.workers.processes} processes;"
            f" {processors(looks):.2f} processors while all were up"
        )
    for group in outcome.result["failures"][:3]:
        print(f"   {'':16} {describe(group)}")


def memory(look: Look) -> int:
    """Return the memory of all processes together."""
    return look.coordinator.pss + look.workers.pss


def processors(looks: list[Look]) -> float:
    """Return how many processors were busy with a load between the first and the last look."""
    took = looks[-1].at - looks[0].at
    return (looks[-1].cpu - looks[0].cpu) / took if took else 0.0
