"""Words that other tools have, and misspelt ones: which word of a scenario is meant."""

import pytest

from sipflow.scenario.other_words import _ELSEWHERE, STEPS, question, word_meant
from sipflow.scenario.problems import Report
from sipflow.scenario.vocabulary import action_types
from tests.scenario.snippets import ALICE_DOES, command, instance, lines, read_json, read_yaml
from tests.scenario.snippets import event as event_node


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("Sleep", "Wait"),
        ("Hangup", "Release"),
        ("HangUp", "Release"),
        ("hang-up", "Release"),
        ("Hang_Up", "Release"),
        ("Bye", "Release"),
        ("BYE", "Release"),
        ("Cancel", "Release"),
        ("Reject", "Response"),
        ("Ring", "Response"),
        ("Accept", "Answer"),
        ("Dial", "MakeCall"),
        ("Invite", "MakeCall"),
        ("Transfer", "BlindTransfer"),
        ("Play", "PlayAudio"),
        ("Record", "RecordAudio"),
        ("Unhold", "Retrieve"),
        ("MakeCal", "MakeCall"),
        ("Anwser", "Answer"),
        ("Loop", "Repeat"),
        ("Repaet", "Repeat"),
        ("gotto", "goto"),
        ("Zzzz", None),
        ("Expect", None),
        ("Assert", None),
        ("Reinvite", None),
    ],
)
def test_the_word_that_is_meant_is_asked_for(word: str, meant: str | None) -> None:
    assert word_meant(word, None, Report()) == meant


@pytest.mark.parametrize(
    ("word", "kind", "meant"),
    [
        ("Sleep", "event", "Wait"),
        ("Sleep", "command", "Wait"),
        ("Loop", "command", None),
        ("INCOMNG", "command", "INCOMING"),
    ],
)
def test_a_drawing_has_no_steps_that_stand_for_others(
    word: str, kind: str, meant: str | None
) -> None:
    assert word_meant(word, kind, Report()) == meant  # type: ignore[arg-type]


def test_every_word_that_is_meant_is_one() -> None:
    assert set(_ELSEWHERE) <= {*action_types(), *STEPS}


@pytest.mark.parametrize(
    ("word", "meant", "asked"),
    [
        ("Hangup", "Release", "did you mean Release?"),
        ("Busy", "Response", "did you mean Response? For example Response: 486"),
        ("INVITE", "MakeCall", "did you mean MakeCall? To wait for one, it is INCOMING"),
        ("Ring", "Response", "did you mean Response? For example Response: 180"),
    ],
)
def test_a_word_that_needs_an_example_has_one(word: str, meant: str, asked: str) -> None:
    assert question(word, meant) == asked


def test_the_problem_of_a_file_asks_for_it() -> None:
    found = lines(read_yaml(ALICE_DOES + "    - Sleep: 5s\n    - Reject: 486\n"))
    assert [line for line in found if "error" in line] == [
        'call.yaml:4:7: error: unknown command or event "Sleep"; did you mean Wait?',
        'call.yaml:5:7: error: unknown command or event "Reject"; '
        "did you mean Response? For example Response: 603",
    ]
    graph = {
        "nodes": [instance(), command(word="Hangup"), event_node(word="Sleep")],
        "edges": [],
    }
    assert [line for line in lines(read_json(graph)) if "error" in line] == [
        'call.json: node a: error: unknown command "Hangup"; did you mean Release?',
        'call.json: node e: error: unknown event "Sleep"; did you mean Wait?',
    ]
