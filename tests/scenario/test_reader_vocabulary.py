"""Files made of the right words in random places: whatever is accepted is a sound graph."""

import json
from time import process_time

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sipflow.scenario.checks.cycles import cycles
from sipflow.scenario.problems import Reading
from sipflow.scenario.reader import read_text
from sipflow.scenario.schema import json_schema
from sipflow.scenario.vocabulary import action_types, all_names
from tests.extent import examples
from tests.scenario.snippets import command, edge, event, instance

FILES = examples(200, 1_500)
VALIDATOR = jsonschema.Draft202012Validator(json_schema())

WORDS = st.sampled_from([*action_types(), "Relaese"])
NAMES = st.sampled_from(["alice", "bob", "x"])
IDS = st.sampled_from(["alice-1", "alice-2", "bob-1", "a", "b", "c", "alice"])
GOOD: dict[str, list[object]] = {
    "to": ["200", "alice", "sip:x@127.0.0.1", "300", "${callee}", "${calee}", "$${x", "${run}"],
    "targetUri": ["100"],
    "timeout": ["5s", 500, "5", -1, "${limit}", "${flag}", "${run}"],
    "until": ["ringing", "never"],
    "ring": [True, "no", "${flag}"],
    "code": [486, 200, "486", "${code}", "${callee}", "${instance.bob.port}"],
    "statusCode": [503],
    "reason": ["Gone", "a\nb", None],
    "leg": ["x", ""],
    "callId": ["x", 5],
    "file": ["greeting.wav", ""],
    "filePath": ["../x.wav"],
    "loop": [True],
    "background": [False, "yes"],
    "duration": ["3s", "1ms"],
    "what": ["playing", "music"],
    "digits": ["12*#", "x"],
    "interval": ["250ms", "1m"],
    "intervalMs": [150],
    "method": ["info", "smoke"],
    "digit": ["9", "99"],
    "expectedDigit": ["#", 9],
    "inband": [True, "yes"],
    "pattern": ["[0-9]{4}#", "h.*o", "("],
    "user": ["300", "a b", None],
    "targetUser": ["x"],
    "host": ["127.0.0.1:5064", "", "a b"],
    "targetHost": ["example.org", None],
    "expect": ["accepted", "soon", 486, "${code}", 100],
    "primary": ["x", None],
    "primaryCallId": ["call-1"],
    "consult": ["y", ""],
    "consultCallId": ["x"],
    "body": ["hello", ""],
    "text": ["hello\nthere", 5],
    "contains": ["ell"],
    "sender": ["200", "alice", "nobody"],
    "from": ["bob", "sip:x@y"],
    "content_type": ["text/plain", "text"],
    "contentType": ["application/json"],
    "contact": ["bob", "300"],
    "offer": ["late", "soon"],
    "follow": [True, "yes"],
    "media": [True, False, 1],
    "headers": [{"X-A": "b"}, {"Via": "x"}, {"X-A": "b\nc"}, {"X A": "b"}, {}, "x"],
    "window": ["2s", -1],
    "min_packets": [50, 0.5],
    "minPackets": [0],
    "max_loss": [1, 0.5, 101],
    "maxLoss": [0],
    "max_jitter": ["20ms", "20"],
    "maxJitter": [20],
    "min_mos": [4, 3.5, 5],
    "minMos": [1],
    "codec": ["PCMU", 8],
    "direction": ["sendrecv", "both"],
    "sound": [False, "no"],
    "tone": [1000, 440.5, 0],
    "tolerance": [10, "10"],
    "percent": [10, 101, 0.5],
    "registrar": ["127.0.0.1:5080", "sip:a.b;transport=tcp", "a:0", "sip:u@a", "", "${callee}"],
    "expires": ["60s", "0s", "${limit}"],
    "must_not": [True, False, "${flag}", 1],
    "check": [{"code": "== 180", "header.X": "present"}, {"code": "180"}, {"x": 1}, {}, 5],
    "capture": [{"who": "header.From.user"}, {"callee": "code"}, {"x": "y"}, []],
}
PROPERTIES = st.lists(
    st.sampled_from([(name, value) for name in sorted(all_names()) for value in GOOD[name]]),
    max_size=3,
).map(dict)


def steps(depth: int) -> st.SearchStrategy[object]:
    """Return lists of steps, with failure branches so many levels deep."""
    values = st.none() | PROPERTIES | st.sampled_from(["200", 486, "1s"])
    beside = {"id": IDS}
    branches = {"on_failure": steps(depth - 1)} if depth else {}
    step = st.builds(
        lambda word, value, more: {word: value, **more},
        WORDS,
        values,
        st.fixed_dictionaries({}, optional={**beside, **branches}),
    )
    goto = st.builds(lambda target: {"goto": target}, IDS)
    if not depth:
        return st.lists(WORDS | step | step | goto, max_size=4)
    repeat = st.builds(
        lambda times, inner, more: {"Repeat": times, "steps": inner, **more},
        st.sampled_from([1, 2, 3, "${code}", 0, {"times": 2}]),
        steps(depth - 1),
        st.fixed_dictionaries({}, optional={**beside, **branches}),
    )
    return st.lists(WORDS | step | step | goto | repeat, max_size=4)


