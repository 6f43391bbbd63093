"""Reads a registrar's response: the state of this instance's own registration. Pure.

The 2xx to a REGISTER lists every registered Contact, with its remaining seconds (RFC 3261 §10.2.4,
§10.3). If a 2xx does not list the instance's own Contact, the instance is not registered.
"""

from sipflow.sip.message import Address, address, parse
from sipflow.sip.uri import DEFAULT_PORT

# The stack's status codes for credentials, besides 401 and 407.
_WRONG_PASSWORD, _NO_CREDENTIALS, _STALE, _NOT_UNDERSTOOD = 171_100, 171_101, 171_111, 171_114
_UNKNOWN_KINDS = (171_102, 171_103, 70_012)
_FAULTS = {_STALE: "every nonce is stale at once", _NOT_UNDERSTOOD: "no challenge is understood"}
_CHALLENGES = ("www-authenticate", "proxy-authenticate")
_LONGEST_LIST = 3


def granted(message: str, own: str, expires: int) -> tuple[int, str]:
    """Return the seconds for which a 2xx registers a Contact, and if 0, the reason.

    own: the Contact's SIP URI
    expires: the value that the stack has read from the message
    """
    contacts = [address(value) for value in parse(message).values("contact")]
    if not contacts:
        return 0, "the 2xx lists no Contact: nothing is registered"
    wanted = _place(address(own))
    for contact in contacts:
        if _place(contact) == wanted:
            seconds = _seconds(contact, expires)
            return seconds, "" if seconds else "the 2xx lists the Contact with expires=0"
    others = ", ".join(contact.uri for contact in contacts[:_LONGEST_LIST])
    return 0, f"the 2xx does not list the Contact {own}, but {others}"


def left(message: str, own: str) -> int:
    """Return the seconds for which the 2xx to a removal still registers a Contact."""
    wanted = _place(address(own))
    contacts = [address(value) for value in parse(message).values("contact")]
    return max((_seconds(one, 0) for one in contacts if _place(one) == wanted), default=0)


def challenge_fault(status: int, message: str, realm: str) -> str:
    """Return why a challenge was not answered, or not accepted; an empty text if unknown.

    status: the status code of the stack
    realm: the realm of the credentials
    """
    values = [value for name in _CHALLENGES for value in parse(message).values(name)]
    challenge = values[0] if values else ""
    asked = _parameter(challenge, "realm")
    if status == _WRONG_PASSWORD:
        return f"user name or password not accepted in the realm {asked}"
    if status == _NO_CREDENTIALS:
        return f"the challenge is for the realm {asked}, the credentials are for {realm}"
    if status in _UNKNOWN_KINDS:
        kind = _parameter(challenge, "algorithm") or "MD5"
        qop = _parameter(challenge, "qop") or "none"
        known = "this user agent has MD5 and SHA-256, with qop auth or none"
        return f"the challenge wants the algorithm {kind} with qop {qop}; {known}"
    return _FAULTS.get(status, "")


def _place(contact: Address) -> tuple[str, str, str]:
    return contact.user, contact.host.casefold(), contact.port or str(DEFAULT_PORT)


def _seconds(contact: Address, unless_said: int) -> int:
    said = contact.parameters.get("expires", "")
    return int(said) if said.isascii() and said.isdecimal() else unless_said


def _parameter(challenge: str, name: str) -> str:
    for piece in challenge.partition(" ")[2].split(","):
        key, _, value = piece.partition("=")
        if key.strip().casefold() == name:
            return value.strip().strip('"')
    return ""
