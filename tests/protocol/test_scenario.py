"""The vocabulary's types: each word is its type's tag, and a place reads as people write it."""

import pytest

from sipflow.protocol.scenario import COMMANDS, EVENTS, Answer, Incoming, Place, Timeout, word


def test_every_word_is_there_once() -> None:
    words = [word(kind) for kind in COMMANDS + EVENTS]
    assert words == [
        "MakeCall",
        "Answer",
        "Response",
        "Release",
        "INCOMING",
        "RINGING",
        "CONNECTED",
        "DISCONNECTED",
        "TIMEOUT",
    ]


def test_an_action_has_the_word_of_its_type() -> None:
    assert word(Answer()) == word(Answer) == "Answer"
    assert word(Incoming()) == "INCOMING"
    assert word(Timeout(timeout=1.0)) == "TIMEOUT"


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (Place(file="a.yaml", line=3, column=7), "a.yaml:3:7"),
        (Place(file="a.json", node="n1"), "a.json: node n1"),
        (Place(file="a.yaml"), "a.yaml"),
    ],
)
def test_a_place_reads_as_people_write_it(place: Place, text: str) -> None:
    assert str(place) == text
