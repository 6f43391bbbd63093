"""The transports of the endpoint: UDP always, TCP on the same port while a plan uses it.

A new connection takes an I/O handle of the stack at once. While there are few, requests for a
connection are dropped before the stack sees them; they come again (RFC 9293 §3.8.1).
"""

import socket

import pjsua2 as pj

from sipflow.protocol.plan import InstancePlan
from sipflow.worker.ua import socket_filter
from sipflow.worker.ua.limits import KEPT_FOR_CALLS
from sipflow.worker.ua.pjsua.calls.endpoint import Endpoint
from sipflow.worker.ua.pjsua.stack.config import tcp_config, transport_config
from sipflow.worker.ua.pjsua.stack.handles import Handles


class Transports:
    """The transports of one endpoint, opened and closed as plans need them."""

    def __init__(self, endpoint: Endpoint, handles: Handles) -> None:
        self._endpoint = endpoint
        self._handles = handles
        self._tcp: int | None = None
        self._listening: socket.socket | None = None
        self._admits = True
        endpoint.keep_room = self._keep_room

    def _keep_room(self) -> None:
        """Accept connections as long as there are handles for calls beside them."""
        if self._listening is None:
            return
        admits = self._handles.are_left(KEPT_FOR_CALLS)
        if admits == self._admits:
            return
        self._admits = admits
        if admits:
            socket_filter.detach(self._listening)
        else:
            socket_filter.attach(self._listening, socket_filter.LOSE_ALL)

    def open(self, plan: InstancePlan) -> None:
        """Listen on the plan's address from now on; raises ``pj.Error``."""
        self._endpoint.transportCreate(pj.PJSIP_TRANSPORT_UDP, transport_config(plan))
        self.follow(plan)

    def follow(self, plan: InstancePlan) -> None:
        """Begin or stop listening on TCP, as a plan needs it; raises ``pj.Error``."""
        if plan.tcp and self._tcp is None:
            tcp = pj.PJSIP_TRANSPORT_TCP
            self._tcp = self._endpoint.transportCreate(tcp, tcp_config(plan))
            address = (plan.host, plan.port)
            self._listening = socket_filter.own_socket(
                lambda one: one.type == socket.SOCK_STREAM and one.getsockname() == address
            )
            self._admits = True
        elif not plan.tcp and self._tcp is not None:
            if self._listening is not None:
                self._listening.close()
            self._endpoint.transportClose(self._tcp)
            self._tcp = self._listening = None
