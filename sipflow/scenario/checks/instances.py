"""Checks the instances of a file, and the targets (``to``) that name them."""

from collections import Counter
from itertools import chain

from msgspec import Struct

from sipflow.scenario.checks.codecs import check_codecs
from sipflow.scenario.checks.property import Accepted, check
from sipflow.scenario.model.actions import Place
from sipflow.scenario.model.graph import COORDINATOR, Instance
from sipflow.scenario.model.properties import ON_REFER, OnRefer
from sipflow.scenario.model.signalling import Signalling
from sipflow.scenario.problems import Report
from sipflow.scenario.raw_graph import RawGraph, RawInstance, RawProperty
from sipflow.scenario.values import described, name_trouble
from sipflow.scenario.vocabulary import signalling_properties
from sipflow.sip.uri import is_sip_uri, is_user
from sipflow.text import listed, shown, shown_or_not

# Numbers are short, so any two of them are similar.
_LIKENESS = 0.75


class Directory(Struct, frozen=True):
    """The targets that a scenario's calls can reach.

    numbers: the numbers of instances
    names: the names of instances, with the number of instances that have each
    known: the list of numbers for messages
    """

    numbers: dict[str, None]
    names: Counter[str]
    known: str

    def check(self, target: str, place: Place, report: Report, secret: bool = False) -> None:
        """Report a ``to`` that is not a number, the name of one instance, or a SIP URI."""
        if target in self.numbers or is_sip_uri(target):
            return
        if self.names[target] > 1:
            report.error(
                place,
                "ambiguous-target",
                f"{shown_or_not(target, secret)} is the name of {self.names[target]} instances",
                "call one of them by its number",
            )
        elif target not in self.names:
            self._unknown(target, place, report, secret)

    def _unknown(self, target: str, place: Place, report: Report, secret: bool) -> None:
        known_texts = chain(self.names, self.numbers)
        near = None
        if not secret:
            near = report.near(target, known_texts, _LIKENESS) or _uri_meant(target)
        known = f"the numbers of the scenario are {self.known or 'missing'}"
        report.error(
            place,
            "unknown-target",
            f"{shown_or_not(target, secret)} is no number or name of the scenario and no SIP URI",
            f"did you mean {shown(near)}? {known}" if near else known,
        )


def _uri_meant(target: str) -> str | None:
    """Return the SIP URI that a text is most likely meant to be, or None."""
    bare = target.strip("<> ")
    scheme, _, rest = bare.partition(":")
    if scheme.lower() == "tel":
        return f"sip:{rest}@HOST"
    if "@" not in bare and "." not in bare:
        return None
    candidates = (bare, f"{scheme.lower()}:{rest}", f"sip:{bare}")
    return next((one for one in candidates if is_sip_uri(one)), None)


def check_instances(raw: RawGraph, report: Report) -> tuple[Instance, ...]:
    """Return the instances, without their nodes; valid only if no error is reported."""
    declared = [instance for instance in raw.instances if instance.declared]
    taken: dict[str, RawInstance] = {}
    found = []
    for instance in declared:
        _check_id(instance, report)
        number = _number(instance, raw, taken, report)
        found.append(
            Instance(
                id=instance.id,
                name=instance.name or number,
                number=number,
                place=instance.place,
                on_refer=_on_refer(instance, report),
                signalling=_signalling(instance, report),
                codecs=check_codecs(instance.codecs, report),
            )
        )
    return tuple(found)


def directory(raw: RawGraph) -> Directory:
    """Return the numbers and names of instances as targets, including invalid instances.

    A number without quotes is reported at the instance; a call to it is not an error.
    """
    written = [(instance, instance.number) for instance in raw.instances]
    numbers = [str(number.value) for _, number in written if number is not None]
    secrets = {str(one.value) for _, one in written if one is not None and one.secret}
    names = [
        instance.name or (str(number.value) if number is not None else instance.id)
        for instance, number in written
    ]
    known = listed([shown_or_not(one, one in secrets) for one in dict.fromkeys(numbers)], "and")
    return Directory(dict.fromkeys(numbers), Counter(names), known)


def _signalling(instance: RawInstance, report: Report) -> Signalling:
    fields: dict[str, object] = {}
    for one in instance.properties:
        result = check(signalling_properties()[one.name], one.value)
        if isinstance(result, Accepted):
            fields[one.name] = result.value
        else:
            report.error(
                one.place, result.code, f"{shown(one.name)} {result.message}", result.right
            )
    taken = Signalling(**fields)  # type: ignore[arg-type]
    if taken.session_expires < taken.min_se:
        report.error(
            instance.place,
            "conflicting-properties",
            f'"session_expires" is {taken.session_expires:g} s, shorter than "min_se"',
            f"give at least {taken.min_se:g} s",
        )
    return taken


def _check_id(instance: RawInstance, report: Report) -> None:
    if instance.id == COORDINATOR:
        report.error(
            instance.place,
            "bad-name",
            f"{shown(COORDINATOR)} is the name of the coordinator in events",
            "give the instance another name",
        )


def _number(
    instance: RawInstance, raw: RawGraph, taken: dict[str, RawInstance], report: Report
) -> str:
    key = "number" if raw.format == "yaml" else "dn"
    number = instance.number
    if number is None:
        report.error(
            instance.place,
            "missing-property",
            f"instance {shown(instance.name or instance.id)} has no {shown(key)}",
            f'give the number at which it is called, for example {key}: "100"',
        )
        return ""
    if not isinstance(number.value, str):
        _not_text(number, report)
    elif not is_user(number.value) or name_trouble(number.value) is not None:
        report.error(
            number.place,
            "bad-value",
            f"{shown_or_not(number.value, number.secret)} cannot be a number: it is to stand "
            "before the @ of a SIP URI",
            'use digits, letters and - _ . ! ~ * \' ( ) & = + $ , ; ? /, for example "100"',
        )
    elif number.value in taken:
        other = taken[number.value]
        report.error(
            number.place,
            "duplicate-number",
            f"the number {shown_or_not(number.value, number.secret)} is taken "
            f"by {shown(other.name or other.id)}",
            "give each instance a number of its own",
        )
    else:
        taken[number.value] = instance
    return str(number.value)


def _on_refer(instance: RawInstance, report: Report) -> OnRefer:
    written = instance.on_refer
    for known in ON_REFER:
        if written is None or written.value == known:
            return known
    assert written is not None
    choices = listed(ON_REFER)
    report.error(
        written.place,
        "wrong-type",
        f"{shown(written.name)} is {described(written.value)}, not {choices}",
        f"write {choices}",
    )
    return ON_REFER[0]


def _not_text(number: RawProperty, report: Report) -> None:
    value = number.value
    plain = isinstance(value, int | float) and not isinstance(value, bool)
    report.error(
        number.place,
        "wrong-type",
        f"{shown(number.name)} is {described(value)}, not a text",
        f"put it in quotes: {shown(str(value))}" if plain else 'give a text, for example "100"',
    )
