"""What a registrar's answer says of one Contact, and what of a challenge."""

import pytest

from sipflow.sip.binding import challenge_fault, granted, left

OWN = "sip:100@127.0.0.1:5060"
FOREIGN = "sip:other@192.0.2.1"


def answer(*headers: str) -> str:
    """Return a 200 with headers."""
    return "\r\n".join(("SIP/2.0 200 OK", *headers, "", ""))


@pytest.mark.parametrize(
    ("headers", "outcome"),
    [
        ([f"Contact: <{OWN}>;expires=30"], (30, "")),
        ([f"m: <{OWN};ob>;q=1;expires=30"], (30, "")),
        (["Contact: <sip:100@127.0.0.1>;expires=30"], (30, "")),
        ([f"Contact: <{FOREIGN}>;expires=9, <{OWN}>;expires=30"], (30, "")),
        ([f"Contact: <{FOREIGN}>;expires=9", f"Contact: {OWN};expires=30"], (30, "")),
        ([f"Contact: <{OWN}>"], (60, "")),
        ([f"Contact: <{OWN}>;expires=soon"], (60, "")),
        ([f"Contact: <{OWN}>;expires=0"], (0, "the 2xx lists the Contact with expires=0")),
        ([], (0, "the 2xx lists no Contact: nothing is registered")),
        (["Expires: 60"], (0, "the 2xx lists no Contact: nothing is registered")),
        (
            [f"Contact: <{FOREIGN}>;expires=60"],
            (0, f"the 2xx does not list the Contact {OWN}, but {FOREIGN}"),
        ),
        (
            ["Contact: <sip:100@127.0.0.1:5062>;expires=60"],
            (0, f"the 2xx does not list the Contact {OWN}, but sip:100@127.0.0.1:5062"),
        ),
    ],
)
def test_only_the_own_contact_registers_anything(
    headers: list[str], outcome: tuple[int, str]
) -> None:
    assert granted(answer(*headers), OWN, 60) == outcome


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ([], 0),
        ([f"Contact: <{OWN}>"], 0),
        ([f"Contact: <{OWN}>;expires=0"], 0),
        ([f"Contact: <{FOREIGN}>;expires=60"], 0),
        ([f"Contact: <{OWN}>;expires=60"], 60),
    ],
)
def test_a_removal_leaves_what_the_answer_still_lists(headers: list[str], seconds: int) -> None:
    assert left(answer(*headers), OWN) == seconds


@pytest.mark.parametrize(
    ("status", "challenge", "fault"),
    [
        (0, 'Digest realm="home"', ""),
        (171_100, 'Digest realm="home"', "user name or password not accepted in the realm home"),
        (
            171_101,
            'Digest nonce="1", realm="home"',
            "the challenge is for the realm home, the credentials are for other",
        ),
        (
            171_102,
            'Digest realm="home", algorithm=MD5-sess',
            "the challenge wants the algorithm MD5-sess with qop none; "
            "this user agent has MD5 and SHA-256, with qop auth or none",
        ),
        (
            171_103,
            'Digest realm="home", qop="auth-int"',
            "the challenge wants the algorithm MD5 with qop auth-int; "
            "this user agent has MD5 and SHA-256, with qop auth or none",
        ),
        (171_111, "", "every nonce is stale at once"),
        (171_114, "", "no challenge is understood"),
    ],
)
def test_a_challenge_that_was_not_met_says_why(status: int, challenge: str, fault: str) -> None:
    headers = [f"WWW-Authenticate: {challenge}"] if challenge else []
    assert challenge_fault(status, answer(*headers), "other") == fault
