"""How an instance stands with its registrar: a table of what was answered, and what it tells."""

import pytest

from sipflow.scenario.model.account import Account
from sipflow.worker.legs.registration import Registration, RegistrationState
from sipflow.worker.ua.commands import AddBinding, RemoveBinding
from sipflow.worker.ua.events import RegisterAnswered
from tests.worker.registering import (
    ACCOUNT,
    AT,
    CONFIRMED,
    FOR_NO_TIME,
    FORBIDDEN,
    HOME,
    KEPT,
    LAPSED,
    REFRESHED,
    REMOVED,
    UNSENT,
    asked,
)


@pytest.mark.parametrize(
    ("answers", "state", "bound", "latched"),
    [
        ((), "registering", False, 0),
        ((CONFIRMED,), "registered", True, 1),
        ((CONFIRMED, REFRESHED), "registered", True, 2),
        ((FORBIDDEN,), "refused", False, 0),
        ((UNSENT,), "refused", False, 0),
        ((FOR_NO_TIME,), "refused", False, 0),
        ((CONFIRMED, LAPSED), "refused", True, 1),
        ((CONFIRMED, REMOVED), "none", False, 1),
        ((CONFIRMED, KEPT), "refused", True, 1),
        ((REMOVED, LAPSED), "none", False, 0),
    ],
)
def test_what_is_confirmed_is_there_until_its_end_is_confirmed(
    answers: tuple[RegisterAnswered, ...], state: str, bound: bool, latched: int
) -> None:
    registration = asked(*answers)

    assert (registration.state, registration.bound, registration.latched) == (state, bound, latched)
    assert registration.alive == (bound or state == "registering")


def test_each_confirmation_satisfies_one_wait() -> None:
    registration = asked(CONFIRMED, REFRESHED)

    assert [registration.take() for _ in range(3)] == [True, True, False]


def test_a_registrar_is_the_one_named_or_that_of_the_instance() -> None:
    assert Registration(ACCOUNT).at(None) == AT
    assert Registration(ACCOUNT).at("a.b") == "sip:a.b"
    assert Registration(ACCOUNT, "tcp").at(None) == f"{AT};transport=tcp"
    assert Registration().at(None) is None


def test_it_is_asked_for_whole_seconds() -> None:
    registration = Registration(Account(registrar=HOME, expires=12.5))

    assert (registration.seconds(None), registration.seconds(60.0)) == (13, 60)


def test_what_is_asked_is_an_order_and_pending() -> None:
    registration = Registration(ACCOUNT)
    assert not registration.alive

    assert registration.add(AT, 60) == AddBinding(AT, 60)
    assert registration.pending
    registration.given_up = True
    assert registration.remove() == RemoveBinding()
    assert (registration.pending, registration.given_up) == (True, False)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (CONFIRMED, (f"registration at {AT} for 300 s, after 3.4 ms", "info")),
        (REFRESHED, (f"refreshed registration at {AT} for 300 s, after 0.0 ms", "info")),
        (REMOVED, (f"registration at {AT} removed, after 2.0 ms", "info")),
        (FORBIDDEN, (f"registration at {AT} not made: 403 Forbidden", "warning")),
        (LAPSED, (f"refreshed registration at {AT} not made: 408 Request Timeout", "warning")),
        (KEPT, (f"registration at {AT} not removed: 403 Forbidden", "warning")),
        (UNSENT, (f"registration at {AT} not made: no such host", "warning")),
        (
            FOR_NO_TIME,
            (f"registration at {AT} not made: 200 the registrar granted 0 s", "warning"),
        ),
    ],
)
def test_an_answer_is_told_once_in_words(answer: RegisterAnswered, told: tuple[str, str]) -> None:
    registration = asked(answer)

    assert [registration.describe(news) for news in registration.news()] == [told]
    assert registration.news() == []


def test_a_removal_that_leaves_the_contact_is_told_with_why() -> None:
    registration = Registration(registrar=AT, state=RegistrationState.REMOVING, bound=True)
    fault = "the 2xx still lists the Contact for 55 s"
    answer = RegisterAnswered(200, "OK", removal=True, expires=55, fault=fault)
    registration.apply(answer)

    assert (registration.bound, registration.state) == (True, RegistrationState.REFUSED)
    assert registration.describe(answer) == (
        f"registration at {AT} not removed: 200 still registered ({fault})",
        "warning",
    )
    assert registration.failure().local == fault
