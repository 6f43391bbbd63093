"""Reads a scenario file: decodes the bytes, parses the format, checks the graph.

``read_scenario`` is the only function here that opens files, and has the audio files that the
scenario names checked; it never raises for their contents.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path, PurePath

from msgspec.structs import replace

from sipflow.scenario.checks.audio_files import AudioFiles, Folders
from sipflow.scenario.checks.check import check
from sipflow.scenario.model.actions import Place
from sipflow.scenario.pointers import with_paths
from sipflow.scenario.problems import Reading, Report, Unused
from sipflow.scenario.raw_graph import RawGraph
from sipflow.scenario.values import described, name_trouble
from sipflow.scenario.variables.scope import NOTHING_GIVEN, Given, NotedEnvironment, Scope
from sipflow.scenario.variables.template import Trouble
from sipflow.scenario.xyflow import json_text
from sipflow.scenario.xyflow import reader as xyflow_reader
from sipflow.scenario.yaml import composer as yaml_composer
from sipflow.scenario.yaml import reader as yaml_reader
from sipflow.scenario.yaml.sub_flows import Fetch, Fetched, SubFlows, nothing_to_fetch
from sipflow.text import listed, shown

# A thousand nodes are 0.1 MiB of YAML, and up to 1 MiB as saved by the desktop application.
LARGEST_YAML = 1024 * 1024
LARGEST_JSON = 4 * 1024 * 1024
_PIECE = 1024 * 1024


def read_scenario(
    path: Path, given: Given = NOTHING_GIVEN, allowed: Sequence[Path] = ()
) -> Reading:
    """Read a scenario file; if it cannot be read, return that as a problem.

    ``allowed``: folders, beside its own, in which the files that it names may be.
    """
    name = name_of(path)
    try:
        # Opening a pipe without a writer would block for ever. A pipe of the shell's, <(command),
        # has no file of its own, and is read like any file.
        if path.is_fifo() and path.resolve().is_fifo():
            raise ValueError("it is a named pipe")
        data = _content(path, LARGEST_JSON + 1)
    except (OSError, ValueError) as error:
        reason = str(error.strerror) if isinstance(error, OSError) else str(error)
        report = Report()
        report.error(
            Place(file=name),
            "unreadable-file",
            f"the file cannot be read: {reason}",
            "name a scenario file",
        )
        return Reading(None, report.in_order(lambda place: (0, 0)))
    folders = Folders(path.parent, allowed)
    return read_text(data, name, given, partial(_fetch, folders), AudioFiles(path, allowed))


def _content(path: Path, most: int) -> bytes:
    """Return the first bytes of a file, at most ``most``.

    They are read in pieces, because a single large ``read`` continues after a signal: a Ctrl-C
    would wait for the end of a pipe.
    """
    data = b""
    with path.open("rb", buffering=0) as file:
        while piece := file.read(min(_PIECE, most - len(data))):
            data += piece
    return data


def name_of(path: Path) -> str:
    """Return a file's name as text; bytes that are not UTF-8 could not be printed or sent."""
    return str(path).encode("utf-8", "backslashreplace").decode()


def _fetch(folders: Folders, using: str, wanted: str) -> Fetched | Trouble:
    """Read a file that another one uses, in the scenario's folder or an allowed one."""
    try:
        path = (Path(using).parent / wanted).resolve()
        if not folders.hold(path):
            return Trouble(
                "unreadable-file",
                "leads out of the scenario's folder",
                "keep what a scenario uses beside it or below, or allow its own folder with "
                "--allow-path",
            )
        if not path.is_file():
            return Trouble(
                "unreadable-file", "is no file", "name a file, as seen from the one that uses it"
            )
        data = _content(path, LARGEST_YAML + 1)
    except (OSError, ValueError, RuntimeError) as error:
        reason = str(error.strerror) if isinstance(error, OSError) else str(error)
        return Trouble(
            "unreadable-file",
            f"cannot be read: {reason}",
            "name a file, as seen from the one that uses it",
        )
    if len(data) > LARGEST_YAML:
        return Trouble("file-too-large", "is larger than 1 MiB", "split it")
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError:
        return Trouble("not-utf8", "is not UTF-8", "save it as UTF-8")
    return Fetched(_joined(using, wanted), str(path), text)


def _joined(using: str, wanted: str) -> str:
    """Return the name of a used file for places: its path relative to the scenario's folder."""
    parts: list[str] = []
    for part in (PurePath(using).parent / wanted).parts:
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        else:
            parts.append(part)
    return str(PurePath(*parts))


