"""Sub-flows: the steps of another file in their place, with values for its parameters."""

from pathlib import Path

import pytest

from sipflow.scenario.problems import Reading
from sipflow.scenario.reader import read_scenario
from tests.scenario.snippets import ALICE_DOES, TWO, lines, nodes, read_yaml

LOGIN = """\
description: Waits a while, then hangs up.
parameters:
  leg: call-1
  pause:
steps:
  - TIMEOUT: ${pause}
    on_failure: [goto: bye]
  - Release: {leg: "${leg}"}
    id: bye
"""


def read(folder: Path, flow: str, **files: str) -> Reading:
    """Read a scenario with this flow, and these files in ``steps`` beside it."""
    (folder / "steps").mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / "steps" / f"{name}.yaml").write_text(text)
    path = folder / "call.yaml"
    path.write_text(TWO + flow)
    return read_scenario(path)


def said(folder: Path, flow: str, **files: str) -> list[str]:
    """Return the problems, with files as seen from the scenario's folder."""
    return [line.replace(f"{folder}/", "") for line in lines(read(folder, flow, **files))]


def test_the_steps_of_a_file_are_taken_in_its_place(tmp_path: Path) -> None:
    flow = """\
  alice:
    - MakeCall: {to: bob}
    - use: steps/login.yaml
      with: {leg: call-1, pause: 1s}
    - use: steps/login.yaml
      with: {pause: 2s}
      id: second
    - TIMEOUT: 3s
"""
    found = nodes(read(tmp_path, flow, login=LOGIN))
    assert {node.id: (node.success, node.failure) for node in found.values()} == {
        "alice-1": ("alice-2/1", None),
        "alice-2/1": ("alice-2/bye", "alice-2/bye"),
        "alice-2/bye": ("second/1", None),
        "second/1": ("second/bye", "second/bye"),
        "second/bye": ("alice-4", None),
        "alice-4": (None, None),
    }
    assert found["second/1"].action.timeout == 2.0
    assert str(found["alice-2/bye"].place) == f"{tmp_path}/steps/login.yaml:8:5"


def test_a_parameter_is_filled_by_who_uses_it_whatever_it_is_called_there(tmp_path: Path) -> None:
    flow = """\
  alice:
    - Repeat: 2
      steps:
        - MakeCall: {to: bob, leg: "l-${round}"}
        - use: steps/outer.yaml
          with: {pause: "${round}s", leg: "l-${round}"}
"""
    outer = "parameters: {pause: , leg: }\nsteps:\n  - use: login.yaml\n"
    outer += "    with: {pause: '${pause}', leg: '${leg}'}\n"
    found = nodes(read(tmp_path, flow, login=LOGIN, outer=outer))
    assert found["alice-2.2/1/1"].action.timeout == 2.0
    assert getattr(found["alice-2.2/1/bye"].action, "leg", "") == "l-2"


def test_the_failures_of_a_whole_sub_flow_may_have_a_branch_and_it_may_be_gone_to(
    tmp_path: Path,
) -> None:
    flow = """\
  alice:
    - TIMEOUT: 1s
      on_failure: [goto: end]
    - use: steps/plain.yaml
      id: end
      on_failure: [TIMEOUT: 2s]
"""
    found = nodes(read(tmp_path, flow, plain="steps: [TIMEOUT: 1s, TIMEOUT: 2s]"))
    assert found["alice-1"].failure == "end/1"
    assert [node.failure for node in found.values()] == ["end/1", "alice-3", "alice-3", None]


LOOP = {"a": "steps: [use: b.yaml]", "b": "steps: [use: a.yaml]"}
DEEP = {f"d{n}": f"steps: [use: d{n + 1}.yaml]" for n in range(9)} | {"d9": "steps: [Release]"}


