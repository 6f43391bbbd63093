"""What the tests of registrations tell of a registrar at A, and its answers."""

from sipflow.scenario.model.account import Account
from sipflow.worker.legs.registration import Registration
from sipflow.worker.ua.events import RegisterAnswered

HOME = "127.0.0.1:5080"
AT = f"sip:{HOME}"
ELSEWHERE = "sip:127.0.0.1:5090"
ACCOUNT = Account(registrar=HOME, password="secret")

CONFIRMED = RegisterAnswered(200, "OK", expires=300, delay=0.0034)
REFRESHED = RegisterAnswered(200, "OK", expires=300, ordered=False)
REMOVED = RegisterAnswered(200, "OK", removal=True, delay=0.002)
FORBIDDEN = RegisterAnswered(403, "Forbidden")
LAPSED = RegisterAnswered(408, "Request Timeout", ordered=False)
KEPT = RegisterAnswered(403, "Forbidden", removal=True)
UNSENT = RegisterAnswered(None, "no such host")
UNANSWERED = RegisterAnswered(None, "no answer", timed_out=True)
FOR_NO_TIME = RegisterAnswered(200, "OK", expires=0)


def asked(*answers: RegisterAnswered) -> Registration:
    """Return a registration that was asked for, and the answers to what was asked so far."""
    registration = Registration(ACCOUNT)
    registration.add(AT, 300)
    for answer in answers:
        if answer.removal:
            registration.remove()
        registration.apply(answer)
    return registration
