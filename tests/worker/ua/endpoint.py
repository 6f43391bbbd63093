"""One real SIP endpoint in a process of its own: one per process is the stack's law.

Run as ``python -m tests.worker.ua.endpoint DESCRIPTOR``. Over the descriptor it gets a plan, then
orders, and tells whether it could be opened, then what happens.
"""

import os
import sys
from multiprocessing.connection import Connection

from sipflow.worker.ua import UserAgentError
from sipflow.worker.ua.pjsua import PjsuaUserAgent

POLL = 0.001


def main() -> None:
    """Be an endpoint until the other end of the descriptor is closed."""
    connection = Connection(int(sys.argv[1]))
    agent = PjsuaUserAgent()
    try:
        agent.open(connection.recv())
    except UserAgentError as error:
        connection.send(str(error))
        os._exit(0)
    connection.send(None)
    while True:
        for happening in agent.poll(POLL):
            connection.send(happening)
        while connection.poll():
            try:
                agent.carry_out(connection.recv())
            except EOFError:
                os._exit(0)  # the stack's own end takes a second


if __name__ == "__main__":
    main()
