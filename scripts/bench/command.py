"""Runs the commands that are timed: waits for their ends themselves, not for a look at them.

``subprocess`` with a time limit looks again and again, up to 50 ms apart, so every time would be
rounded up to its next look.
"""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

from scripts.bench.load.processes import busy_processors

ROOT = Path(__file__).parents[2]
START = [str(ROOT / "scripts" / "sipflow-coord"), "start"]
ONE_CALL = ROOT / "scripts" / "bench" / "one-call.yaml"
ADDRESS = "127.0.0.1"
LIMIT = 120.0
QUIET = 0.1
# With it, each start would compile anew what was changed since the installation.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def run(command: list[str]) -> None:
    """Run a command quietly to its end, and require that it succeeds in time."""
    with running(command) as process:
        code = process.wait()
    if code != 0:
        raise SystemExit(f"{' '.join(command)}: exit code {code}")


@contextmanager
def running(command: list[str]) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a command quietly beside the block; it is killed if it takes too long."""
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    timer = Timer(LIMIT, process.kill)
    timer.start()
    try:
        yield process
        process.wait()
    finally:
        timer.cancel()


def sipp_pair(port: int, milliseconds: int = 0, media: tuple[int, int] | None = None) -> None:
    """Make one call between two SIPp processes: until the caller's exit, then end the callee.

    The callee's built-in scenario would stay for another four seconds for late messages.
    ``media``: the first media port of each, where others run beside.
    """
    called, calling = media or (None, None)
    callee = ["sipp", "-sn", "uas", "-i", ADDRESS, "-p", str(port), *_media(called)]
    caller = ["sipp", "-sn", "uac", "-i", ADDRESS, "-p", str(port + 2), *_media(calling)]
    with running(callee) as waiting:
        run([*caller, "-m", "1", "-d", str(milliseconds), f"{ADDRESS}:{port}"])
        waiting.kill()


def _media(port: int | None) -> list[str]:
    return [] if port is None else ["-mp", str(port)]


def warn_if_busy() -> None:
    """Print that figures are rough if other programs use the processors now."""
    busy = busy_processors()
    if busy > QUIET:
        print(f"others use {busy:.1f} processors: every figure is rough", flush=True)


def timed(action: Callable[[], None]) -> float:
    """Return how many seconds an action took."""
    began = time.monotonic()
    action()
    return time.monotonic() - began
