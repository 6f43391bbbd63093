"""Registering and unregistering: Register, Unregister and REGISTERED. Pure.

A REGISTER that an instance sends at its start may be pending when a Register begins: the Register
then waits for its answer, if it would request the same. A REGISTER whose node ran into its time
limit is given up.
"""

from typing import assert_never

from sipflow.scenario.model.actions import Register, Registered, Unregister
from sipflow.scenario.model.causes import TIME_LIMIT
from sipflow.worker.actions.step import NOTHING_YET, Failed, Step, Succeeded, in_seconds
from sipflow.worker.legs.legs import Legs
from sipflow.worker.legs.registration import Registration, RegistrationState, in_milliseconds, why
from sipflow.worker.ua.events import RegisterAnswered

RegistrationAction = Register | Unregister | Registered


def begin(action: RegistrationAction, legs: Legs) -> Step:
    """Start a node: check its preconditions and return its commands."""
    registration = legs.registration
    match action:
        case Register():
            return _begin_register(action, registration)
        case Unregister():
            return _begin_unregister(registration)
        case Registered():
            return Step(log="waiting for a registration")
        case _:
            assert_never(action)


def observe(action: RegistrationAction, legs: Legs) -> Step:
    """Decide a running node by the events so far."""
    registration = legs.registration
    match action:
        case Register():
            answer = registration.answer
            return NOTHING_YET if answer is None else Step(_outcome(answer))
        case Unregister():
            return _observe_unregister(registration)
        case Registered():
            return _observe_wait(registration)
        case _:
            assert_never(action)


def expire(action: RegistrationAction, legs: Legs) -> Step:
    """Return the step of a node whose time limit has passed."""
    limit = in_seconds(action.timeout)
    match action:
        case Register() | Unregister():
            legs.registration.given_up = True
            message = f"no answer to the REGISTER within {limit}"
            return Step(Failed(TIME_LIMIT, message))
        case Registered():
            return Step(Failed(TIME_LIMIT, f"no registration was confirmed within {limit}"))
        case _:
            assert_never(action)


def _begin_register(action: Register, registration: Registration) -> Step:
    registrar = registration.at(action.registrar)
    if registrar is None:
        return Step(Failed("begin", "there is no registrar: set one at the node or the instance"))
    if registration.bound and registrar != registration.registrar:
        where = registration.registrar
        return Step(Failed("begin", f"the instance is registered at {where}: use Unregister first"))
    expires = registration.seconds(action.expires)
    same = (registrar, expires) == (registration.registrar, registration.expires)
    registering = registration.state is RegistrationState.REGISTERING
    if registering and same and not registration.given_up:
        return Step(log=f"a REGISTER is on its way to {registrar}")
    order = registration.add(registrar, expires)
    return Step(orders=(order,), log=f"REGISTER to {registrar} for {expires} s")


def _begin_unregister(registration: Registration) -> Step:
    if not registration.alive:
        return _nothing_to_remove()
    if registration.pending:
        return Step(log="waiting for the answer to the REGISTER before")
    return _remove(registration)


def _observe_unregister(registration: Registration) -> Step:
    answer = registration.answer
    if answer is None:
        return NOTHING_YET
    if answer.removal:
        return Step(_outcome(answer))
    return _remove(registration) if registration.bound else _nothing_to_remove()


def _observe_wait(registration: Registration) -> Step:
    if registration.take():
        return Step(Succeeded(f"registered at {registration.registrar}"))
    answer = registration.answer
    if registration.state is RegistrationState.REFUSED and answer is not None:
        return Step(_outcome(answer))
    if registration.state is RegistrationState.NONE:
        return Step(Failed("no registration", "nothing has been registered, or it was removed"))
    return NOTHING_YET


def _remove(registration: Registration) -> Step:
    where = registration.registrar
    return Step(orders=(registration.remove(),), log=f"REGISTER to {where}, Expires 0")


def _nothing_to_remove() -> Step:
    return Step(Succeeded("begin", "there was no registration to remove"))


def _outcome(answer: RegisterAnswered) -> Succeeded | Failed:
    if answer.accepted:
        return Succeeded(f"{answer.code} received after {in_milliseconds(answer.delay)}")
    if answer.code is None:
        return Failed(TIME_LIMIT if answer.timed_out else "refused", answer.reason)
    local = answer.fault or None
    return Failed(f"{answer.code} received", why(answer), answer.code, local)
