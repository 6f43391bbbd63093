"""The seam between the walker and a SIP stack: what a user agent can be asked, and what it tells.

Two implementations stand behind it: ``pjsua`` speaks SIP, ``memory`` wires user agents together
without any. Nothing above this seam knows a SIP library.
"""

from typing import Protocol

from sipflow.protocol.plan import InstancePlan
from sipflow.worker.happenings import Happening
from sipflow.worker.orders import Order


class UserAgentError(Exception):
    """The user agent cannot be opened: its port is taken, or the SIP stack refuses."""


class UserAgent(Protocol):
    """One SIP user agent. All methods are called from one thread."""

    def open(self, plan: InstancePlan) -> None:
        """Bind the plan's address and be ready for calls; raises ``UserAgentError``."""

    def carry_out(self, order: Order) -> None:
        """Do what is ordered. Never raises: what goes wrong is told as a happening."""

    def poll(self, timeout: float) -> list[Happening]:
        """Let the stack work; return what happened, after ``timeout`` seconds at the latest."""
