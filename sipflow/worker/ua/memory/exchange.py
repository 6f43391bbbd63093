"""The exchange that connects user agents and registrars in memory, by address. Pure."""

from typing import TYPE_CHECKING

from msgspec import Struct, field

from sipflow.sip.uri import address, party
from sipflow.worker.ua.memory.registration import MemoryRegistrar

if TYPE_CHECKING:
    from sipflow.worker.ua.memory.agent import MemoryUserAgent


class Exchange(Struct):
    """Maps the address, ``host:port``, of each user agent and each registrar."""

    agents: "dict[str, MemoryUserAgent]" = field(default_factory=dict)
    registrars: dict[str, MemoryRegistrar] = field(default_factory=dict)

    def reach(self, uri: str) -> "MemoryUserAgent | None":
        """Return the agent that a URI reaches, by way of a registrar if it names one."""
        registrar = self.registrars.get(address(uri))
        user, _ = party(uri)
        place = address(uri) if registrar is None else registrar.bindings.get(user, "")
        return self.agents.get(place)

    def is_registrar(self, uri: str) -> bool:
        """Return whether a URI leads to a registrar, which answers by itself."""
        return address(uri) in self.registrars
