"""The texts that user agents without SIP hand up where real ones hand up what they received. Pure.

Just enough of a message for what a scenario can look at: its start line, From, To and Contact.
"""


def request(method: str, sender: str, receiver: str) -> str:
    """Return a request from one SIP URI to another."""
    lines = [f"{method} {receiver} SIP/2.0", *_addresses(sender, receiver)]
    return _joined(lines)


def response(code: int, reason: str, sender: str, receiver: str) -> str:
    """Return a response to the sender of a request."""
    return _joined([f"SIP/2.0 {code} {reason}", *_addresses(sender, receiver)])


def _addresses(sender: str, receiver: str) -> list[str]:
    return [f"From: <{sender}>;tag=1", f"To: <{receiver}>", f"Contact: <{sender}>"]


def _joined(lines: list[str]) -> str:
    return "".join(f"{line}\r\n" for line in [*lines, "Content-Length: 0", ""])
