"""A real endpoint at a registrar that answers as the test says."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from sipflow.scenario.model.account import Account
from sipflow.worker.ua.commands import AddBinding, RemoveBinding
from sipflow.worker.ua.events import RegisterAnswered
from tests.worker.ua.phone import HOST, Phone, free_ports, phones
from tests.worker.ua.registrar import CHALLENGE, Registrar, asked_for

QUIET = 0.3
# How long before its end a registration is refreshed, and the shortest time to a refresh.
REFRESH = 5
REMOVED = RegisterAnswered(200, "OK", removal=True)


@pytest.fixture
def alice() -> Iterator[Phone]:
    with phones(1) as (phone,):
        yield phone


@pytest.fixture
def registrar() -> Iterator[Registrar]:
    with Registrar() as one:
        yield one


def register(phone: Phone, registrar: Registrar, expires: int = 300) -> None:
    """Bring a registration to its confirmation."""
    phone.order(AddBinding(registrar.uri, expires))
    registrar.confirm(registrar.hear(), expires)
    assert phone.hear() == [RegisterAnswered(200, "OK", expires=expires)]


def remove(phone: Phone, registrar: Registrar) -> None:
    """Bring a registration to its end."""
    phone.order(RemoveBinding())
    request = registrar.hear()
    assert asked_for(request) == 0
    registrar.confirm(request, 0)
    assert phone.hear() == [REMOVED]


def test_a_register_names_the_number_at_the_registrar_and_where_it_is(
    alice: Phone, registrar: Registrar
) -> None:
    alice.order(AddBinding(registrar.uri, 300))
    request = registrar.hear()

    assert request.text.startswith(f"REGISTER {registrar.uri} SIP/2.0\r\n")
    assert request.header("To") == f"To: <sip:100@{HOST}>"
    assert request.header("Contact") == f"Contact: <{alice.uri}>"
    assert asked_for(request) == 300
    assert request.header("Authorization") == ""

    registrar.confirm(request, 60)
    (told,) = alice.hear()
    assert told == RegisterAnswered(200, "OK", expires=60)
    assert isinstance(told, RegisterAnswered)
    assert told.delay > 0


def test_what_is_registered_is_removed_and_can_be_registered_again(
    alice: Phone, registrar: Registrar
) -> None:
    register(alice, registrar)
    remove(alice, registrar)
    register(alice, registrar, 60)
    register(alice, registrar, 90)
    remove(alice, registrar)
    assert alice.is_quiet(QUIET)


@pytest.mark.parametrize(("username", "name"), [(None, "100"), ("u", "u")])
def test_a_challenge_is_answered_with_the_credentials(
    alice: Phone, registrar: Registrar, username: str | None, name: str
) -> None:
    account = Account(registrar=registrar.uri, username=username, password="secret")
    alice.assign(replace(alice.plan, account=account))
    alice.order(AddBinding(registrar.uri, 300))
    registrar.answer(registrar.hear(), 401, CHALLENGE)
    request = registrar.hear()

    assert f'username="{name}", realm="home", nonce="n1"' in request.header("Authorization")
    registrar.confirm(request, 300)
    assert alice.hear() == [RegisterAnswered(200, "OK", expires=300)]


@pytest.mark.parametrize(
    ("realm", "fault"),
    [
        ("*", "user name or password not accepted in the realm home"),
        (
            "elsewhere",
            "the challenge is for the realm home, the credentials are for elsewhere",
        ),
    ],
)
def test_credentials_that_are_wrong_or_of_another_realm_end_it_with_401(
    alice: Phone, registrar: Registrar, realm: str, fault: str
) -> None:
    account = Account(registrar=registrar.uri, password="wrong", realm=realm)
    alice.assign(replace(alice.plan, account=account))
    alice.order(AddBinding(registrar.uri, 300))
    registrar.answer(registrar.hear(), 401, CHALLENGE)
    if realm == "*":
        registrar.answer(registrar.hear(), 401, CHALLENGE)

    assert alice.hear() == [RegisterAnswered(401, "Unauthorized", fault=fault)]


def test_a_refusal_is_told_with_its_code_and_nothing_tried_again(
    alice: Phone, registrar: Registrar
) -> None:
    alice.order(AddBinding(registrar.uri, 300))
    registrar.answer(registrar.hear(), 403)

    assert alice.hear() == [RegisterAnswered(403, "Forbidden")]
    register(alice, registrar)


def test_a_registrar_that_wants_a_longer_time_is_asked_for_that(
    alice: Phone, registrar: Registrar
) -> None:
    alice.order(AddBinding(registrar.uri, 10))
    registrar.answer(registrar.hear(), 423, "Min-Expires: 60")
    request = registrar.hear()

    assert asked_for(request) == 60
    registrar.confirm(request, 60)
    assert alice.hear() == [RegisterAnswered(200, "OK", expires=60)]


def test_one_that_does_not_say_how_long_ends_it_with_423(
    alice: Phone, registrar: Registrar
) -> None:
    alice.order(AddBinding(registrar.uri, 10))
    registrar.answer(registrar.hear(), 423)
    registrar.answer(registrar.hear(), 423)  # for an hour, which is the stack's own idea

    assert alice.hear() == [RegisterAnswered(423, "Interval Too Brief")]


def test_what_nobody_answers_is_given_up_for_the_next_one(
    alice: Phone, registrar: Registrar
) -> None:
    with Registrar() as silent:
        alice.order(AddBinding(silent.uri, 300))
        first = silent.hear()
        register(alice, registrar)

        alice.order(AddBinding(registrar.uri, 300))
        registrar.hear()
        register(alice, registrar)

        silent.confirm(first, 300)
        assert alice.is_quiet(QUIET)
        remove(alice, registrar)


def test_where_nobody_listens_by_tcp_it_is_told_at_once(alice: Phone) -> None:
    alice.assign(replace(alice.plan, tcp=True))
    alice.order(AddBinding(f"sip:{HOST}:{next(free_ports())};transport=tcp", 300))

    (told,) = alice.hear()
    assert isinstance(told, RegisterAnswered)
    assert (told.code, told.accepted) == (None, False)


def test_the_next_run_finds_nothing_registered_and_is_told_nothing(
    alice: Phone, registrar: Registrar
) -> None:
    register(alice, registrar)

    alice.take_number("700")

    request = registrar.hear()
    assert (asked_for(request), request.header("Contact")) == (
        0,
        "Contact: <" + of_number("100", alice),
    )
    registrar.confirm(request, 0)
    assert alice.is_quiet(QUIET)
    register(alice, registrar)
    remove(alice, registrar)


def of_number(number: str, phone: Phone) -> str:
    return f"sip:{number}@{phone.plan.host}:{phone.plan.port}>"


def test_the_next_run_is_told_nothing_of_a_register_without_an_answer(
    alice: Phone, registrar: Registrar
) -> None:
    alice.order(AddBinding(registrar.uri, 300))
    request = registrar.hear()

    alice.take_number("700")

    registrar.confirm(request, 300)
    assert alice.is_quiet(QUIET)
    register(alice, registrar)


def test_a_removal_waits_for_the_answer_to_a_refresh(alice: Phone, registrar: Registrar) -> None:
    register(alice, registrar, REFRESH + 1)
    refresh = registrar.hear()
    alice.order(RemoveBinding())
    assert alice.is_quiet(QUIET)

    registrar.confirm(refresh, 60)

    assert alice.hear() == [RegisterAnswered(200, "OK", expires=60, ordered=False)]
    request = registrar.hear()
    assert asked_for(request) == 0
    registrar.confirm(request, 0)
    assert alice.hear() == [REMOVED]


@pytest.mark.parametrize("restored", [True, False])
def test_what_could_not_be_refreshed_is_made_once_more_to_be_removed(
    alice: Phone, registrar: Registrar, restored: bool
) -> None:
    register(alice, registrar, REFRESH + 1)
    registrar.answer(registrar.hear(), 403)
    assert alice.hear() == [RegisterAnswered(403, "Forbidden", ordered=False)]

    alice.order(RemoveBinding())
    request = registrar.hear()
    assert asked_for(request) == REFRESH + 1
    if restored:
        registrar.confirm(request, REFRESH + 1)
        removal = registrar.hear()
        assert asked_for(removal) == 0
        registrar.confirm(removal, 0)
        assert alice.hear() == [REMOVED]
    else:
        registrar.answer(request, 403)
        assert alice.hear() == [RegisterAnswered(403, "Forbidden", removal=True)]


def test_a_removal_of_nothing_is_told_to_be_impossible(alice: Phone) -> None:
    alice.order(RemoveBinding())

    (told,) = alice.hear()
    assert isinstance(told, RegisterAnswered)
    assert (told.code, told.removal, told.accepted) == (None, True, False)


@pytest.mark.parametrize(
    ("headers", "fault"),
    [
        (["Expires: 0"], "the 2xx lists no Contact: nothing is registered"),
        (["Expires: 60"], "the 2xx lists no Contact: nothing is registered"),
        (["Contact: <OWN>;expires=0"], "the 2xx lists the Contact with expires=0"),
        (
            ["Contact: <sip:900@127.0.0.1:5099>;expires=60", "Expires: 60"],
            "the 2xx does not list the Contact OWN, but sip:900@127.0.0.1:5099",
        ),
    ],
)
def test_a_2xx_that_does_not_list_our_contact_registers_nothing(
    alice: Phone, registrar: Registrar, headers: list[str], fault: str
) -> None:
    alice.order(AddBinding(registrar.uri, 60))
    registrar.answer(registrar.hear(), 200, *(one.replace("OWN", alice.uri) for one in headers))

    (told,) = alice.hear()
    assert told == RegisterAnswered(200, "OK", fault=fault.replace("OWN", alice.uri))
    assert isinstance(told, RegisterAnswered)
    assert not told.accepted


def test_a_removal_that_leaves_our_contact_is_none(alice: Phone, registrar: Registrar) -> None:
    register(alice, registrar)
    alice.order(RemoveBinding())
    registrar.answer(registrar.hear(), 200, f"Contact: <{alice.uri}>;expires=55")

    (told,) = alice.hear()
    fault = "the 2xx still lists the Contact for 55 s"
    assert told == RegisterAnswered(200, "OK", removal=True, expires=55, fault=fault)
    assert isinstance(told, RegisterAnswered)
    assert not told.accepted
