"""Redirection of a worker's standard output and error to its log file.

Owns file descriptors 1 and 2 and nothing else. The SIP stack prints there from its first call, and
so does the C library as it aborts the process, so each run has a log of its own.
"""

import os
import sys


def write_to(log: str) -> None:
    """Redirect standard output and error to the end of a file; raises ``OSError``."""
    sys.stdout.flush()
    sys.stderr.flush()
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.close(descriptor)
