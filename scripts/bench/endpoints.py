"""Bare endpoints of the SIP stack, a process each: the least that so many instances can take.

Forked, as workers are, from an interpreter that has the stack, open at a port each, and ended as
soon as all are. Run as ``python -m scripts.bench.endpoints NUMBER [look]``: with ``look``, prints
the mean of their memory in MiB.
"""

import sys

import psutil

from scripts.bench.load.bare import places, start

MIB = 1024 * 1024


def main() -> None:
    """Open the endpoints, look at them, and end them."""
    processes = [start(place) for place in places(int(sys.argv[1]) // 2)]
    for _, connection in processes:
        connection.recv()
    if sys.argv[2:] == ["look"]:
        sizes = [psutil.Process(process.pid).memory_full_info().pss for process, _ in processes]
        print(sum(sizes) / len(sizes) / MIB)
    for process, _ in processes:
        process.kill()
    for process, _ in processes:
        process.join()


if __name__ == "__main__":
    main()
