"""The MESSAGEs of one instance: received ones that no wait has used yet, and sent ones.

Law: a received message is kept, in order, until a wait takes it; each satisfies one wait. Pure.
"""

from collections.abc import Callable

from msgspec import Struct, field
from msgspec.structs import replace

from sipflow.worker.ua.events import TextAnswered, TextReceived


class Messages(Struct):
    """Received and sent MESSAGEs.

    ``expected_sender``: the SIP URI that the running wait wants a message from.
    ``sent_in``: the dialog in which the last one was sent, None if it was outside of any.
    """

    received: list[TextReceived] = field(default_factory=list)
    answers: dict[str, TextAnswered] = field(default_factory=dict)
    sent: int = 0
    sent_in: str | None = None
    expected_sender: str | None = None

    def start(self, dialog: str | None = None) -> str:
        """Return the key of a new message to send."""
        self.sent += 1
        self.sent_in = dialog
        return f"message-{self.sent}"

    def answer(self) -> TextAnswered | None:
        """Return the final answer to the message that was sent last, if it is there."""
        return self.answers.get(f"message-{self.sent}")

    def apply(self, happening: TextReceived | TextAnswered) -> None:
        """Record a received MESSAGE, or the answer to a sent one."""
        if isinstance(happening, TextReceived):
            self.received.append(happening)
        else:
            self.answers[happening.message] = happening

    def hand_over(self, former: str, dialog: str) -> None:
        """Move the messages received in one dialog to another, which has its leg from now on."""
        self.received = [
            replace(text, dialog=dialog) if text.dialog == former else text
            for text in self.received
        ]

    def take(self, wanted: Callable[[TextReceived], bool]) -> TextReceived | None:
        """Use up and return the first message that ``wanted`` accepts; None if there is none."""
        found = next((text for text in self.received if wanted(text)), None)
        if found is not None:
            self.received.remove(found)
        return found
