"""Reads one step of a YAML flow: its word, its properties, its id.

The edges between steps are made by ``flow``.
"""

import re

from msgspec.structs import replace

from sipflow.scenario.codes import Code
from sipflow.scenario.model import duration
from sipflow.scenario.model.actions import Action, Place
from sipflow.scenario.other_words import STEPS, question, word_meant
from sipflow.scenario.problems import Report
from sipflow.scenario.raw_graph import RawProperty
from sipflow.scenario.values import described, name_trouble
from sipflow.scenario.vocabulary import action_types, by_name, main_property
from sipflow.scenario.yaml.tree import Key, Mapping, Scalar, Value, raw
from sipflow.text import listed, shown

# A leg's name that can be shown in messages: short, and the same with and without quotes.
_LEG = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,30}")
STEP_KEYS = ("id", "on_failure")
STEP_EXAMPLE = 'write a word, for example - Release, or - MakeCall: {to: "200"}'


def written(key: Key, value: Value) -> RawProperty:
    """Return a pair of the file as a property, with the entries of a mapping."""
    pairs = value.pairs if isinstance(value, Mapping) else ()
    entries = tuple(written(inner, content) for inner, content in pairs)
    return RawProperty(key.text, raw(value), key.place, value.place, entries)


class StepReader:
    """Parses steps and reports misplaced keys in them."""

    def __init__(self, report: Report) -> None:
        self._report = report

    def block_meant(self, step: Mapping) -> Mapping:
        """Return a step with a misspelt goto, Repeat or use corrected."""
        keys = [key for key, _ in step.pairs if key.text not in STEP_KEYS]
        if any(key.text in action_types() or key.text in STEPS for key in keys):
            return step
        for key in keys:
            meant = word_meant(key.text, None, self._report)
            if meant in STEPS:
                self._report.error(
                    key.place,
                    "unknown-word",
                    f"unknown command or event {shown(key.text)}",
                    question(key.text, meant),
                )
                return replace(
                    step,
                    pairs=tuple(
                        (replace(one, text=meant) if one is key else one, value)
                        for one, value in step.pairs
                    ),
                )
        return step

    def word(self, step: Mapping) -> Key | None:
        """Return the key of a step that is its word, and report every misplaced key."""
        candidates = [key for key, _ in step.pairs if key.text not in STEP_KEYS]
        known = [key for key in candidates if key.text in action_types()]
        if not candidates:
            self._no_word(step)
            return None
        meant = [key for key in candidates if self._meant(key)]
        others = [key for key in candidates if self._report.near(key.text, STEP_KEYS) is None]
        word = (known or meant or others or candidates)[0]
        for key in candidates:
            if key is not word:
                self._stray(key, word)
        return word

    def _meant(self, word: Key) -> type[Action] | None:
        """Return the type that an unknown word is most likely meant to be."""
        meant = word_meant(word.text, None, self._report)
        return None if meant is None else action_types().get(meant)

    def _kind(self, word: Key) -> type[Action] | None:
        return action_types().get(word.text) or self._meant(word)

    def _no_word(self, step: Mapping) -> None:
        keys = [key.text for key, _ in step.pairs]
        if not keys:
            self._report.error(step.place, "missing-word", "a step has no word", STEP_EXAMPLE)
            return
        self._report.error(
            step.place,
            "misplaced-key",
            f"{listed([shown(key) for key in keys], 'and')} is a step of its own here, "
            "without a word",
            f"if it belongs to the step above, leave out its dash and begin {shown(keys[0])} in "
            'the column of that step\'s word, which needs a colon then, as in "- Answer:"',
        )

    def _stray(self, key: Key, word: Key) -> None:
        kind = self._kind(word)
        code: Code = "misplaced-key"
        if key.text in action_types():
            message, right = f"a second word, {key.text}, in one step", 'begin it with "- "'
        elif kind is not None and key.text in by_name(kind):
            message = f"{shown(key.text)} stands beside {word.text}"
            right = f"indent it under {word.text}, or write {word.text}: {{{key.text}: …}}"
        else:
            near = self._report.near(key.text, STEP_KEYS)
            code = "unknown-key"
            message = f"a step has no key {shown(key.text)}"
            right = f"did you mean {near}?" if near else "beside its word it has id and on_failure"
        self._report.error(key.place, code, message, right)

    def inside(self, word: Key | None, step: Mapping) -> dict[str, Value]:
        """Return the keys of the step that are misplaced among its word's properties."""
        if word is None:
            return {}
        value = step.get(word.text)
        pairs = value.pairs if isinstance(value, Mapping) else ()
        for key, _ in pairs:
            if key.text == "on_failure":
                self._report.error(
                    key.place,
                    "misplaced-key",
                    f'"on_failure" stands among the properties of {shown(word.text)}',
                    "write it beside the word, as deep as the word itself",
                )
        return {key.text: inner for key, inner in pairs if key.text in STEP_KEYS}

    def properties(self, word: Key | None, step: Mapping) -> tuple[RawProperty, ...] | None:
        if word is None:
            return None
        kind = self._kind(word)
        # Properties misplaced beside the word are reported there, and not as missing.
        own = by_name(kind) if kind is not None else {}
        beside = [(key, value) for key, value in step.pairs if key.text in own]
        inner = self._inner_pairs(word, step.get(word.text))
        if inner is None:
            return None
        return tuple(
            written(key, value) for key, value in inner + beside if key.text not in STEP_KEYS
        )

    def _inner_pairs(self, word: Key, value: Value | None) -> list[tuple[Key, Value]] | None:
        """Return a word's properties, also if its value is the main one alone."""
        if isinstance(value, Mapping):
            return list(value.pairs)
        if value is None or raw(value) is None:
            return []
        kind = self._kind(word)
        if kind is None:
            return None
        main = main_property(kind)
        if isinstance(value, Scalar) and main is not None:
            return [(Key(main.name, value.place), value)]
        self._takes_no_value(word, value)
        return None

    def _takes_no_value(self, word: Key, value: Value) -> None:
        self._report.error(
            value.place,
            "wrong-type",
            f"{shown(word.text)} is followed by {described(raw(value))}, not by its properties",
            f"write {word.text} alone, or {word.text}: {{{self._inside(word, value)}}}",
        )

    def _inside(self, word: Key, value: Value) -> str:
        """Return the properties that the value of a word was probably meant to be."""
        kind = self._kind(word)
        text = raw(value)
        own = by_name(kind) if kind is not None else {}
        if isinstance(text, str) and name_trouble(text) is None:
            if "timeout" in own and isinstance(duration.seconds(text), float):
                return f"timeout: {text}"
            if "leg" in own and _LEG.fullmatch(text) is not None:
                return f"leg: {text}"
        return "…"

    def given_id(self, beside: Value | None, inside: Value | None) -> tuple[str, Place] | None:
        if beside is not None and inside is not None:
            self._report.error(
                inside.place,
                "conflicting-properties",
                "the step has two ids",
                "keep the one beside its word",
            )
        value = beside or inside
        if value is None:
            return None
        text = raw(value)
        trouble = name_trouble(text) if isinstance(text, str) else f"is {described(text)}"
        if trouble is not None or not isinstance(text, str):
            number = isinstance(text, int | float) and not isinstance(text, bool)
            right = f"put it in quotes: {shown(str(text))}" if number else "give a short text"
            self._report.error(value.place, "bad-id", f"a step's id {trouble}", right)
            return None
        return text, value.place