@pytest.mark.parametrize(
    ("step", "files", "says"),
    [
        ("use: steps/none.yaml", {}, 'call.yaml:4:12: error: "steps/none.yaml" is no file;'),
        ("use: steps", {}, 'call.yaml:4:12: error: "steps" is no file;'),
        (
            "use: ../outside.yaml",
            {},
            'call.yaml:4:12: error: "../outside.yaml" leads out of the scenario\'s folder;',
        ),
        (
            "use: /etc/passwd",
            {},
            'call.yaml:4:12: error: "/etc/passwd" leads out of the scenario\'s folder;',
        ),
        ('use: "a\\0b"', {}, 'call.yaml:4:12: error: "a\\x00b" cannot be read: embedded null'),
        ("use: 5", {}, 'call.yaml:4:12: error: "use" is the number 5, not a file;'),
        ("use: ", {}, 'call.yaml:4:11: error: "use" is empty, not a file;'),
        (
            "use: steps/x.yaml\n      with: 5",
            {"x": LOGIN},
            'call.yaml:5:13: error: "with" is the number 5, not a mapping;',
        ),
        (
            "use: steps/x.yaml\n      whit: {}",
            {"x": LOGIN},
            'call.yaml:5:7: error: use has no key "whit"; did you mean with?',
        ),
        (
            "use: steps/x.yaml",
            {"x": LOGIN},
            'call.yaml:4:12: error: the parameter "pause" of "x.yaml" has no value; '
            "give it one beside use, as with: {pause: …}",
        ),
        (
            "use: steps/x.yaml\n      with: {pauze: 1s, pause: 1s}",
            {"x": LOGIN},
            'call.yaml:5:14: error: the sub-flow has no parameter "pauze"; did you mean pause?',
        ),
        (
            "use: steps/x.yaml\n      with: {other: 1s}",
            {"x": "steps: [TIMEOUT: 1s]"},
            'call.yaml:5:14: error: the sub-flow has no parameter "other"; it has none',
        ),
        (
            "use: steps/x.yaml\n      with: {pause: '${nope}'}",
            {"x": LOGIN},
            'call.yaml:5:21: error: the variable "pause" names the variable "nope"',
        ),
        (
            "use: steps/x.yaml\n      with: {pause: 1h}",
            {"x": LOGIN},
            'steps/x.yaml:6:14: error: "timeout" of TIMEOUT is the text "1h", which is not a '
            'duration (it is written "${pause}")',
        ),
        (
            "use: steps/x.yaml",
            {"x": "steps: [Relaese]"},
            'steps/x.yaml:1:9: error: unknown command or event "Relaese"; did you mean Release?',
        ),
        (
            "use: steps/x.yaml",
            {"x": "description: x"},
            'steps/x.yaml:1:1: error: the file "x.yaml" has no list of steps;',
        ),
        (
            "use: steps/x.yaml",
            {"x": "steps: 5"},
            'steps/x.yaml:1:8: error: the file "x.yaml" has no list of steps;',
        ),
        ("use: steps/x.yaml", {"x": "[1\n"}, "steps/x.yaml:2:1: error: this is not YAML:"),
        (
            "use: steps/x.yaml",
            {"x": "steps: [TIMEOUT: 1s]\nparameter: 1"},
            'steps/x.yaml:2:1: error: a sub-flow has no key "parameter"; did you mean parameters?',
        ),
        (
            "use: steps/x.yaml",
            {"x": "steps: [TIMEOUT: 1s]\nxyz: 1"},
            'steps/x.yaml:2:1: error: a sub-flow has no key "xyz"; its keys are description,',
        ),
        (
            "use: steps/x.yaml",
            {"x": "steps: [TIMEOUT: 1s]\nparameters: 1"},
            'steps/x.yaml:2:13: error: "parameters" is the number 1, not a mapping;',
        ),
        (
            "use: steps/a.yaml",
            LOOP,
            "steps/b.yaml:1:14: error: sub-flows use each other in a cycle: "
            '"a.yaml" → "b.yaml" → "a.yaml"; let the chain end',
        ),
        (
            "use: steps/d0.yaml",
            DEEP,
            "steps/d7.yaml:1:14: error: sub-flows use each other more than 8 deep;",
        ),
        (
            "use: steps/x.yaml\n    - {TIMEOUT: 1s, id: out}",
            {"x": "steps: [{TIMEOUT: 1s, on_failure: [goto: out]}]"},
            'steps/x.yaml:1:42: error: goto names "out", and there is no such step',
        ),
        (
            "TIMEOUT: 1s\n      on_failure: [goto: in]\n    - use: steps/x.yaml",
            {"x": "steps: [{TIMEOUT: 1s, id: in}]"},
            'call.yaml:5:26: error: goto leads into the sub-flow "steps/x.yaml", to "in"',
        ),
        (
            "use: steps/x.yaml\n    - TIMEOUT: 2s",
            {"x": "steps: [{TIMEOUT: 1s, on_failure: [{TIMEOUT: 1s, id: y}]}, goto: y]"},
            "call.yaml:5:7: error: this step stands after a goto and is never reached",
        ),
        (
            "Repeat: 1000\n      steps: [{Repeat: 1000, steps: [use: steps/x.yaml]}]",
            {"x": "steps: [TIMEOUT: 1s]"},
            "call.yaml:4:7: error: Repeat and use make more than 20000 steps",
        ),
    ],
)
def test_what_is_wrong_is_told_in_the_right_file(
    tmp_path: Path, step: str, files: dict[str, str], says: str
) -> None:
    problems = said(tmp_path, f"  alice:\n    - {step}\n", **files)
    found = [line.replace(f"{tmp_path}/", "") for line in problems]
    assert [line for line in found if line.startswith(says)], found


