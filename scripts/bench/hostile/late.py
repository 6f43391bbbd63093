"""Answers that come when the dialog of their request is gone, and its place may be another's."""

import time
from collections.abc import Callable

from scripts.bench.hostile.peer import SDP, Peer, answer, header
from scripts.bench.hostile.target import PORT

# What the instance sends, and is answered late; the word is the user that it calls.
_STEPS = {
    "hold": "Hold: {timeout: 150ms, leg: LEG}",
    "message": "SendMessage: {text: hi, timeout: 150ms, leg: LEG}",
    "info": 'SendDTMF: {digits: "1", method: info, timeout: 150ms, leg: LEG}',
    "refer": 'BlindTransfer: {to: "sip:300@127.0.0.1:9", timeout: 150ms, leg: LEG}',
    "bye": "TIMEOUT: 1ms",
    "invite": "TIMEOUT: 1ms",
}
_METHODS = {
    "hold": "INVITE", "message": "MESSAGE", "info": "INFO", "refer": "REFER", "bye": "BYE",
    "invite": "INVITE",
}  # fmt: skip
_CHALLENGE = 'Authenticate: Digest realm="x", nonce="y"'
_STARTS = (
    ("200 OK", ""), ("401 Unauthorized", f"WWW-{_CHALLENGE}"),
    ("407 Proxy Authentication Required", f"Proxy-{_CHALLENGE}"), ("486 Busy Here", ""),
    ("491 Request Pending", ""), ("302 Moved Temporarily", ""), ("500 Server Error", ""),
    ("487 Request Terminated", ""), ("408 Request Timeout", ""),
)  # fmt: skip
_PATIENCE = 10.0
# Nothing comes for so long: what is due is sent even if no other call has begun.
_PAUSE = 0.3


def scenario(port: int, count: int) -> str:
    """Return a scenario that makes so many calls and some more, of each kind in turn."""
    lines = ["instances:", '  bob: {number: "200", password: secret}', "flow:", "  bob:"]
    lines += [f"    - Repeat: {{times: {min(500, count + 10)}}}", "      steps:"]
    for kind, step in _STEPS.items():
        leg = f'"{kind}-${{round}}"'
        to = f"sip:{kind}@127.0.0.1:{port}"
        limit = "200ms" if kind == "invite" else "3s"
        lines += [
            f'        - MakeCall: {{to: "{to}", timeout: {limit}, leg: {leg}}}',
            "          on_failure:",
            "            - TIMEOUT: 200ms",
            f"            - goto: after-{kind}",
            f"        - {step.replace('LEG', leg)}",
            f"          on_failure: [goto: end-{kind}]",
            f"        - Release: {{timeout: 300ms, leg: {leg}}}",
            f"          id: end-{kind}",
            f"          on_failure: [goto: after-{kind}]",
            "        - TIMEOUT: 10ms",
            f"          id: after-{kind}",
        ]
    return "\n".join([*lines, "    - TIMEOUT: 60m", ""])


class Sender:
    """Plays the called side; ``send`` gets the late answers."""

    def __init__(self, peer: Peer, send: Callable[[str], None]) -> None:
        self._peer = peer
        self._send = send
        self._kinds: dict[str, str] = {}
        self._open: dict[str, str] = {}
        self._due: list[str] = []
        self._sent = 0
        self._last = time.monotonic()

    def go_on(self) -> bool:
        """Take in the next message and do what is due; return False if nothing comes any more."""
        message = self._peer.receive(_PAUSE)
        if message is None:
            self._send_due()
            return time.monotonic() < self._last + _PATIENCE
        self._last = time.monotonic()
        if not message.startswith("SIP/2.0 "):
            self._take(message)
        return True

    def _take(self, message: str) -> None:
        method = message.partition(" ")[0]
        call_id = header(message, "Call-ID")
        is_first = "tag=" not in header(message, "To")
        if method == "INVITE" and is_first and call_id not in self._kinds:
            self._kinds[call_id] = message.partition(":")[2].partition("@")[0]
            self._send_due()
        kind = self._kinds.get(call_id, "")
        if _METHODS.get(kind) == method and (is_first == (kind == "invite")):
            self._open.setdefault(call_id, message)
            if kind == "bye":
                self._is_gone(call_id)
        elif method != "ACK":
            body = SDP if method == "INVITE" else ""
            self._peer.send(answer(message, "200 OK", self._peer.port, body=body), PORT)
        if method in ("BYE", "CANCEL"):
            self._is_gone(call_id)

    def _is_gone(self, call_id: str) -> None:
        request = self._open.get(call_id)
        if request is not None and request not in self._due:
            self._due.append(request)

    def _send_due(self) -> None:
        for request in self._due:
            start, more = _STARTS[self._sent % len(_STARTS)]
            self._sent += 1
            body = SDP if request.startswith("INVITE ") and start.startswith("200") else ""
            headers = [more] if more else []
            self._send(answer(request, start, self._peer.port, *headers, body=body))
            self._open.pop(header(request, "Call-ID"), None)
        self._due.clear()
