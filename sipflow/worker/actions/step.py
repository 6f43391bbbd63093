"""What a node wants now, and what has become of it: the answers of every word. Pure values."""

from dataclasses import dataclass

from sipflow.worker.legs import Dialog
from sipflow.worker.media_figures import MediaFigures
from sipflow.worker.orders import HangUp, Headers, Order, Respond

TEMPORARILY_UNAVAILABLE = 480


@dataclass(frozen=True, slots=True)
class Succeeded:
    """The node did what it should; ``warning`` says what was odd about it."""

    cause: str
    warning: str | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """The node did not do what it should; ``code`` is the SIP status code, where there is one."""

    cause: str
    message: str
    code: int | None = None


Outcome = Succeeded | Failed


@dataclass(frozen=True, slots=True)
class Step:
    """What a node wants now: orders to carry out, a line for the log, perhaps its outcome.

    ``figures`` are what media was judged by, and the window that they are of. ``captured``:
    variables that have a value from now on.
    """

    outcome: Outcome | None = None
    orders: tuple[Order, ...] = ()
    log: str | None = None
    figures: tuple[MediaFigures, float | None] | None = None
    captured: tuple[tuple[str, str], ...] = ()


NOTHING_YET = Step()


def hang_up(dialog: Dialog, headers: Headers = ()) -> Order:
    """Return the order that ends a dialog in whatever state it is."""
    dialog.hanging_up = True
    dialog.refusal = None
    if dialog.unanswered:
        return Respond(dialog.key, TEMPORARILY_UNAVAILABLE, headers=headers)
    return HangUp(dialog.key, headers)


def no_leg(leg: str) -> Step:
    """Return the end of a node on a leg that was never made."""
    return Step(Failed("begin", f"there is no leg {leg}"))


def gone(dialog: Dialog) -> Failed:
    """Return the end of a node whose leg is gone, with the code that the leg ended with."""
    cause = f"{dialog.code} ended the leg" if dialog.code else "dialog gone"
    return Failed(cause, dialog.reason or f"leg {dialog.leg} is gone", dialog.code)


def refused(dialog: Dialog) -> Failed:
    """Return the end of a node whose order the user agent could not carry out."""
    assert dialog.refusal is not None
    return Failed("refused", dialog.refusal.detail, dialog.refusal.code)


def passed_on(dialog: Dialog) -> Failed:
    """Return the end of a node whose leg was transferred before what it asked for was answered."""
    return Failed("transferred", f"leg {dialog.leg} was transferred to {dialog.peer} meanwhile")


def undecided_unless_lost(dialog: Dialog) -> Step:
    """Return the end of a node that can no longer succeed, else that it goes on."""
    if dialog.ended:
        return Step(gone(dialog))
    if dialog.refusal is not None:
        return Step(refused(dialog))
    return NOTHING_YET


def how_it_ended(dialog: Dialog) -> str:
    """Return how a dialog ended, in words."""
    return " ".join(str(part) for part in (dialog.code, dialog.reason) if part) or "ended"


def pairs(headers: dict[str, str]) -> Headers:
    """Return headers as an order has them."""
    return tuple(headers.items())


def in_seconds(seconds: float) -> str:
    """Return a duration as people read it."""
    return f"{seconds:g} s"
