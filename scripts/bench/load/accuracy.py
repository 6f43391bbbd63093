"""Whether the delays that a load reports are those that were on the wire."""

import math

from scripts.bench.load.capture import FIRST_PORT, capture
from scripts.bench.load.delays import delays, percentile
from scripts.bench.load.load_command import BASIC, OWN, load

PERCENTILES = (50, 99)
CLOSE = 0.02


def accuracy(rate: int, seconds: float) -> None:
    """Capture two loads and print both sides' percentiles."""
    print(f"\n== delays as reported, beside an independent capture on loopback; {rate}/s")
    for scenario in (BASIC, OWN / "rings-after-a-while.yaml"):
        options = ("--rate", str(rate), "--duration", f"{seconds:g}s")
        with capture() as captured:
            outcome = load(scenario, *options, "--base-port", str(FIRST_PORT))
        seen = delays(captured.messages)
        runs = outcome.runs
        print(
            f"   {scenario.name}: {runs['completed']} runs completed, {runs['late']} late;"
            f" captured {seen.calls} calls, {captured.received} packets,"
            f" {captured.dropped} dropped",
            flush=True,
        )
        for name, values in (("srd", seen.srd), ("sdd", seen.sdd)):
            compare(name, outcome.result["latency_ms"][name], values)


def compare(name: str, reported: dict[str, float], values: list[float]) -> None:
    """Print a delay's percentiles as reported and as captured."""
    for percent in PERCENTILES:
        ours, theirs = reported.get(f"p{percent}"), percentile(values, percent)
        if ours is None or math.isnan(theirs):
            print(f"     {name} p{percent}: not measured")
            continue
        apart = ours / theirs - 1
        verdict = "within 2 %" if abs(apart) <= CLOSE else "FURTHER THAN 2 %"
        print(
            f"     {name} p{percent:<3} reported {ours:9.3f} ms, captured {theirs:9.3f} ms,"
            f" {apart:+7.2%}  {verdict}  ({reported['count']} and {len(values)} values)"
        )
