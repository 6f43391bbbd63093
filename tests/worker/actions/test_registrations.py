"""Register, Unregister and REGISTERED: tables of what they do and what decides them."""

import pytest

from sipflow.scenario.model.account import Account
from sipflow.scenario.model.actions import Register, Registered, Unregister
from sipflow.worker.actions import Failed, Outcome, Step, Succeeded, begin, expire, observe
from sipflow.worker.actions.step import NOTHING_YET
from sipflow.worker.legs.legs import Legs
from sipflow.worker.legs.registration import Registration
from sipflow.worker.ua.commands import AddBinding, RemoveBinding
from sipflow.worker.ua.events import RegisterAnswered
from tests.worker.plans import PEERS
from tests.worker.registering import (
    ACCOUNT,
    AT,
    CONFIRMED,
    ELSEWHERE,
    FOR_NO_TIME,
    FORBIDDEN,
    KEPT,
    LAPSED,
    REFRESHED,
    REMOVED,
    UNANSWERED,
    UNSENT,
    asked,
)

NOTHING = Succeeded("begin", "there was no registration to remove")


def legs(registration: Registration | None = None) -> Legs:
    """Return legs of an instance with an account."""
    made = Legs()
    made.registration = registration or Registration(ACCOUNT)
    return made


def test_register_asks_the_registrar_of_the_instance_or_another_one() -> None:
    step = begin(Register(), legs(), PEERS)
    assert step == Step(orders=(AddBinding(AT, 300),), log=f"REGISTER to {AT} for 300 s")

    step = begin(Register(registrar=ELSEWHERE, expires=60.0), legs(), PEERS)
    assert step.orders == (AddBinding(ELSEWHERE, 60),)


def test_register_without_a_registrar_fails() -> None:
    step = begin(Register(), legs(Registration(Account())), PEERS)

    message = "there is no registrar: set one at the node or the instance"
    assert step == Step(Failed("begin", message))


def test_an_instance_is_registered_at_one_registrar_at_a_time() -> None:
    step = begin(Register(registrar=ELSEWHERE), legs(asked(CONFIRMED)), PEERS)
    message = f"the instance is registered at {AT}: use Unregister first"
    assert step == Step(Failed("begin", message))

    again = begin(Register(), legs(asked(CONFIRMED)), PEERS)
    assert again.orders == (AddBinding(AT, 300),)


@pytest.mark.parametrize(
    ("action", "given_up", "orders"),
    [
        (Register(), False, ()),
        (Register(), True, (AddBinding(AT, 300),)),
        (Register(expires=60.0), False, (AddBinding(AT, 60),)),
        (Register(registrar=ELSEWHERE), True, (AddBinding(ELSEWHERE, 300),)),
    ],
)
def test_register_joins_the_one_that_is_on_its_way_unless_it_is_given_up_or_another(
    action: Register, given_up: bool, orders: tuple[AddBinding, ...]
) -> None:
    pending = legs(asked())
    pending.registration.given_up = given_up

    assert begin(action, pending, PEERS).orders == orders


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (None, None),
        (CONFIRMED, Succeeded("200 received after 3.4 ms")),
        (FORBIDDEN, Failed("403 received", "Forbidden", 403)),
        (UNSENT, Failed("refused", "no such host")),
        (UNANSWERED, Failed("time limit", "no answer")),
        (FOR_NO_TIME, Failed("200 received", "the registrar granted 0 s", 200)),
        (REFRESHED, None),
    ],
)
def test_register_ends_with_its_final_answer(
    answer: RegisterAnswered | None, outcome: Outcome | None
) -> None:
    asking = legs()
    begin(Register(), asking, PEERS)
    if answer is not None:
        asking.apply(answer)

    assert observe(Register(), asking).outcome == outcome


def test_unregister_removes_what_is_registered() -> None:
    registered = legs(asked(CONFIRMED))

    step = begin(Unregister(), registered, PEERS)
    assert step == Step(orders=(RemoveBinding(),), log=f"REGISTER to {AT}, Expires 0")
    assert observe(Unregister(), registered) == NOTHING_YET

    registered.apply(REMOVED)
    assert observe(Unregister(), registered) == Step(Succeeded("200 received after 2.0 ms"))


