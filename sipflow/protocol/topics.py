"""The topic of an event: ``<run>.<instance>.<type>``, so that subscribers can select by prefix."""

from sipflow.protocol.events import Event


def topic(event: Event) -> bytes:
    """Return the topic frame of an event; dots inside an id are written ``_``."""
    instance = event.instance.replace(".", "_")
    return f"{event.run}.{instance}.{event.__struct_config__.tag}".encode()


def run_prefix(run: str) -> bytes:
    """Return the subscription that selects every event of one run, and of no other."""
    return f"{run}.".encode()
