"""Messages that the user agent refuses or drops without a command: each is reported once.

The stack refuses requests by itself without any callback; but each of its responses is seen as it
is sent. An INVITE without a codec of ours is also reported as a dialog that began and ended at
once, so that a scenario can take it.
"""

from sipflow.worker.ua.events import DialogEnded, Happening, InviteReceived, MessageRefused
from sipflow.worker.ua.pjsua.calls.answers import ALLOW, answer
from sipflow.worker.ua.pjsua.stack.layout import RxData, TxData, call_id
from sipflow.worker.ua.refusal_reasons import header, reason, sender, shares_codec, uri

_NO_METHOD, _NOT_ACCEPTABLE = 405, 488
# The responses to a cancelled INVITE, and to one that meets one of ours (RFC 3261 §14.2).
_IN_ORDER = (487, 491)
_REMEMBERED = 256


class RejectedInvites:
    """Refused messages.

    ``news``: events to report. ``invite``: the INVITE that was received last.
    ``over_tcp``: whether the instance has TCP.
    """

    def __init__(self) -> None:
        self.news: list[Happening] = []
        self.invite = b""
        self.over_tcp = False
        self._codecs: tuple[str, ...] = ()
        self._known: dict[tuple[str, ...], None] = {}
        self._count = 0

    def use(self, codecs: tuple[str, ...]) -> None:
        """Set the codecs that the instance has from now on."""
        self._codecs = codecs

    def drain(self) -> list[Happening]:
        """Return, once, the events to report."""
        news, self.news = self.news, []
        return news

    def forget(self) -> None:
        """Forget all of a run before the next one."""
        self.news.clear()

    def refuse(self, request: RxData, code: int, why: str) -> None:
        """Answer a request with a failure."""
        self.report(MessageRefused(request.peer, _method(request), code, why), request)
        answer(request, code, headers=(ALLOW,) if code == _NO_METHOD else ())

    def drop(self, message: RxData, why: str) -> None:
        """Report that a request is dropped."""
        self.report(MessageRefused(message.peer, _method(message), None, why), message)

    def correct(self, message: RxData, why: str, response: int = 0) -> None:
        """Report that a message (a response with this code) is accepted without its faults."""
        method = _method(message)
        corrected = MessageRefused(message.peer, method, None, why, response, corrected=True)
        self.report(corrected, message)

    def unreadable(self, peer: str, method: str, response: int, why: str, text: bytes) -> None:
        """Report a message that the stack could not read, unless it is a repeated one."""
        what = ("", str(hash(text)))
        if what not in self._known:
            self._know(what)
            self.news.append(MessageRefused(peer, method, None, why, response))

    def report(self, refused: MessageRefused, message: RxData) -> None:
        """Report a message, unless it is a repeated one."""
        cseq = f"{message.cseq.contents.number} {refused.method}"
        identity = call_id(message)
        what = (identity, cseq, str(refused.response))
        if what in self._known:
            return
        self._know(what)
        self._know((identity, cseq))  # our response to it is seen, too
        self.news.append(refused)

    def sent(self, response: TxData) -> None:
        """Report a request if the stack refuses it by this final response."""
        code = response.message.contents.line.status.code
        text = response.raw().decode("utf-8", "backslashreplace")
        cseq = header(text, "CSeq")
        method = cseq.partition(" ")[2].strip()
        what = (header(text, "Call-ID", "i"), cseq)
        if what in self._known or (code in _IN_ORDER and method == "INVITE"):
            return
        self._know(what)
        invite = self.invite.decode("utf-8", "backslashreplace") if method == "INVITE" else ""
        if header(invite, "Call-ID", "i") != what[0]:
            invite = ""
        why = reason(code, text, invite, self._codecs, self.over_tcp)
        is_new = "tag=" not in header(invite, "To", "t")
        if invite and is_new and code == _NOT_ACCEPTABLE and not shares_codec(invite, self._codecs):
            self._report_as_dialog(invite, why)
        self.news.append(MessageRefused(sender(text), method, code, why))

    def _report_as_dialog(self, invite: str, why: str) -> None:
        self._count += 1
        key = f"refused-{self._count}"
        contact = header(invite, "Contact", "m") or header(invite, "From", "f")
        self.news += (InviteReceived(key, uri(contact)), DialogEnded(key, _NOT_ACCEPTABLE, why))

    def _know(self, what: tuple[str, ...]) -> None:
        self._known[what] = None
        while len(self._known) > _REMEMBERED:
            del self._known[next(iter(self._known))]


def _method(message: RxData) -> str:
    return str(message.cseq.contents.method.name.raw(), "ascii", "backslashreplace")
