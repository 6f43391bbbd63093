"""A strict parser of a YAML subset: returns a tree of values with their places.

Works on PyYAML's stream of events without recursion; PyYAML's own composer and constructors are
never used on a file, since a deep document crashes the process there. Refused: tags, anchors and
aliases, keys that are not scalars, duplicate keys, several documents, a depth over 64. In plain
scalars only true, false, null, integers and decimal numbers are special, as in JSON: ``on``,
``0123``, ``+1555`` and ``5060:30`` are texts, since in a file about telephones they are meant so.
"""

import re
from collections.abc import Iterable

import yaml

from sipflow.scenario.model.actions import Place
from sipflow.scenario.model.scalar import resolve
from sipflow.scenario.problems import Report
from sipflow.scenario.yaml.mistakes import mistake_in
from sipflow.scenario.yaml.tree import Key, Mapping, Scalar, Sequence, Value
from sipflow.text import shown

DEEPEST = 64
LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# The characters outside YAML 1.2 §5.1, and the byte order mark.
_NOT_YAML = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class _Refused(Exception):
    """The document is invalid, and cannot be read any further."""

    def __init__(self, message: str, right: str) -> None:
        super().__init__(message)
        self.message = message
        self.right = right


class _Open:
    """A list or mapping whose end has not been read yet."""

    def __init__(self, place: Place, is_mapping: bool) -> None:
        self.place = place
        self.is_mapping = is_mapping
        self.items: list[Value] = []
        self.pairs: dict[str, tuple[Key, Value]] = {}
        self.key: Key | None = None
        self.reported: set[str] = set()

    def closed(self) -> Value:
        """Return the finished value."""
        if self.is_mapping:
            return Mapping(tuple(self.pairs.values()), self.place)
        return Sequence(tuple(self.items), self.place)


def compose(
    text: str, file: str, report: Report, loader: type[yaml.SafeLoader] = LOADER
) -> Value | None:
    """Return the document of a text, or None if it is invalid, which is reported."""
    composer = _Composer(file, report)
    foreign = _NOT_YAML.search(text)
    if foreign is not None:
        line = text.count("\n", 0, foreign.start()) + 1
        column = foreign.start() - text.rfind("\n", 0, foreign.start())
        report.error(
            Place(file=file, line=line, column=column),
            "bad-syntax",
            f"the character {shown(foreign[0])} cannot stand in a file",
            "take it out; in double quotes it may be written as here",
        )
        return None
    try:
        return composer.document(yaml.parse(text, Loader=loader))
    except _Refused as refused:
        report.error(composer.place, "bad-syntax", refused.message, refused.right)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = composer.at(mark)
        mistake = mistake_in(text, (place.line or 1) - 1)
        if mistake is not None:
            place = Place(file=file, line=place.line, column=mistake.column)
            report.error(place, "bad-syntax", mistake.message, mistake.right)
        else:
            right = "check indentation, colons and quotes here"
            report.error(place, "bad-syntax", f"this is not YAML: {error.problem}", right)
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        # Raised only by PyYAML's parser in Python: an escape beyond Unicode.
        what = shown(str(error).partition("\n")[0])
        report.error(
            composer.place, "bad-syntax", f"this is not YAML: {what}", "correct the text after this"
        )
    return None


class _Composer:
    def __init__(self, file: str, report: Report) -> None:
        self._file = file
        self._report = report
        self._open: list[_Open] = []
        self._root: Value | None = None
        self._documents = 0
        self.place = Place(file=file, line=1, column=1)

    def at(self, mark: "yaml.Mark | yaml._yaml.Mark | None") -> Place:
        if mark is None:
            return self.place
        return Place(file=self._file, line=mark.line + 1, column=mark.column + 1)

    def document(self, events: Iterable[yaml.Event]) -> Value | None:
        for event in events:
            self.place = self.at(event.start_mark)
            self._take(event)
        if self._root is None:
            self._report.error(
                self.place,
                "no-scenario",
                "the file is empty",
                "write a scenario with instances and flow",
            )
        return self._root

    def _take(self, event: yaml.Event) -> None:
        match event:
            case yaml.DocumentStartEvent():
                self._begin_document(event)
            case yaml.AliasEvent():
                _refuse_alias()
            case yaml.ScalarEvent():
                self._check_node(event)
                self._scalar(event)
            case yaml.CollectionStartEvent():
                self._check_node(event)
                self._begin(event)
            case yaml.CollectionEndEvent():
                self._put(self._open.pop().closed())
            case _:
                pass

    def _begin_document(self, event: yaml.Event) -> None:
        self._documents += 1
        if self._documents > 1:
            raise _Refused(
                "a second document begins here",
                "keep one scenario in a file",
            )

    def _check_node(self, event: yaml.NodeEvent) -> None:
        if event.anchor is not None:
            _refuse_alias()
        if getattr(event, "tag", None) is not None:
            raise _Refused(
                "tags (!) are not used in scenarios",
                "write the plain value; a text goes in quotes",
            )

    def _begin(self, event: yaml.Event) -> None:
        if self._awaits_key():
            raise _Refused("a list or mapping cannot be a key", "give a text as the key")
        if len(self._open) >= DEEPEST:
            raise _Refused(
                f"this is more than {DEEPEST} levels deep",
                "join branches with goto instead of nesting them",
            )
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        self._open.append(_Open(self.place, is_mapping))

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        if self._awaits_key():
            self._key(Key(event.value, self.place))
        else:
            plain = event.implicit[0]
            self._put(Scalar(resolve(event.value) if plain else event.value, self.place))

    def _awaits_key(self) -> bool:
        return bool(self._open) and self._open[-1].is_mapping and self._open[-1].key is None

    def _key(self, key: Key) -> None:
        top = self._open[-1]
        top.key = key
        if key.text in top.pairs and key.text not in top.reported:
            top.reported.add(key.text)
            first = top.pairs[key.text][0].place
            self._report.error(
                key.place,
                "duplicate-key",
                f"the key {shown(key.text)} is given a second time; the first is in line "
                f"{first.line}",
                "keep one of them",
            )

    def _put(self, value: Value) -> None:
        if not self._open:
            self._root = value
            return
        top = self._open[-1]
        if top.key is None:
            top.items.append(value)
        else:
            top.pairs.setdefault(top.key.text, (top.key, value))
            top.key = None


def _refuse_alias() -> None:
    raise _Refused(
        "anchors (&) and aliases (*) are not used in scenarios",
        "write it out; a text that begins with & or * goes in quotes",
    )
