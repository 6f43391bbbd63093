"""Checks combinations of properties of one node that require or exclude each other."""

from sipflow.scenario.model.actions import Action, Answer, MakeCall, Response, SendMessage, word
from sipflow.scenario.model.deferred import Deferred
from sipflow.sip.status import LONGEST_MESSAGE

_REDIRECTIONS = range(300, 400)
# The least size of a message besides added headers and a text: an INVITE without SDP has some 600
# bytes, its 200 with SDP 700, a BYE 350.
_OWN_BYTES: dict[type[Action], int] = {MakeCall: 500, Answer: 600}
_FEWEST_OWN_BYTES = 300
# The bytes of a header besides its name and its value: a colon, a space, the end of the line.
_BESIDE_A_HEADER = 4


def trouble(kind: type[Action], fields: dict[str, object]) -> tuple[str, str] | None:
    """Return what is wrong with a node's properties together, and what would be right.

    Properties that are known only when the node begins count as given.
    """
    return _of_length(kind, fields) or _of_ways(kind, fields)


def _of_ways(kind: type[Action], fields: dict[str, object]) -> tuple[str, str] | None:
    if kind is SendMessage:
        return _of_message(fields)
    code = fields.get("code")
    is_known = isinstance(code, int)
    if kind is Response and "contact" in fields and is_known and code not in _REDIRECTIONS:
        return (
            f'Response has a "contact" and the code {code}',
            "a contact is for a 3xx: give one of those, or leave the contact out",
        )
    return None


def _of_length(kind: type[Action], fields: dict[str, object]) -> tuple[str, str] | None:
    """Report headers and a text that are too long to be sent."""
    headers, text = fields.get("headers"), fields.get("body", "")
    if not isinstance(headers, dict) or not isinstance(text, str):
        return None
    added = sum(_bytes(name) + _bytes(value) + _BESIDE_A_HEADER for name, value in headers.items())
    room = LONGEST_MESSAGE - _OWN_BYTES.get(kind, _FEWEST_OWN_BYTES)
    length = added + _bytes(text)
    if length <= room:
        return None
    what = "headers and a body" if text else "headers"
    return (
        f"{word(kind)} adds {what} of {length:,} bytes",
        f"give less than {room:,}: a message that is sent has at most {LONGEST_MESSAGE:,}",
    )


def _bytes(text: str) -> int:
    return len(text.encode(errors="surrogatepass"))


def _of_message(fields: dict[str, object]) -> tuple[str, str] | None:
    ways = {"to", "leg"} & fields.keys()
    if len(ways) == 1:
        return None
    return (
        f'SendMessage has {"both" if ways else "neither"} "to" {"and" if ways else "nor"} "leg"',
        'name the recipient, for example to: "200", or the leg to send it on',
    )


# Properties of one node that contradict each other, though each is right by itself.

_LOOKS = ("check", "capture")


def disagreement(kind: type[Action], fields: dict[str, object]) -> tuple[str, str] | None:
    """Return which properties of a node contradict each other, and what would be right."""
    looks = next((name for name in _LOOKS if fields.get(name)), None)
    if kind is MakeCall:
        return _of_call(fields, looks)
    if fields.get("must_not") is True and looks is not None:
        return (
            f'{word(kind)} has "must_not" and "{looks}", which needs a message that is received',
            "leave one of them out",
        )
    return None


def _of_call(fields: dict[str, object], looks: str | None) -> tuple[str, str] | None:
    until = fields.get("until", "answered")
    if isinstance(until, Deferred):
        return None
    if "expect" in fields and until != "answered":
        return (
            f'MakeCall has "expect" and "until: {until}", and cannot end in both ways',
            "leave one of them out: expect is about the final response",
        )
    if looks is not None and until == "sent":
        return (
            f'MakeCall has "{looks}" and "until: sent", when nothing has been received yet',
            "let it wait for a response, or use it in a later step that waits for one",
        )
    return None
