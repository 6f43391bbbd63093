"""One real SIP endpoint in a process of its own: one per process is the stack's law.

Run as ``python -m tests.worker.ua.endpoint DESCRIPTOR``. Over the descriptor it gets plans, and
tells of each whether it could be opened for it, and orders, and tells what happens.
"""

import os
import sys
from multiprocessing.connection import Connection

from sipflow.protocol.plan import InstancePlan
from sipflow.worker.ua import UserAgentError
from sipflow.worker.ua.commands import Order
from sipflow.worker.ua.pjsua import PjsuaUserAgent
from tests.worker.ua.player import Player
from tests.worker.ua.sounds import PlayDigits, PlayTone

POLL = 0.001


def main() -> None:
    """Be an endpoint until the other end of the descriptor is closed."""
    connection = Connection(int(sys.argv[1]))
    agent = PjsuaUserAgent()
    player = Player(agent)
    connection.send(opened(agent, connection.recv()))
    while True:
        for happening in agent.poll(POLL):
            connection.send(happening)
        while connection.poll():
            try:
                asked: InstancePlan | Order | PlayTone | PlayDigits = connection.recv()
            except EOFError:
                os._exit(0)  # the stack's own end takes a second
            if isinstance(asked, InstancePlan):
                connection.send(opened(agent, asked))
            elif isinstance(asked, PlayTone | PlayDigits):
                player.play(asked)
            else:
                agent.carry_out(asked)


def opened(agent: PjsuaUserAgent, plan: InstancePlan) -> str | None:
    """Open the endpoint for a plan; return why that was not possible."""
    try:
        agent.open(plan)
    except UserAgentError as error:
        return str(error)
    return None


if __name__ == "__main__":
    main()
