"""Where the endpoint listens: UDP always, TCP on the same port as long as anybody calls by it."""

import pjsua2 as pj

from sipflow.protocol.plan import InstancePlan
from sipflow.worker.ua.pjsua.config import tcp_config, transport_config


class Transports:
    """The transports of one endpoint, made as plans want them."""

    def __init__(self, endpoint: pj.Endpoint) -> None:
        self._endpoint = endpoint
        self._tcp: int | None = None

    def open(self, plan: InstancePlan) -> None:
        """Listen on the plan's address from now on; raises ``pj.Error``."""
        self._endpoint.transportCreate(pj.PJSIP_TRANSPORT_UDP, transport_config(plan))
        self.follow(plan)

    def follow(self, plan: InstancePlan) -> None:
        """Begin or cease to listen on TCP, as a plan wants it; raises ``pj.Error``."""
        if plan.tcp and self._tcp is None:
            tcp = pj.PJSIP_TRANSPORT_TCP
            self._tcp = self._endpoint.transportCreate(tcp, tcp_config(plan))
        elif not plan.tcp and self._tcp is not None:
            self._endpoint.transportClose(self._tcp)
            self._tcp = None
