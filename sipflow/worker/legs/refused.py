"""Reports of the SIP messages that the user agent itself refused or dropped. Pure.

They belong to no node. Each is reported once, and the latest INVITE among them explains an
INCOMING that timed out.
"""

from sipflow.sip.status import reason_phrase
from sipflow.worker.ua.events import MessageRefused

# How many are reported one by one in a run; later ones are counted.
MOST_REPORTED = 100


class RefusedMessages:
    """Refused messages of one instance in one run; ``unreported``: some are not reported yet."""

    def __init__(self) -> None:
        self._news: list[MessageRefused] = []
        self._invites: list[MessageRefused] = []
        self._count = 0

    @property
    def unreported(self) -> bool:
        """Whether a refused message is still to be reported."""
        return bool(self._news)

    def apply(self, refused: MessageRefused) -> None:
        """Record one; past a limit in a run they are only counted."""
        self._count += 1
        if self._count <= MOST_REPORTED:
            self._news.append(refused)
        if refused.method == "INVITE" and not (refused.response or refused.corrected):
            self._invites.append(refused)

    def news(self) -> list[tuple[MessageRefused, str]]:
        """Return, once, the new ones since the last call, each with its text for the action log."""
        news, self._news = self._news, []
        described = [(refused, _described(refused)) for refused in news]
        if news and self._count >= MOST_REPORTED:
            last, words = described[-1]
            described[-1] = (last, f"{words}; any more of this run are not reported one by one")
        return described

    def invite_taken(self) -> None:
        """Record that an INVITE has reached a node: earlier refusals explain nothing any more."""
        self._invites.clear()

    def instead(self) -> str:
        """Return what became of the INVITEs that were refused instead, empty if none was."""
        if not self._invites:
            return ""
        last = self._invites[-1]
        which = "one" if len(self._invites) == 1 else f"the last of {len(self._invites)}"
        return f"; {which} from {last.peer} was {_outcome(last)}"


def _described(refused: MessageRefused) -> str:
    what = "a message" if not refused.method else refused.method
    if refused.response:
        what = f"{refused.response} to {refused.method}"
    return f"{what} from {refused.peer} was {_outcome(refused)}"


def _outcome(refused: MessageRefused) -> str:
    if refused.corrected:
        return f"accepted without the faulty part: {refused.message}"
    if refused.code is None:
        return f"dropped: {refused.message}"
    phrase = reason_phrase(refused.code)
    answered = f"refused with {refused.code} {phrase}".rstrip()
    return f"{answered}: {refused.message}" if refused.message else answered
