#!/usr/bin/env python3
"""Follows a run from any other program: a model for other languages, with pyzmq and msgpack alone.

    .venv/bin/python examples/subscriber.py tcp://127.0.0.1:7000 [RUN]

.venv is there once scripts/sipflow-coord has run; any Python with pyzmq and msgpack will do. Prints
one line per event, complete from the first one whenever it connects and however slow it is, and
ends with the run. Without RUN it follows the first run of the endpoint.
"""

import secrets
import sys
import time

import msgpack
import zmq

ENDED = ("completed", "failed", "stopped")
MOST_HELD = 10_000  # events kept that came before their turn; those further ahead are asked for


class Stream:
    """A SUB socket: events come by themselves, what was missed is asked for by subscribing."""

    def __init__(self, endpoint, run):
        self.socket = zmq.Context.instance().socket(zmq.SUB)
        self.socket.rcvhwm = 0  # what has arrived is kept
        self.socket.subscribe(f"{run}." if run else "")
        self.socket.connect(endpoint)
        self.request, self.asked_at = "", 0.0

    def ask(self, run, g):
        """Ask for the run's events from number g on; with run "", which runs there are."""
        self.forget()
        self.request, self.asked_at = f"replay/{run}/{g}/{secrets.token_hex(8)}", time.monotonic()
        self.socket.subscribe(self.request)

    def forget(self):
        """Unsubscribe from what was asked for last: it has been answered, or will not be."""
        if self.request:
            self.socket.unsubscribe(self.request)
        self.request = ""

    def receive(self):
        """Return the next message, an empty one after a second of silence."""
        if not self.socket.poll(1000):
            return {}
        topic, data = self.socket.recv_multipart()
        if topic.decode() == self.request:
            self.forget()
        return msgpack.unpackb(data)


def follow(endpoint, run):
    """Yield the events of a run, each once, in the order of g."""
    stream, heard, silence = Stream(endpoint, run), False, 0
    g, held = 1, {}  # the number of the next event, and those that came before their turn
    stream.ask(run, g)
    while silence < 5:
        message = stream.receive()
        heard = heard or bool(message)
        silence = silence + 1 if heard and not message else 0
        for event in message.get("events", [message] if "g" in message else []):
            run = run or event["run"]
            if event["run"] == run and g <= event["g"] < g + MOST_HELD:
                held[event["g"]] = event
        if message.get("runs"):
            run = run or message["runs"][0]["run"]
        while g in held:
            event = held.pop(g)
            yield event
            if event["type"] in ("scenario-state", "load-state") and event["new"] in ENDED:
                return
            g += 1
        if message.get("events") == [] and message["last"] >= g:
            sys.exit(f"the stream broke off after event {g - 1}: the rest was not kept")
        more = held or message.get("runs") or message.get("last", 0) >= g
        if time.monotonic() > stream.asked_at + 1 or (more and not stream.request):
            stream.ask(run, g)
    sys.exit(f"the stream broke off after event {g - 1}: nobody answers")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    for each in follow(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""):
        print(each["g"], each["instance"], each["type"], each["cause"], flush=True)
