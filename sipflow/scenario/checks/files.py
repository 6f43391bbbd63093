"""Checks the audio files of a graph, and replaces their names by absolute paths.

A file that another step records need not exist yet.
"""

from collections.abc import Mapping

from sipflow.scenario.checks.audio_files import AudioFiles, Fit, Unfit, identity
from sipflow.scenario.checks.node import Checked
from sipflow.scenario.model.actions import PlayAudio, RecordAudio
from sipflow.scenario.model.properties import DEFAULT_LIMIT
from sipflow.scenario.problems import Report
from sipflow.scenario.raw_graph import RawGraph, RawNode
from sipflow.text import shown


def check_files(
    raw: RawGraph, actions: Mapping[str, Checked], files: AudioFiles, report: Report
) -> None:
    """Report unusable files, and replace the names of usable ones by their absolute paths."""
    recorded = _check_recordings(raw, actions, files, report)
    for node, name in _naming(raw, actions, PlayAudio):
        checked = actions[node.id]
        found = files.playable(name)
        target = files.recordable(name)
        if isinstance(target, Fit) and identity(target.path) in recorded:
            if recorded[identity(target.path)] != node.owner:
                other = Unfit("is recorded by another instance", "let it play another file")
                _refuse(node, checked, other, report)
                continue
            found = target
        if isinstance(found, Unfit):
            _refuse(node, checked, found, report)
        else:
            checked.fields["file"] = found.path
            _check_limit(node, checked, found.seconds, report)


def _check_recordings(
    raw: RawGraph, actions: Mapping[str, Checked], files: AudioFiles, report: Report
) -> dict[str, str | None]:
    """Return the instance that records into each file."""
    owners: dict[str, str | None] = {}
    for node, name in _naming(raw, actions, RecordAudio):
        checked = actions[node.id]
        found = files.recordable(name)
        if isinstance(found, Unfit):
            _refuse(node, checked, found, report)
            continue
        if owners.setdefault(identity(found.path), node.owner) != node.owner:
            other = Unfit("is recorded by another instance too", "let each have a file of its own")
            _refuse(node, checked, other, report)
        checked.fields["file"] = found.path
        duration = checked.fields.get("duration")
        if isinstance(duration, float):
            _check_limit(node, checked, duration, report)
    return owners


def _naming(
    raw: RawGraph, actions: Mapping[str, Checked], kind: type[PlayAudio | RecordAudio]
) -> list[tuple[RawNode, str]]:
    found = []
    for node in raw.nodes:
        name = actions[node.id].fields.get("file")
        if actions[node.id].kind is kind and isinstance(name, str):
            found.append((node, name))
    return found


def _refuse(node: RawNode, checked: Checked, why: Unfit, report: Report) -> None:
    place = checked.places["file"]
    if "file" in checked.secret:
        report.error(
            place,
            "bad-audio-file",
            "file is a value of the environment that cannot be used",
            why.right,
        )
        return
    name = str(checked.fields["file"])
    report.error(place, "bad-audio-file", f"file {shown(name)} {why.message}", why.right)


def _check_limit(node: RawNode, checked: Checked, seconds: float, report: Report) -> None:
    limit = checked.fields.get("timeout", DEFAULT_LIMIT)
    if any(one.property in ("timeout", "background", "loop") for one in checked.late):
        return
    goes_on = checked.fields.get("background") or checked.fields.get("loop")
    if not goes_on and isinstance(limit, float) and seconds >= limit:
        report.warning(
            node.place,
            "limit-too-short",
            f"{node.word} takes {seconds:.3g} s, but its time limit is {limit:g} s",
            "give it a longer timeout, or background: true",
        )
