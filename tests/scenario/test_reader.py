"""Files and bytes: what is read as what, and what cannot be read at all."""

import os
from pathlib import Path

import pytest

from sipflow.scenario.reader import LARGEST_JSON, LARGEST_YAML, read_scenario, read_text
from sipflow.scenario.variables.scope import Given
from tests.scenario.snippets import lines

YAML = b'instances: {alice: {number: "100"}}\nflow: {alice: [TIMEOUT: 1s]}\n'
XYFLOW = b'{"nodes": [{"id": "i", "type": "sipInstance", "data": {"dn": "100"}}]}'
YAML_AS_JSON = (
    b'{"instances":{"alice":{"number":"100"}},\n\t"flow":{"alice":[{"TIMEOUT":"1s"}, "Releas"]}}'
)


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "my call.yaml"
    path.write_bytes(YAML)
    reading = read_scenario(path)
    assert reading.scenario is not None
    assert (reading.scenario.name, reading.scenario.file) == ("my call", str(path))


def test_a_file_that_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    missing = tmp_path / "missing.yaml"
    assert lines(read_scenario(missing)) == [
        f"{missing}: error: the file cannot be read: No such file or directory; "
        "name a scenario file"
    ]
    assert lines(read_scenario(tmp_path)) == [
        f"{tmp_path}: error: the file cannot be read: Is a directory; name a scenario file"
    ]
    assert lines(read_scenario(Path("a\0b"))) == [
        "a\0b: error: the file cannot be read: embedded null byte; name a scenario file"
    ]


def test_a_named_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    [problem] = read_scenario(tmp_path / "pipe.yaml").problems
    assert problem.message == "the file cannot be read: it is a named pipe"


def test_a_pipe_of_the_shell_is_read_like_a_file() -> None:
    reader, writer = os.pipe()
    os.write(writer, b"[]")
    os.close(writer)
    [problem] = read_scenario(Path(f"/dev/fd/{reader}")).problems
    assert "cannot be read" not in problem.message
    os.close(reader)


def test_a_file_name_that_is_not_utf8_can_be_printed(tmp_path: Path) -> None:
    (line,) = lines(read_scenario(tmp_path / "b\udce9.yaml"))
    assert line.encode().startswith(str(tmp_path / "b\\udce9.yaml: error: ").encode())


@pytest.mark.parametrize(
    ("data", "file", "name"),
    [
        (YAML, "call.yaml", "call"),
        (YAML, "call", "call"),
        (YAML, "dir/call.scenario.yml", "call.scenario"),
        (YAML, "a\nb.yaml", "scenario"),
        (b"\xef\xbb\xbf" + YAML, "call.yaml", "call"),
        (XYFLOW, "call.json", "call"),
        (XYFLOW, "CALL.JSON", "CALL"),
        (b"\xef\xbb\xbf" + XYFLOW, "call.json", "call"),
        (YAML_AS_JSON.replace(b"Releas", b"INCOMING"), "call.json", "call"),
    ],
)
def test_the_extension_tells_the_format_and_the_name_of_the_scenario(
    data: bytes, file: str, name: str
) -> None:
    reading = read_text(data, file)
    assert lines(reading) == []
    assert reading.scenario is not None
    assert reading.scenario.name == name


def test_yaml_written_as_json_has_lines_and_columns() -> None:
    assert lines(read_text(YAML_AS_JSON, "call.json"))[0] == (
        'call.json:2:37: error: unknown command or event "Releas"; did you mean Release?'
    )


@pytest.mark.parametrize(
    ("data", "file", "expected"),
    [
        (
            b"name: caf\xe9",
            "call.yaml",
            "call.yaml: error: the file is not UTF-8: byte 0xe9 at offset 9; save it as UTF-8",
        ),
        (
            b'{"a": "\xff"}',
            "call.json",
            "call.json: error: the file is not UTF-8: byte 0xff at offset 7; save it as UTF-8",
        ),
        (
            b" " * (LARGEST_YAML + 1),
            "call.yaml",
            "call.yaml: error: the file is larger than 1 MiB; split it into several scenarios",
        ),
        (
            b" " * (LARGEST_JSON + 1),
            "call.json",
            "call.json: error: the file is larger than 4 MiB; split it into several scenarios",
        ),
        (
            b'{"instances": 1}' + b" " * LARGEST_YAML,
            "call.json",
            "call.json: error: the file is larger than 1 MiB; split it into several scenarios",
        ),
        (
            b"{",
            "call.json",
            'call.json:1:2: error: this is not JSON: "Expecting property name enclosed in double '
            'quotes"; correct the syntax here',
        ),
        (
            b"[]",
            "call.json",
            "call.json:1:1: error: the file is a list, not a scenario; give an object with nodes "
            "and edges, or with instances and flow as in YAML",
        ),
        (
            b'{"edges": []}',
            "call.json",
            "call.json:1:1: error: the file is an object without nodes, not a scenario; give an "
            "object with nodes and edges, or with instances and flow as in YAML",
        ),
        (
            b"null",
            "call.json",
            "call.json:1:1: error: the file is empty, not a scenario; give an object with nodes "
            "and edges, or with instances and flow as in YAML",
        ),
        (
            b"",
            "call.yaml",
            "call.yaml:1:1: error: the file is empty; write a scenario with instances and flow",
        ),
    ],
)
def test_a_file_that_is_no_scenario_gives_one_clear_error(
    data: bytes, file: str, expected: str
) -> None:
    reading = read_text(data, file)
    assert lines(reading) == [expected]
    assert reading.scenario is None


def test_problems_come_in_the_order_of_the_file() -> None:
    text = b"""\
instances:
  alice: {number: 100}
flow:
  alice:
    - Release
    - MakeCall: {to: 100}
    - Relase
    - goto: nowhere
extra: 1
"""
    assert [line.split(": ")[0] for line in lines(read_text(text, "f.yaml"))] == [
        "f.yaml:2:19",
        "f.yaml:5:7",
        "f.yaml:6:22",
        "f.yaml:7:7",
        "f.yaml:8:13",
        "f.yaml:9:1",
    ]


def test_a_scenario_has_the_values_of_the_environment_that_went_into_it_and_no_others() -> None:
    text = YAML.replace(b"TIMEOUT: 1s", b'TIMEOUT: "${env:PATIENCE}"')
    given = Given({}, {"PATIENCE": "100ms", "OTHER": "unused"})
    scenarios = [read_text(one, "call.yaml", given).scenario for one in (text, YAML)]
    assert [one.secrets for one in scenarios if one] == [{"PATIENCE": "100ms"}, {}]
