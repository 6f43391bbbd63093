"""What every event has, whatever its type: enough to number one that a reader does not know."""

from msgspec import Struct

from sipflow.protocol.events import WIRE_VERSION


class Envelope(Struct, frozen=True, kw_only=True):
    """The keys of ``events.Event`` that no version of the wire format can do without."""

    run: str
    g: int
    v: int = WIRE_VERSION