def read_text(
    data: bytes,
    file: str,
    given: Given = NOTHING_GIVEN,
    fetch: Fetch = nothing_to_fetch,
    audio: AudioFiles | None = None,
) -> Reading:
    """Read the bytes of a file; the extension of its name gives the format."""
    report = Report()
    environment = NotedEnvironment(given.environment)
    given = replace(given, environment=environment)
    library = SubFlows(report, fetch)
    is_json = PurePath(file).suffix.lower() == ".json"
    text = _decoded(data, file, LARGEST_JSON if is_json else LARGEST_YAML, report)
    raw = None
    if text is not None:
        read = _json if is_json else _yaml
        raw = read(text, file, library, report, given)
    scenario = check(raw, report, audio) if raw is not None else None
    if scenario is not None and environment.used:
        scenario = replace(scenario, secrets=environment.used)
    unused = _unused(raw.scope, report) if raw is not None else None
    if raw is not None:
        _warn_of_columns(raw.scope, file, report)
    order = {node: index for index, node in enumerate(raw.order if raw is not None else ())}

    def position(place: Place) -> tuple[int, ...]:
        if place.line is not None and place.column is not None:
            return library.order.get(place.file, 0), place.line, place.column
        return 0, (-1 if place.node is None else order.get(place.node, len(order))), 0

    problems = report.in_order(position)
    if problems:
        problems = with_paths(problems, library.documents, raw.order if raw is not None else ())
    return Reading(scenario, problems, unused, library.identities)


def _decoded(data: bytes, file: str, largest: int, report: Report) -> str | None:
    place = Place(file=file)
    if len(data) > largest:
        report.error(
            place,
            "file-too-large",
            f"the file is larger than {largest // 1024 // 1024} MiB",
            "split it into several scenarios",
        )
        return None
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        report.error(
            place,
            "not-utf8",
            f"the file is not UTF-8: byte 0x{data[error.start]:02x} at offset {error.start}",
            "save it as UTF-8",
        )
        return None


def _unused(scope: Scope, report: Report) -> tuple[Unused, ...]:
    """Return the variables of ``--set`` that the file neither has nor names."""
    unknown = [name for name in scope.given.variables if name not in scope.used]
    known = [name for name in (*scope.names(), *scope.missed) if name not in unknown]
    found = []
    for name in unknown:
        near = report.near(name, known)
        others = f"its variables are {listed(known, 'and')}" if known else "it has no variables"
        found.append(Unused(name, f"did you mean {shown(near)}?" if near else others))
    return tuple(found)


def _warn_of_columns(scope: Scope, file: str, report: Report) -> None:
    for name in sorted(scope.given.columns - scope.used):
        near = report.near(name, [one for one in scope.names() if one != name])
        report.warning(
            Place(file=file),
            "unused-column",
            f"nothing in it uses the variable {shown(name)} of --data",
            f"did you mean {near}?" if near else "name it where it is wanted, as ${name}",
        )


def _yaml(text: str, file: str, library: SubFlows, report: Report, given: Given) -> RawGraph | None:
    document = yaml_composer.compose(text, file, report)
    if document is None:
        return None
    library.documents.append(document)
    return yaml_reader.read(document, file, _default_name(file), report, given, library)


def _json(text: str, file: str, library: SubFlows, report: Report, given: Given) -> RawGraph | None:
    value = json_text.parse(text, file, report)
    if report.has_errors:
        return None
    if isinstance(value, json_text.Object):
        folded = {key.lower() for key in value}
        if "nodes" in folded:
            return xyflow_reader.read(value, file, _default_name(file), report, given)
        if "instances" in value:
            return _yaml_in_json(text, file, library, report, given)
    written = "an object without nodes" if isinstance(value, json_text.Object) else None
    report.error(
        Place(file=file, line=1, column=1),
        "no-scenario",
        f"the file is {written or described(json_text.raw(value))}, not a scenario",
        "give an object with nodes and edges, or with instances and flow as in YAML",
    )
    return None


def _yaml_in_json(
    text: str, file: str, library: SubFlows, report: Report, given: Given
) -> RawGraph | None:
    """Read the YAML form written as JSON: JSON is valid YAML."""
    if len(text) > LARGEST_YAML:
        report.error(
            Place(file=file),
            "file-too-large",
            "the file is larger than 1 MiB",
            "split it into several scenarios",
        )
        return None
    return _yaml(text, file, library, report, given)


def _default_name(file: str) -> str:
    stem = PurePath(file).stem
    return stem if name_trouble(stem) is None else "scenario"
