"""The interface between the walker and a SIP user agent: commands in, events out.

Two implementations: ``pjsua`` speaks SIP, ``memory`` connects user agents without any. No module
above this interface knows a SIP library.
"""

from collections.abc import Callable
from typing import Protocol

from sipflow.protocol.plan import InstancePlan
from sipflow.worker.ua.commands import Order
from sipflow.worker.ua.events import Happening

Disturbed = Callable[[], bool]


def never() -> bool:
    """Return False: the caller of ``poll`` has no reason to end it early."""
    return False


class UserAgentError(Exception):
    """The user agent cannot be opened: its port is taken, or the SIP stack refuses."""


class Bell(Protocol):
    """A descriptor that wakes a user agent; see ``Waker``."""

    descriptor: int
    rang: bool

    def ring(self) -> None:
        """Record that the descriptor was seen to be readable."""

    def look(self) -> None:
        """Ring if the descriptor is readable now."""


class UserAgent(Protocol):
    """One SIP user agent. All methods are called from one thread."""

    def open(self, plan: InstancePlan) -> None:
        """Bind the plan's address and be ready for calls; raises ``UserAgentError``.

        Called again for another run: keep the address and media ports, use the new plan's number,
        hang up the calls of the run before and report no more of their events.
        """

    def wake_on(self, bell: Bell) -> None:
        """Return from ``poll`` when the bell's descriptor is readable, having rung it.

        Called once, after ``open``; raises ``UserAgentError``.
        """

    def carry_out(self, order: Order) -> None:
        """Carry out a command. Never raises: errors are reported as events."""

    def poll(self, timeout: float, disturbed: Disturbed = never) -> list[Happening]:
        """Let the stack work; return its events, after ``timeout`` seconds at the latest.

        ``disturbed``: called whenever the stack woke up without an event; returns whether the
        caller of ``poll`` has something else to do.
        """


def check_same_endpoint(former: InstancePlan, plan: InstancePlan) -> None:
    """Raise ``UserAgentError`` if an open endpoint is not the one that another plan needs."""
    for what, place in (("SIP address", _address), ("media ports", _media_ports)):
        has, wants = place(former), place(plan)
        if has != wants:
            raise UserAgentError(f"the endpoint keeps its {what}: {has}, not {wants}")


def no_codec_in_common(offered: tuple[str, ...], own: tuple[str, ...]) -> str:
    """Return why an INVITE was refused that offers none of the instance's codecs."""
    has = ", ".join(own)
    return f"no codec in common: offered {', '.join(offered) or 'none'}, this instance has {has}"


def _address(plan: InstancePlan) -> str:
    return f"{plan.host}:{plan.port}"


def _media_ports(plan: InstancePlan) -> str:
    return f"{plan.media_ports.count} from {plan.media_ports.first}"
