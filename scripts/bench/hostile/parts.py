"""What is sent to an instance, part by part; each returns what came of it."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from scripts.bench.hostile import late as late_answers
from scripts.bench.hostile.messages import all_named, in_dialog, to_send
from scripts.bench.hostile.mutation import answers, mutated, of_dialog
from scripts.bench.hostile.peer import (
    SDP,
    Dialog,
    Peer,
    answer,
    branch,
    code_of,
    header,
    is_final,
)
from scripts.bench.hostile.target import CALLED, CALLING, IDLE, PORT, Target

_QUIET = 0.06
_OF_A_DIALOG = 10
_CALL_AWAITED = 3.0
_BETWEEN_CALLS = 0.03  # an endpoint takes some forty calls a second
_NO_ANSWER_IS_DUE = (b"SIP/", b"ACK ")


@dataclass
class Came:
    """What came of a part: the messages sent, those that got a final answer, deaths, events."""

    name: str
    sent: int = 0
    due: int = 0
    answered: int = 0
    deaths: list[str] = field(default_factory=list)
    reported: Counter[str] = field(default_factory=Counter)
    unusual: list[str] = field(default_factory=list)


class Part:
    """One scenario, one peer, one kind of message."""

    def __init__(self, name: str, scenario: str, folder: Path) -> None:
        self.came = Came(name)
        self.peer = Peer()
        self.waiting: str | None = None
        text = scenario % self.peer.port if "%d" in scenario else scenario
        self.target = Target(text, folder)

    def send(self, message: bytes) -> None:
        """Send one of the messages that count."""
        self.came.sent += 1
        self.came.due += not message.startswith(_NO_ANSWER_IS_DUE)
        self.target.send(self.peer, message)

    def settle(self, dialog: Dialog | None = None) -> None:
        """Take in what comes until nothing does, or a new call: answer requests, acknowledge."""
        while (message := self.peer.receive(_QUIET)) is not None:
            if is_new_call(message):
                self.waiting = message
                return
            if not message.startswith("SIP/2.0 "):
                self.obey(message)
            elif is_final(message) and header(message, "CSeq").endswith(" INVITE") and dialog:
                number = header(message, "CSeq").partition(" ")[0]
                place = {} if code_of(message) < 300 else {"branch": branch(message)}
                cseq = int(number) if number.isdecimal() else 1
                self.peer.send(dialog.request("ACK", cseq=cseq, **place), PORT)

    def obey(self, message: str) -> None:
        """Answer a request in a dialog with 200."""
        if not message.startswith("ACK "):
            body = SDP if message.startswith("INVITE ") else ""
            self.peer.send(answer(message, "200 OK", self.peer.port, body=body), PORT)

    def invited(self) -> str | None:
        """Return the INVITE of the next new call, None if there is none for a while."""
        waiting, self.waiting = self.waiting, None
        end = time.monotonic() + _CALL_AWAITED
        while waiting is None and (left := end - time.monotonic()) > 0:
            message = self.peer.receive(left)
            if message is not None and is_new_call(message):
                waiting = message
            elif message is not None and not message.startswith("SIP/2.0 "):
                self.obey(message)
        return waiting

    def finish(self, rest: float) -> Came:
        """Wait until the stack has given up what it repeats, and return what came of it all."""
        end = time.monotonic() + rest
        while time.monotonic() < end:
            self.target.begin(self.peer)
            if not self.target.lives(self.peer, f"{self.came.name}, at rest"):
                break
            self.settle()
            time.sleep(1.0)
        self.target.finish()
        self.peer.close()
        self.came.answered = len(self.peer.answered)
        self.came.deaths += self.target.deaths
        self.came.reported += self.target.reported
        self.came.unusual += self.target.unusual
        return self.came


def outside(folder: Path, rest: float) -> Came:
    """Send the RFCs' messages outside of any dialog."""
    part = Part("RFC 4475 and 5118, outside of a dialog", IDLE, folder)
    for name, text in all_named():
        part.target.begin(part.peer)
        part.send(to_send(text, part.peer.port, PORT))
        part.settle()
        part.target.lives(part.peer, name)
    return part.finish(rest)


def inside(folder: Path, rest: float) -> Came:
    """Send the RFCs' messages in a dialog, each in one of its own."""
    part = Part("RFC 4475 and 5118, in a dialog", CALLED, folder)
    for name, text in all_named():
        for dialog in _dialogs(part, 1):
            part.send(in_dialog(to_send(text, part.peer.port, PORT), dialog))
            part.settle(dialog)
            _leave(part, dialog, f"{name} in a dialog")
    return part.finish(rest)


def mutated_requests(folder: Path, rest: float, chance: random.Random, count: int) -> Came:
    """Send mutated requests in dialogs."""
    part = Part("mutated requests in dialogs", CALLED, folder)
    for dialog in _dialogs(part, -(-count // _OF_A_DIALOG)):
        for _ in range(min(_OF_A_DIALOG, count - part.came.sent)):
            _, message = of_dialog(chance, dialog)
            part.send(message)
        part.settle(dialog)
        _leave(part, dialog, f"mutated requests up to {part.came.sent}")
    return part.finish(rest)


def mutated_answers(folder: Path, rest: float, chance: random.Random, count: int) -> Came:
    """Answer an instance's calls with mutated answers, then with good ones."""
    part = Part("mutated answers to INVITE", CALLING, folder)
    while part.came.sent < count:
        part.target.begin(part.peer)
        invite = part.invited()
        if invite is not None:
            provisional, final, more = answers(chance)
            for start, body in ((provisional, ""), (provisional, SDP), (final, SDP)):
                text = answer(invite, start, part.peer.port, more, body=body)
                if part.came.sent < count:
                    part.send(mutated(chance, text.encode("latin-1")))
            part.peer.send(answer(invite, "200 OK", part.peer.port, body=SDP), PORT)
            part.settle()
        part.target.lives(part.peer, f"mutated answers up to {part.came.sent}")
    return part.finish(rest)


def answers_too_late(folder: Path, rest: float, count: int) -> Came:
    """Answer requests of an instance when their dialog is gone."""
    peer = Peer()
    part = Part("late answers", late_answers.scenario(peer.port, count), folder)
    part.peer.close()
    part.peer = peer
    part.target.begin(peer)
    sender = late_answers.Sender(peer, lambda text: part.send(text.encode("latin-1")))
    while part.came.sent < count and sender.go_on():
        pass
    part.target.lives(peer, "late answers")
    return part.finish(rest)


def is_new_call(message: str) -> bool:
    """Tell whether a message is an INVITE outside of any dialog."""
    return message.startswith("INVITE ") and "tag=" not in header(message, "To")


def _dialogs(part: Part, count: int) -> Iterator[Dialog]:
    """Yield so many dialogs that are up."""
    made = failed = 0
    while made < count:
        part.target.begin(part.peer)
        before = set(part.peer.answered)
        dialog = Dialog(part.peer, PORT)
        part.peer.answered &= before
        if dialog.is_up:
            made += 1
            yield dialog
            time.sleep(_BETWEEN_CALLS)
            continue
        failed += 1
        part.target.lives(part.peer, f"a call that was not taken ({dialog.code})")
        if failed > 5 * count + 100:
            part.came.unusual.append(f"{failed} calls were not taken, the last: {dialog.code}")
            return
        part.settle()
        time.sleep(_BETWEEN_CALLS)


def _leave(part: Part, dialog: Dialog, what: str) -> None:
    before = set(part.peer.answered)
    if part.target.lives(part.peer, what):
        dialog.end()
    part.peer.answered &= before
