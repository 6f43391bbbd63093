"""The only reader of the clock.

Everything else takes ``now`` as an argument, so that it can be tested without waiting. These are
the system's own functions and not wrapped: a worker asks for the time dozens of times in a call.
"""

import time

# Unix time in seconds: what an event says about when it happened.
wall = time.time
# Seconds that never go back: what every time limit is measured with.
monotonic = time.monotonic