ACCOUNTS: list[dict[str, object]] = [
    {},
    {"registrar": "a.b:5080", "register": True},
    {"registrar": "${callee}", "password": "${callee}", "expires": "${limit}", "realm": "x"},
    {"registrar": "a b"},
    {"registrar": "a", "password": 4711, "username": 'x"y'},
]
BOBS = st.sampled_from([{"number": "200", **account} for account in ACCOUNTS])
WRITTEN = st.fixed_dictionaries(
    {
        "instances": st.builds(lambda bob: {"alice": {"number": "100"}, "bob": bob}, BOBS),
        "flow": st.dictionaries(NAMES, steps(2), max_size=3),
    },
    optional={
        "variables": st.just(
            {"callee": "bob", "limit": "5s", "code": 486, "flag": False, "more": "${limit}"}
        )
    },
)
NODE_IDS = st.sampled_from(["a", "b", "c", "d", "i", "j"])
DRAWN = st.fixed_dictionaries(
    {
        "nodes": st.lists(
            st.builds(lambda id, word, data: command(id, word, **data), NODE_IDS, WORDS, PROPERTIES)
            | st.builds(lambda id, word, data: event(id, word, **data), NODE_IDS, WORDS, PROPERTIES)
            | st.builds(lambda id, owner: event(id, sipInstanceId=owner), NODE_IDS, NODE_IDS),
            max_size=5,
        ).map(lambda nodes: [instance("i"), instance("j", label="B", dn="200"), *nodes]),
        "edges": st.lists(
            st.builds(
                lambda source, target, branch: edge(source, target, sourceHandle=branch),
                NODE_IDS,
                NODE_IDS,
                st.sampled_from(["success", "failure"]),
            ),
            max_size=6,
        ),
    }
)


def assert_sound(reading: Reading) -> None:
    """Require problems with places, or a scenario as its type says: checked, without a cycle."""
    errors = [problem for problem in reading.problems if problem.severity == "error"]
    assert (reading.scenario is None) == bool(errors)
    assert len({str(problem) for problem in reading.problems}) == len(reading.problems)
    for problem in reading.problems:
        assert problem.place.file
        assert problem.message
        assert problem.right
        assert "\n" not in str(problem)
    for one in reading.scenario.instances if reading.scenario is not None else ():
        following = {
            node.id: [target for target in (node.success, node.failure) if target is not None]
            for node in one.nodes
        }
        assert len(following) == len(one.nodes)
        assert set(one.starts) <= set(following)
        assert {target for targets in following.values() for target in targets} <= set(following)
        assert {node.instance for node in one.nodes} <= {one.id}
        assert cycles(following) == []


@FILES
@given(WRITTEN)
def test_what_is_accepted_in_yaml_is_sound_and_validates(document: object) -> None:
    reading = read_text(json.dumps(document).encode(), "odd.yaml")
    assert_sound(reading)
    assert reading.scenario is None or VALIDATOR.is_valid(document)


@FILES
@given(DRAWN)
def test_what_is_accepted_in_json_is_sound_and_validates(document: object) -> None:
    reading = read_text(json.dumps(document).encode(), "odd.json")
    assert_sound(reading)
    assert reading.scenario is None or VALIDATOR.is_valid(document)


COUNT = 10_000
NUMBERS = range(COUNT)
FLOW = 'instances: {a: {number: "1"}}\nflow:\n  a:\n'


def flow(step: str) -> str:
    """Return a scenario with one step for each number, which stands where # does."""
    return FLOW + "".join(f"    - {step}\n".replace("#", str(number)) for number in NUMBERS)


def graph(nodes: list[dict[str, object]], edges: list[dict[str, object]]) -> str:
    """Return a drawn graph's text."""
    return json.dumps({"nodes": nodes, "edges": edges})


RELEASES = [instance("i"), *(command(f"n{one}", "Release") for one in NUMBERS)]
CHAIN = [edge(f"n{one}", f"n{one + 1}") for one in NUMBERS[:-1]]
INSTANCES = [instance(f"i{one}", dn=str(one)) for one in NUMBERS]
CALLS = [command(f"n{one}", targetUri=f"x{one}") for one in NUMBERS]
KEYS: dict[str, object] = {f"leeg{one}": "" for one in range(50_000)}
LARGE = {
    "a long circle.json": graph(RELEASES, [*CHAIN, edge("i", "n0"), edge("n9999", "n0")]),
    "many starts.json": graph(RELEASES, [*(edge("i", f"n{n}") for n in range(3000)), *CHAIN]),
    "many unknown numbers.json": graph([*INSTANCES, *CALLS], []),
    "many keys.json": graph([command(word="Answer") | {"data": {"command": "Answer", **KEYS}}], []),
    "quotes and backslashes.json": '"\\' * 2_000_000,
    "many legs.yaml": flow("MakeCall: {to: '1', leg: l#}"),
    "many unknown words.yaml": flow("w#"),
    "many gotos.yaml": flow("{Release: , on_failure: [goto: x#]}"),
    "many unknown instances.yaml": FLOW + "".join(f"  b{one}: [Answer]\n" for one in NUMBERS),
    "one key many times.yaml": "a: 1\n" * 200_000,
}


@pytest.mark.parametrize("file", LARGE)
def test_a_large_file_is_read_in_bounded_time(file: str) -> None:
    before = process_time()
    read_text(LARGE[file].encode(), file)
    assert process_time() - before < 10