def test_unregister_fails_with_the_code_of_the_refusal() -> None:
    registered = legs(asked(CONFIRMED))
    begin(Unregister(), registered, PEERS)

    registered.apply(KEPT)

    assert observe(Unregister(), registered) == Step(Failed("403 received", "Forbidden", 403))
    assert begin(Unregister(), registered, PEERS).orders == (RemoveBinding(),)


@pytest.mark.parametrize("answers", [(FORBIDDEN,), (CONFIRMED, REMOVED)])
def test_unregister_without_a_registration_succeeds_with_a_warning(
    answers: tuple[RegisterAnswered, ...],
) -> None:
    assert begin(Unregister(), legs(asked(*answers)), PEERS) == Step(NOTHING)
    assert begin(Unregister(), legs(), PEERS) == Step(NOTHING)


@pytest.mark.parametrize(
    ("answer", "then"),
    [
        (CONFIRMED, Step(orders=(RemoveBinding(),), log=f"REGISTER to {AT}, Expires 0")),
        (FORBIDDEN, Step(NOTHING)),
    ],
)
def test_unregister_waits_for_the_register_that_is_on_its_way(
    answer: RegisterAnswered, then: Step
) -> None:
    pending = legs(asked())
    assert (
        begin(Unregister(), pending, PEERS).log == "waiting for the answer to the REGISTER before"
    )
    assert observe(Unregister(), pending) == NOTHING_YET

    pending.apply(answer)

    assert observe(Unregister(), pending) == then


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ((), None),
        ((CONFIRMED,), Succeeded(f"registered at {AT}")),
        ((CONFIRMED, REMOVED), Succeeded(f"registered at {AT}")),
        ((CONFIRMED, LAPSED), Succeeded(f"registered at {AT}")),
        ((FORBIDDEN,), Failed("403 received", "Forbidden", 403)),
    ],
)
def test_a_wait_takes_what_was_confirmed_and_fails_with_what_was_refused(
    answers: tuple[RegisterAnswered, ...], outcome: Outcome | None
) -> None:
    told = legs(asked(*answers))

    assert begin(Registered(), told, PEERS) == Step(log="waiting for a registration")
    assert observe(Registered(), told).outcome == outcome


def test_a_confirmation_satisfies_one_wait_and_a_refresh_another() -> None:
    told = legs(asked(CONFIRMED))
    observe(Registered(), told)
    assert observe(Registered(), told) == NOTHING_YET

    told.apply(REFRESHED)
    assert observe(Registered(), told).outcome == Succeeded(f"registered at {AT}")

    told.apply(LAPSED)
    lost = Failed("408 received", "Request Timeout", 408)
    assert observe(Registered(), told).outcome == lost


def test_a_wait_for_what_nobody_has_begun_fails_at_once() -> None:
    outcome = Failed("no registration", "nothing has been registered, or it was removed")

    assert observe(Registered(), legs()).outcome == outcome
    assert observe(Registered(must_not=True), legs()).outcome == Succeeded(
        "no REGISTERED can come any more"
    )


def test_time_limits_end_a_node_and_give_up_its_register() -> None:
    pending = legs(asked())

    waited = expire(Registered(timeout=2.0), pending).outcome
    assert waited == Failed("time limit", "no registration was confirmed within 2 s")
    assert not pending.registration.given_up

    for action in (Register(timeout=2.0), Unregister(timeout=2.0)):
        outcome = expire(action, pending).outcome
        assert outcome == Failed("time limit", "no answer to the REGISTER within 2 s")
    assert pending.registration.given_up


def test_a_2xx_that_registers_nothing_says_why() -> None:
    fault = "the 2xx lists no Contact: nothing is registered"
    waiting = legs(asked())
    waiting.apply(RegisterAnswered(200, "OK", fault=fault))

    assert observe(Register(), waiting).outcome == Failed(
        "200 received", "the registrar granted 0 s", 200, fault
    )
