"""The seam between the walker and a SIP stack: what a user agent can be asked, and what it tells.

Two implementations stand behind it: ``pjsua`` speaks SIP, ``memory`` wires user agents together
without any. Nothing above this seam knows a SIP library.
"""

from collections.abc import Callable
from typing import Protocol

from sipflow.protocol.plan import InstancePlan
from sipflow.worker.ua.commands import Order
from sipflow.worker.ua.events import Happening

Disturbed = Callable[[], bool]


def never() -> bool:
    """Tell that nobody wants the caller of ``poll``."""
    return False


class UserAgentError(Exception):
    """The user agent cannot be opened: its port is taken, or the SIP stack refuses."""


class Bell(Protocol):
    """What wakes a user agent; see ``Waker``, which knows what it watches."""

    descriptor: int
    rang: bool

    def ring(self) -> None:
        """Take in that the descriptor was seen to be readable."""

    def look(self) -> None:
        """Ring if the descriptor is readable now."""


class UserAgent(Protocol):
    """One SIP user agent. All methods are called from one thread."""

    def open(self, plan: InstancePlan) -> None:
        """Bind the plan's address and be ready for calls; raises ``UserAgentError``.

        Asked again, for another run: stay on the same address and media ports, take the number of
        the new plan, hang up what is left of the run before and tell nothing of it any more.
        """

    def wake_on(self, bell: Bell) -> None:
        """Come back from ``poll`` when the bell's descriptor is readable, having rung it.

        Asked once, after ``open``; raises ``UserAgentError``.
        """

    def carry_out(self, order: Order) -> None:
        """Do what is ordered. Never raises: what goes wrong is told as a happening."""

    def poll(self, timeout: float, disturbed: Disturbed = never) -> list[Happening]:
        """Let the stack work; return what happened, after ``timeout`` seconds at the latest.

        ``disturbed`` is asked whenever the stack was woken for something that nobody has to be told
        of: whether that was somebody who wants the caller.
        """


def check_same_endpoint(former: InstancePlan, plan: InstancePlan) -> None:
    """Raise ``UserAgentError`` where an open endpoint is not the one that another plan wants."""
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
