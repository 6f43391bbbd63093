"""The end of a registration at the clean-up: when it is ordered, when it is over, what is left."""

from sipflow.worker.legs.registration import Registration
from sipflow.worker.session.unregister import SILENCE, Unregistration
from sipflow.worker.ua.commands import RemoveBinding
from tests.worker.registering import AT, CONFIRMED, FORBIDDEN, KEPT, REMOVED, asked


def test_without_a_registration_there_is_nothing_to_do() -> None:
    for registration in (Registration(), asked(FORBIDDEN), asked(CONFIRMED, REMOVED)):
        removal = Unregistration(registration, 0.0)
        assert (removal.advance(), removal.is_settled(0.0), removal.left) == ([], True, ())


def test_what_is_registered_is_removed_once() -> None:
    registration = asked(CONFIRMED)
    removal = Unregistration(registration, 0.0)

    assert removal.advance() == [RemoveBinding()]
    assert removal.advance() == []
    assert not removal.is_settled(10.0)
    assert removal.left == (AT,)

    registration.apply(REMOVED)
    assert (removal.advance(), removal.is_settled(10.0)) == ([], True)
    assert not removal.left


def test_what_the_registrar_refuses_to_remove_is_left() -> None:
    registration = asked(CONFIRMED)
    removal = Unregistration(registration, 0.0)
    removal.advance()

    registration.apply(KEPT)

    assert (removal.advance(), removal.is_settled(0.1), removal.left) == ([], True, (AT,))


def test_a_removal_that_is_on_its_way_is_waited_for_and_ordered_again_if_it_is_refused() -> None:
    registration = asked(CONFIRMED)
    registration.remove()
    removal = Unregistration(registration, 0.0)
    assert (removal.advance(), removal.is_settled(10.0)) == ([], False)

    registration.apply(KEPT)

    assert removal.advance() == [RemoveBinding()]


def test_a_register_that_nobody_answers_is_given_up_after_a_moment() -> None:
    removal = Unregistration(asked(), 5.0)

    assert removal.advance() == []
    assert not removal.is_settled(5.0)
    assert removal.is_settled(5.0 + SILENCE)
    assert removal.left == ()


def test_a_register_that_is_answered_meanwhile_is_removed() -> None:
    registration = asked()
    removal = Unregistration(registration, 0.0)
    removal.advance()

    registration.apply(CONFIRMED)

    assert removal.advance() == [RemoveBinding()]


def test_a_registration_that_is_asked_for_anew_without_an_answer_is_not_given_up() -> None:
    registration = asked(CONFIRMED)
    registration.add(AT, 60)
    removal = Unregistration(registration, 0.0)

    assert not removal.is_settled(10.0)
    assert removal.left == (AT,)
