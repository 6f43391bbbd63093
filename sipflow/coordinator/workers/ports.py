"""The ports of this host: which are free, and their leases among several coordinators.

A port is leased before it is used. A lease is a Unix socket with a name in the kernel's abstract
namespace: only one process can hold it, it is as wide as the ports themselves (one network
namespace), it leaves no file, and it ends with its holder, however that ends.
"""

import errno
import socket

from sipflow.errors import ResourceError
from sipflow.protocol.plan import MediaPorts, Ports
from sipflow.sip.uri import LOCAL_HOST

# The next even port is the next instance's, as RTP's custom has it (RFC 3550 §11).
SIP_STEP = 2
HIGHEST_PORT = 65_535
# Below Linux's ephemeral ports (32768 up), so that no client of another program lands on them.
MEDIA_FIRST = 10_000
MEDIA_LAST = 32_767
# Four legs take eight; the rest is room for ports that other programs use.
MEDIA_COUNT = 20
MEDIA_PAIRS = 4


class PortLeases:
    """The leases of one coordinator; closing it releases them all."""

    def __init__(self) -> None:
        self._leases: dict[tuple[str, int], socket.socket] = {}

    def lease(self, instances: int, base_port: int) -> list[Ports]:
        """Lease ports for that many instances; raises ``ResourceError`` if there are not enough.

        SIP ports are ``base_port``, ``base_port + 2``, …, a taken one skipped. In case of an error
        nothing is leased.
        """
        before = set(self._leases)
        try:
            return self._lease(instances, base_port)
        except ResourceError:
            for kind, number in set(self._leases) - before:
                self._give_back(kind, number)
            raise

    def give_back(self, ports: Ports) -> None:
        """Release the leases of one instance."""
        self._give_back("sip", ports.sip)
        self._give_back("media", ports.media.first)

    def close(self) -> None:
        """Release all leases."""
        for lease in self._leases.values():
            lease.close()
        self._leases.clear()

    def _lease(self, instances: int, base_port: int) -> list[Ports]:
        sip: list[int] = []
        candidate = base_port
        while len(sip) < instances:
            if candidate > HIGHEST_PORT:
                raise ResourceError(
                    f"no port: {instances} SIP ports were needed from {base_port} up, "
                    f"{len(sip)} are free; choose another --base-port"
                )
            if self._take("sip", candidate):
                if is_free(candidate) and not self._is_for_media(candidate):
                    sip.append(candidate)
                else:
                    self._give_back("sip", candidate)
            candidate += SIP_STEP
        return [Ports(port, self._lease_media()) for port in sip]

    def _is_for_media(self, port: int) -> bool:
        return any(
            kind == "media" and first <= port < first + MEDIA_COUNT for kind, first in self._leases
        )

    def _lease_media(self) -> MediaPorts:
        sip = [number for kind, number in self._leases if kind == "sip"]
        for first in range(MEDIA_FIRST, MEDIA_LAST - MEDIA_COUNT, MEDIA_COUNT):
            apart = not any(first <= number < first + MEDIA_COUNT for number in sip)
            if apart and self._take("media", first):
                if has_room_for_media(first):
                    return MediaPorts(first=first, count=MEDIA_COUNT)
                self._give_back("media", first)
        raise ResourceError(
            f"no port: every range for RTP between {MEDIA_FIRST} and {MEDIA_LAST} is in use"
        )

    def _give_back(self, kind: str, number: int) -> None:
        self._leases.pop((kind, number)).close()

    def _take(self, kind: str, number: int) -> bool:
        lease = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            lease.bind(f"\0sipflow/{kind}/{number}")
        except OSError as error:
            lease.close()
            if error.errno != errno.EADDRINUSE:
                raise ResourceError(f"no lease on port {number}: {error.strerror}") from error
            return False
        self._leases[kind, number] = lease
        return True


def has_room_for_media(first: int) -> bool:
    """Return whether a range has free ports for the RTP and RTCP of all legs of an instance."""
    free = 0
    for port in range(first, first + MEDIA_COUNT, 2):
        free += all(_can_bind(socket.SOCK_DGRAM, one) for one in (port, port + 1))
        if free == MEDIA_PAIRS:
            return True
    return False


def is_free(port: int) -> bool:
    """Return whether this port of the loopback address could be bound now, for UDP and TCP."""
    return all(_can_bind(kind, port) for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM))


def _can_bind(kind: socket.SocketKind, port: int) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        if kind is socket.SOCK_STREAM:  # past connections in TIME_WAIT do not count
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOCAL_HOST, port))
        except OSError:
            return False
    return True