def test_a_file_that_is_too_large_or_no_text_or_a_way_out_is_refused(tmp_path: Path) -> None:
    (tmp_path / "steps").mkdir()
    (tmp_path / "steps" / "large.yaml").write_bytes(b"#" * (1024 * 1024 + 1))
    (tmp_path / "steps" / "latin.yaml").write_bytes(b"steps: [\xff]")
    (tmp_path / "steps" / "link.yaml").symlink_to("/etc/hostname")
    (tmp_path / "steps" / "loop.yaml").symlink_to("loop.yaml")
    flow = "".join(f"    - use: steps/{name}.yaml\n" for name in ("large", "latin", "link", "loop"))
    problems = said(tmp_path, "  alice:\n" + flow)
    assert [
        next(
            part
            for part in ("is larger than 1 MiB", "is not UTF-8", "leads out of", "cannot be read")
            if part in line
        )
        for line in problems
    ] == ["is larger than 1 MiB", "is not UTF-8", "leads out of", "cannot be read"]


def test_problems_come_file_by_file_and_a_file_is_read_once(tmp_path: Path) -> None:
    flow = "  alice:\n    - use: steps/x.yaml\n    - use: steps/x.yaml\n    - Relaese\n"
    found = said(tmp_path, flow, x="steps: [Relaese]\n")
    assert [line.partition(" error")[0] for line in found if " error" in line] == [
        "call.yaml:6:7:",
        "steps/x.yaml:1:9:",
    ]


def test_files_deep_in_each_other_and_in_rounds_are_no_trouble(tmp_path: Path) -> None:
    def wrapped(step: str) -> str:
        for _ in range(15):
            step = f"{{Repeat: 1, steps: [{step}]}}"
        return step

    with_x = 'with: {x: "${x}"}'
    files = {
        f"d{n}": "parameters: {x: }\nsteps: [" + wrapped(f"{{use: d{n + 1}.yaml, {with_x}}}") + "]"
        for n in range(7)
    }
    files["d7"] = "parameters: {x: }\nsteps: [TIMEOUT: '${x}']"
    flow = f"  alice:\n    - {wrapped('{use: steps/d0.yaml, with: {x: 5s}}')}\n"
    (found,) = nodes(read(tmp_path, flow, **files)).values()
    assert found.action.timeout == 5.0


def test_a_text_that_is_no_file_can_use_none() -> None:
    (problem,) = lines(read_yaml(ALICE_DOES + "    - use: x.yaml\n"))
    assert "cannot be read: the scenario is no file" in problem


def test_a_file_may_lie_in_a_folder_that_is_allowed(tmp_path: Path) -> None:
    own, other = tmp_path / "own", tmp_path / "other"
    own.mkdir()
    other.mkdir()
    (other / "wait.yaml").write_text("steps: [TIMEOUT: 1s]\n")
    path = own / "call.yaml"
    path.write_text(TWO + "  alice:\n    - use: ../other/wait.yaml\n")
    assert [*nodes(read_scenario(path, allowed=[other]))] == ["alice-1/1"]
    (line,) = lines(read_scenario(path, allowed=[tmp_path / "else"]))
    assert line.endswith(
        "leads out of the scenario's folder; keep what a scenario uses beside it or below, or "
        "allow its own folder with --allow-path"
    )
