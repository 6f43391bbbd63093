"""sipflow runs SIP call scenarios drawn as graphs: real user agents, real calls, a verdict.

``from sipflow import subscribe`` follows a run's events from another program.
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
