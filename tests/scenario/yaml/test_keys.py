"""Misspelt keys: what stands behind them is checked as that of the key that is meant."""

from pathlib import Path

import pytest

from sipflow.scenario.reader import read_scenario
from tests.scenario.snippets import ALICE_DOES, TWO, lines, read_yaml

# Everything is wrong here at once: keys, words, properties, and what stands behind them.
WRONG = """\
nmae: 5
instnces:
  alice: {numbr: 100, regster: "yes"}
  bob: {number: "200"}
flwo:
  alcie:
    - MakeCal: {too: "201", timeut: soon}
      on_failur:
        - Realease: {legg: y, timeout: x}
    - Repaet: 3
      stpes:
        - Hodl: {timeout: y}
    - Repeat: {tiems: x}
      steps:
        - Release: {leg: 5}
  bob:
    - gotto: nowhere
"""


def test_all_problems_of_a_file_are_said_at_once() -> None:
    said = [line.partition("call.yaml:")[2] for line in lines(read_yaml(WRONG))]
    assert [line.partition(";")[0] for line in said] == [
        '1:1: error: a scenario has no key "nmae"',
        '1:7: error: "name" is the number 5, not a text',
        '2:1: error: a scenario has no key "instnces"',
        '3:11: error: an instance has no key "numbr"',
        '3:18: error: "number" is the number 100, not a text',
        '3:23: error: an instance has no key "regster"',
        '3:32: error: "register" is the text "yes", not true or false',
        '5:1: error: a scenario has no key "flwo"',
        '6:3: error: no instance is named "alcie"',
        '7:7: error: unknown command or event "MakeCal"',
        '7:17: error: MakeCall has no property "too"',
        '7:22: error: "201" is no number or name of the scenario and no SIP URI',
        '7:29: error: MakeCall has no property "timeut"',
        '7:37: error: "timeut" of MakeCall is the text "soon", which is not a duration',
        '8:7: error: a step has no key "on_failur"',
        '9:11: error: unknown command or event "Realease"',
        '9:11: warning: nothing before this Release can have made its leg "y"',
        '9:22: error: Release has no property "legg"',
        '9:40: error: "timeout" of Release is the text "x", which is not a duration',
        '10:7: error: unknown command or event "Repaet"',
        '11:7: error: Repeat has no key "stpes"',
        '12:11: error: unknown command or event "Hodl"',
        '12:27: error: "timeout" of Hold is the text "y", which is not a duration',
        '13:16: error: Repeat has no key "tiems"',
        '13:23: error: "times" is not a whole number from 1 to 1000',
        '15:26: error: "leg" of Release is the number 5, not a text',
        '17:7: error: unknown command or event "gotto"',
        '17:14: error: goto names "nowhere", and there is no such step',
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        # A key that is there already has its own value.
        (
            "instances: {a: {number: '1', numbr: 5}}",
            ['1:30: error: an instance has no key "numbr"'],
        ),
        ("instances: {a: {number: '1'}}\nzzz: 5", ['2:1: error: a scenario has no key "zzz"']),
        (
            TWO + "  alcie: [MakeCal: x]\n  alice: [TIMEOUT: 1s]\n",
            [
                '3:3: error: no instance is named "alcie"',
                '3:11: error: unknown command or event "MakeCal"',
                '3:20: error: "x" is no number or name of the scenario and no SIP URI',
            ],
        ),
        (
            ALICE_DOES + "    - MakeCal: {to: bob}\n      timeout: soon\n",
            [
                '4:7: error: unknown command or event "MakeCal"',
                '5:7: error: "timeout" stands beside MakeCal',
                '5:16: error: "timeout" of MakeCall is the text "soon", which is not a duration',
            ],
        ),
        (
            ALICE_DOES + "    - {on_failur: [Hodl], Zzzz: 1}\n",
            [
                '4:8: error: a step has no key "on_failur"',
                '4:20: error: unknown command or event "Hodl"',
                '4:27: error: unknown command or event "Zzzz"',
            ],
        ),
        (
            ALICE_DOES + "    - use: x.yaml\n      wiht: [5]\n",
            [
                '4:12: error: "x.yaml" cannot be read: the scenario is no file',
                '5:7: error: use has no key "wiht"',
                '5:13: error: "with" is a list, not a mapping',
            ],
        ),
    ],
)
def test_what_is_behind_a_misspelt_key_is_checked(text: str, says: list[str]) -> None:
    said = [line.partition("call.yaml:")[2] for line in lines(read_yaml(text))]
    errors = [line.partition(";")[0] for line in said if " error: " in line]
    assert errors == says


def test_a_sub_flow_has_its_keys_checked_likewise(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("stpes: [Hodl]\nparametrs: 5\n")
    path = tmp_path / "call.yaml"
    path.write_text(ALICE_DOES + "    - use: x.yaml\n")
    errors = [line.partition("x.yaml:")[2] for line in lines(read_scenario(path))]
    assert [line.partition(";")[0] for line in errors if " error: " in line] == [
        '1:1: error: a sub-flow has no key "stpes"',
        '1:9: error: unknown command or event "Hodl"',
        '2:1: error: a sub-flow has no key "parametrs"',
        '2:12: error: "parameters" is the number 5, not a mapping',
    ]
