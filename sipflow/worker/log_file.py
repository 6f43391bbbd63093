"""Where a worker's standard output and error go.

Owns file descriptors 1 and 2 and nothing else. The SIP stack prints there from its first call, and
so does whatever ends the process against its will, so each run has a log of its own.
"""

import os
import sys


def write_to(log: str) -> None:
    """Point standard output and error at the end of a file; raises ``OSError``."""
    sys.stdout.flush()
    sys.stderr.flush()
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.close(descriptor)
