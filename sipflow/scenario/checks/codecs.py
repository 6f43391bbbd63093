"""An instance's codecs: the names that a file gives, against those that there are."""

from collections.abc import Sequence

from sipflow.scenario.model.actions import Place
from sipflow.scenario.problems import Report
from sipflow.scenario.raw_graph import RawProperty, RawValues
from sipflow.scenario.values import described
from sipflow.sip.codecs import CODECS, DEFAULT_CODECS, encoding, named, names
from sipflow.text import listed, shown

_EXAMPLE = "codecs: [PCMA, PCMU]"


def check_codecs(written: RawValues | None, report: Report) -> tuple[str, ...]:
    """Return the codecs in order of preference; valid only if no error is reported."""
    if written is None:
        return DEFAULT_CODECS
    if written.items is None or not written.items:
        what = "an empty list" if written.items is not None else described(written.value)
        _not_codecs(f"is {what}, not a list of codecs", written.place, report)
        return DEFAULT_CODECS
    return _codecs(written.items, report)


def _codecs(items: Sequence[RawProperty], report: Report) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for item in items:
        name = item.value
        if not isinstance(name, str):
            _not_codecs(f"has {described(name)} in it, not a codec's name", item.place, report)
        elif not named(name):
            _unknown(name, item.place, report)
        else:
            _add(name, item.place, found, report)
    return tuple(found)


def _add(name: str, place: Place, found: dict[str, str], report: Report) -> None:
    for codec in named(name):
        if codec in found:
            other = "" if found[codec] == name else f", as {shown(found[codec])}"
            report.error(
                place,
                "duplicate-value",
                f"the codec {shown(name)} is in the list already{other}",
                "name each codec once",
            )
            return
    found.update(dict.fromkeys(named(name), name))


def _unknown(name: str, place: Place, report: Report) -> None:
    near = report.near(name, names())
    known = f"the codecs are {listed(tuple(dict.fromkeys(map(encoding, CODECS))), 'and')}"
    right = f"did you mean {near}? {known}" if near else known
    report.error(place, "unknown-codec", f"unknown codec {shown(name)}", right)


def _not_codecs(message: str, place: Place, report: Report) -> None:
    report.error(place, "bad-value", f'"codecs" {message}', f"write for example {_EXAMPLE}")
