"""Reads the messages of a transfer: a response to REFER, and a NOTIFY of its progress. Pure.

The stack's own report of a transfer names a call slot, and a slot may belong to another call by
then: the Call-ID of the message itself identifies the call.
"""

import re

from msgspec import Struct

_HEADER = r"(?im)^(?:{})[ \t]*:[ \t]*(.*?)[ \t]*\r?$"
_CALL_ID = re.compile(_HEADER.format("Call-ID|i"))
_STATE = re.compile(_HEADER.format("Subscription-State"))
_EVENT = re.compile(_HEADER.format("Event|o"))
_STATUS = re.compile(r"SIP/2\.0[ \t]+([1-6][0-9][0-9])(?:[ \t]+([^\r\n]*))?")


class NotifyStatus(Struct, frozen=True):
    """The progress of a transfer, as a NOTIFY reports it; ``final``: whether it is the last one."""

    code: int
    reason: str
    final: bool


def call_id(message: str) -> str:
    """Return the Call-ID of a message, or an empty text."""
    found = _CALL_ID.search(_head(message))
    return found[1] if found else ""


def course(notify: str) -> NotifyStatus | None:
    """Return the status in a NOTIFY of a transfer; None if it has none (RFC 3515 §2.4.4)."""
    head, body = _head(notify), notify.replace("\r\n", "\n").partition("\n\n")[2]
    event, status = _EVENT.search(head), _STATUS.match(body)
    if event is None or event[1].partition(";")[0].strip().lower() != "refer" or status is None:
        return None
    state = _STATE.search(head)
    over = state is not None and state[1].lower().startswith("terminated")
    code = int(status[1])
    return NotifyStatus(code, (status[2] or "").strip(), over or code >= 200)


def _head(message: str) -> str:
    return message.replace("\r\n", "\n").partition("\n\n")[0]


def target_of(refer_to: str) -> str:
    """Return the bare URI of a Refer-To: without brackets, a name or headers."""
    inner = refer_to.partition("<")[2].partition(">")[0] if "<" in refer_to else refer_to
    return inner.partition("?")[0].strip()
