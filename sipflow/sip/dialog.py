"""The state of a SIP dialog, and which side sent its INVITE. Types only."""

import enum


class DialogState(enum.StrEnum):
    """The states of an INVITE-initiated dialog, as RFC 4235 §3.7.1 names them."""

    TRYING = "trying"
    PROCEEDING = "proceeding"
    EARLY = "early"
    CONFIRMED = "confirmed"
    TERMINATED = "terminated"


class Direction(enum.StrEnum):
    """The direction of a dialog's INVITE, as seen from the instance (RFC 4235 §4.1.1)."""

    INITIATOR = "initiator"
    RECIPIENT = "recipient"
