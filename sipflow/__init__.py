"""sipflow runs SIP call scenarios, written as graphs, with real user agents and real calls.

``from sipflow import subscribe`` gives another program the events of a run.
"""

__version__ = "0.1.0.dev0"
__all__ = ["subscribe"]

TYPE_CHECKING = False  # as in typing, which takes as long to import as all of this package's top
if TYPE_CHECKING:
    from sipflow.client.subscribe import subscribe


def __getattr__(name: str) -> object:
    """Import ``subscribe`` when it is first asked for: workers never need it."""
    if name == "subscribe":
        from sipflow.client.subscribe import subscribe

        return subscribe
    raise AttributeError(name)
