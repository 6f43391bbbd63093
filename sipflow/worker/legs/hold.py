"""The media of one leg: direction, codec, and which side has put it on hold. Pure.

Law: the peer holds us once its SDP says that it does not receive, until it says that it does.
An answer without receiving to our own hold says nothing about that: it could not say otherwise.
Of our re-INVITEs only the latest counts.
"""

from typing import Literal

from msgspec import Struct, field

from sipflow.sip.sdp import MediaDirection
from sipflow.worker.ua.events import (
    Media,
    ReinviteAnswered,
    ReinvitePostponed,
    ReinviteProgressed,
    ReinviteSent,
)

ReinviteNews = ReinvitePostponed | ReinviteSent | ReinviteProgressed | ReinviteAnswered


class LegMedia(Struct):
    """The negotiated media of a leg; ``direction`` is None until there are any.

    ``postponed``: what our re-INVITE waits for before it can be sent, empty once it has been.
    ``provisionals``: the codes of the provisional responses to it, each once.
    ``fault``: why the INVITE and its 2xx led to no audio.
    """

    direction: MediaDirection | None = None
    codec: str = ""
    held: bool = False
    on_hold: bool = False
    turn: int = 0
    asked: bool | None = None
    answer: ReinviteAnswered | None = None
    fault: str = ""
    postponed: str = ""
    provisionals: list[int] = field(default_factory=list)

    def ask(self, hold: bool) -> int:
        """Begin a re-INVITE that puts the peer on hold or retrieves it; return its turn."""
        self.turn += 1
        self.asked = hold
        self.answer = None
        self.postponed = ""
        self.provisionals = []
        return self.turn

    def offered(self, hold: bool) -> MediaDirection:
        """Return the direction that a re-INVITE offers: double hold is ``inactive``."""
        if not hold:
            return MediaDirection.SENDRECV
        return MediaDirection.INACTIVE if self.held else MediaDirection.SENDONLY

    def negotiated(self, media: Media, by: Literal["local", "remote"]) -> bool:
        """Record a completed offer/answer; return whether the peer's hold changed."""
        self.direction, self.codec = media.direction, media.codec
        held = not media.peer.receives
        if held and by == "local" and (self.on_hold if self.asked is None else self.asked):
            held = self.held
        changed, self.held = held != self.held, held
        return changed

    def apply(self, happening: ReinviteNews) -> None:
        """Record an event of our re-INVITE."""
        if happening.turn != self.turn:
            return
        match happening:
            case ReinvitePostponed(why=why):
                self.postponed = why
            case ReinviteSent():
                self.postponed = ""
            case ReinviteProgressed(code=code):
                if code not in self.provisionals:
                    self.provisionals.append(code)
            case ReinviteAnswered():
                self._take(happening)

    def _take(self, answer: ReinviteAnswered) -> None:
        self.postponed = ""
        if self.asked is not None and 200 <= answer.code < 300 and not answer.fault:
            self.on_hold = self.asked
        self.asked = None
        self.answer = answer
