"""Checks that no output file of a command is also an input, or another output.

The check comes before any file is opened, because opening one for writing empties it. Two paths are
one file if they lead to the same file, by links of either kind, or to the same missing file.
"""

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

from msgspec import Struct

from sipflow.coordinator.options import LoadOptions, SharedOptions, StartOptions
from sipflow.coordinator.runtime_directory import kept_log
from sipflow.errors import Mistakes, UsageError
from sipflow.scenario.model.actions import PlayAudio, RecordAudio
from sipflow.scenario.problems import Reading
from sipflow.scenario.reader import name_of

_STREAMS = ((1, "standard output"), (2, "standard error"))
# A device has no content that could be lost, but the output of two writers to a pipe is mixed.
_SHARED = (stat.S_IFREG, stat.S_IFIFO, stat.S_IFSOCK, stat.S_IFBLK)


# A scenario's file, and its reading.
Read = tuple[Path, Reading]


class Used(Struct, frozen=True):
    """A file with its use, in words: ``--csv rows.csv``, ``the scenario``."""

    use: str
    path: Path


def check_outputs(outputs: Sequence[Used], inputs: Iterable[Used]) -> None:
    """Raise ``UsageError`` for outputs that would destroy an input, or another output."""
    mistakes = Mistakes()
    read = {identity: one for one in inputs if (identity := _identity(one.path)) is not None}
    written: dict[object, str] = {}
    for number, name in _STREAMS:
        identity = _identity_of(os.fstat(number))
        if identity is not None:
            written.setdefault(identity, name)
    for one in outputs:
        identity = _identity(one.path)
        if identity is None:
            continue
        with mistakes:
            if identity in read:
                over = read[identity].use
                raise UsageError(
                    f"{one.use} would overwrite {over}; name another file", code="same-file"
                )
            if identity in written:
                other = written[identity]
                raise UsageError(
                    f"{one.use} and {other} are the same; name another file", code="same-file"
                )
            written[identity] = one.use
    mistakes.raise_all()


def check_start(readings: Sequence[Read], options: StartOptions) -> None:
    """Check the output files of a ``start``.

    Recordings of scenarios that run one after another may overwrite each other, as those of one
    scenario that is run twice do; those of scenarios that run at once may not.
    """
    outputs = _shared_outputs(options)
    for _file, reading in readings:
        outputs += _logs(reading, options)
    inputs = [*_shared_inputs(options), *_inputs(readings)]
    recordings = [_recordings(reading) for _file, reading in readings]
    for several in recordings if options.jobs == 1 else [list(chain(*recordings))]:
        check_outputs([*outputs, *several], inputs)
    check_outputs(outputs, inputs)


def check_load(file: Path, reading: Reading, options: LoadOptions) -> None:
    """Check the output files of a ``load``."""
    named = (("--csv", options.csv), ("--html", options.html))
    outputs = [
        *_shared_outputs(options),
        *(_option(name, path) for name, path in named if path is not None),
        *_logs(reading, options),
        *_recordings(reading),
    ]
    data = [_option("--data", options.data)] if options.data is not None else []
    check_outputs(outputs, [*_shared_inputs(options), *_inputs([(file, reading)]), *data])


def _shared_outputs(options: SharedOptions) -> list[Used]:
    log = options.event_log
    return [_option("--event-log", log)] if log is not None else []


def _shared_inputs(options: SharedOptions) -> list[Used]:
    keys = options.keys
    if keys is None:
        return []
    found = [*keys.glob("*"), *keys.glob("clients/*")]
    return [Used(f"the key file {name_of(path)}", path) for path in found]


def _inputs(readings: Iterable[Read]) -> list[Used]:
    found: list[Used] = []
    for file, reading in readings:
        found.append(Used(f"the scenario {name_of(file)}", file))
        found += [Used(f"{name}, which the scenario uses", Path(name)) for name in reading.used]
        recorded = {one.path for one in _recordings(reading)}
        found += [one for one in _of_nodes(reading, PlayAudio) if one.path not in recorded]
    return found


def _recordings(reading: Reading) -> list[Used]:
    """Return the recordings of a scenario, each file once; which steps may share one is checked."""
    once = {one.path: one for one in _of_nodes(reading, RecordAudio)}
    return list(once.values())


def _of_nodes(reading: Reading, kind: type[PlayAudio | RecordAudio]) -> Iterator[Used]:
    # The message names the step, not the file: the file's name may come from the environment.
    does = "plays" if kind is PlayAudio else "records"
    for instance in reading.scenario.instances if reading.scenario is not None else ():
        for node in instance.nodes:
            if isinstance(node.action, kind):
                yield Used(f"the file that {node.id} {does}", Path(node.action.file))


def _logs(reading: Reading, options: SharedOptions) -> list[Used]:
    if options.log_directory is None or options.logs_by_run or reading.scenario is None:
        return []
    names = [instance.id for instance in reading.scenario.instances]
    paths = [kept_log(options.log_directory, name, n) for n, name in enumerate(names, 1)]
    return [Used(f"the log {name_of(path)} of --log-dir", path) for path in dict.fromkeys(paths)]


def _option(name: str, path: Path) -> Used:
    return Used(f"{name} {name_of(path)}", path)


def _identity(path: Path) -> object | None:
    """Return an identity of a file; None for a device, which has no content to lose."""
    try:
        return _identity_of(path.stat())
    except (OSError, ValueError):
        try:
            return str(path.resolve())
        except (OSError, RuntimeError, ValueError):  # opening it will report the error
            return None


def _identity_of(status: os.stat_result) -> object | None:
    if stat.S_IFMT(status.st_mode) in _SHARED:
        return status.st_dev, status.st_ino
    return None
