"""The result of asking a node's action: commands, a log line, perhaps an outcome. Pure values."""

from collections.abc import Sequence

from msgspec import Struct

from sipflow.media.stream_stats import MediaFigures
from sipflow.scenario.model.causes import TIME_LIMIT
from sipflow.sip.status import LOWEST_FAILURE
from sipflow.worker.legs.dialog import Dialog
from sipflow.worker.ua.commands import HangUp, Headers, Order, Respond

TEMPORARILY_UNAVAILABLE = 480
# Twice T1: a peer that is there has sent some response to an INVITE by then (RFC 3261
# §17.1.1.2: two transmissions). A call without a response this long after its hang-up is given up.
SILENCE = 1.0


class Succeeded(Struct, frozen=True):
    """The node succeeded; ``warning`` describes an irregularity."""

    cause: str
    warning: str | None = None


class Failed(Struct, frozen=True):
    """The node failed; ``code`` is the status code that was received or sent.

    ``local``: the cause on this side, where there is a code and the message does not name it.
    ``machine``: this host lacks a resource; it is no fault of the scenario.
    """

    cause: str
    message: str
    code: int | None = None
    local: str | None = None
    machine: bool = False


Outcome = Succeeded | Failed


class Step(Struct, frozen=True):
    """What a node needs now: commands to carry out, a line for the log, perhaps its outcome.

    ``figures``: those that media was judged by, and their window.
    ``captured``: variables that have a value from now on.
    """

    outcome: Outcome | None = None
    orders: tuple[Order, ...] = ()
    log: str | None = None
    figures: tuple[MediaFigures, float | None] | None = None
    captured: tuple[tuple[str, str], ...] = ()


NOTHING_YET = Step()


def hang_up(dialog: Dialog, headers: Headers = ()) -> Order:
    """Return the command that ends a dialog in any state."""
    dialog.hanging_up = True
    dialog.refusal = None
    if dialog.unanswered:
        return Respond(dialog.key, TEMPORARILY_UNAVAILABLE, headers=headers)
    return HangUp(dialog.key, headers)


def no_leg(leg: str) -> Step:
    """Return the failure of a node whose leg was never made."""
    return Step(Failed("begin", f"there is no leg {leg}"))


def gone(dialog: Dialog) -> Failed:
    """Return the failure of a node whose leg is gone, with the code that the leg ended with.

    A 2xx is the answer to a BYE and not the cause of the failure.
    """
    cause = f"{dialog.code} ended the leg" if dialog.code else lost(dialog)
    by_bye = dialog.code is not None and dialog.code < LOWEST_FAILURE
    local = f"leg {dialog.leg} was ended by a BYE" if by_bye else None
    message = dialog.reason or f"leg {dialog.leg} is gone"
    return Failed(cause, message, dialog.code, local, dialog.machine)


def lost(dialog: Dialog) -> str:
    """Return the cause of the end of a dialog that ended without a code."""
    return TIME_LIMIT if dialog.timed_out else "dialog gone"


def too_late(dialog: Dialog, missing: str) -> Failed:
    """Return the failure of a wait whose event had not come before the leg was gone."""
    end = gone(dialog)
    if end.code is None or end.code < LOWEST_FAILURE:  # its end does not explain the wait's failure
        return Failed(end.cause, missing)
    return Failed(end.cause, end.message, end.code, missing)


def refused(dialog: Dialog) -> Failed:
    """Return the failure of a node whose command the user agent could not carry out."""
    assert dialog.refusal is not None
    return Failed("refused", dialog.refusal.detail, dialog.refusal.code)


def without_media(dialog: Dialog) -> Failed:
    """Return the failure of a node whose call was answered, but has no audio."""
    return Failed(f"{dialog.answer} without media", dialog.media.fault)


def passed_on(dialog: Dialog) -> Failed:
    """Return the failure of a node whose leg was transferred before its request was answered."""
    return Failed("transferred", f"leg {dialog.leg} was transferred to {dialog.peer} meanwhile")


def undecided_unless_lost(dialog: Dialog) -> Step:
    """Return the failure of a node that can no longer succeed, else an undecided step."""
    if dialog.ended:
        return Step(gone(dialog))
    if dialog.refusal is not None:
        return Step(refused(dialog))
    return NOTHING_YET


def what_came(provisionals: Sequence[str | int]) -> str:
    """List the provisional responses to an INVITE that have come."""
    if not provisionals:
        return "no response came"
    *others, last = map(str, provisionals)
    return f"{', '.join(others)} and {last} came" if others else f"{last} came"


def describe_end(dialog: Dialog) -> str:
    """Describe how a dialog ended."""
    return " ".join(str(part) for part in (dialog.code, dialog.reason) if part) or "ended"


def pairs(headers: dict[str, str]) -> Headers:
    """Return headers in the form that commands take."""
    return tuple(headers.items())


def in_seconds(seconds: float) -> str:
    """Format a duration for people."""
    return f"{seconds:g} s"
