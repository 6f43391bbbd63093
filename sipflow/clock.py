"""The only reader of the clock.

All other code takes ``now`` as an argument, so that it can be tested without waiting. These are
the system's own functions, not wrapped: a worker reads the time dozens of times in a call.
"""

import time

# Unix time in seconds, for the time stamps of events.
wall = time.time
# Seconds that never go back, for all time limits.
monotonic = time.monotonic
