"""Makes key files: a server's key pair, and pairs of clients. It never overwrites a file."""

import os
import re
import shlex
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct
from zmq.auth import create_certificates

from sipflow import output
from sipflow.errors import UsageError
from sipflow.security.keys import CLIENTS, SERVER_PUBLIC, SERVER_SECRET, read_public, read_secret

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_SERVER = "server"


class _Pair(Struct, frozen=True):
    public: Path
    secret: Path
    public_purpose: str
    secret_purpose: str


def make_key_files(directory: Path, names: Sequence[str]) -> int:
    """Make the missing key files, print the purpose of each, and return the exit code.

    If it raises ``UsageError``, no file was made.
    """
    _check_names(names)
    pairs = [_client(directory, name) for name in names]
    if not _has_server(directory):
        pairs.insert(0, _server(directory))
    _refuse_to_overwrite(pairs)
    _make(directory, pairs)
    output.print_line("\n".join(_description(directory, pairs, names[0])))
    return 0


def _check_names(names: Sequence[str]) -> None:
    for name in names:
        if not _NAME.fullmatch(name) or name == _SERVER:
            raise UsageError(
                f"--name {name!a} cannot be a client's name: letters, digits, dots, dashes and "
                f"underlines, 64 at most, and not {_SERVER!r}",
                code="bad-keys",
            )
    if len(set(names)) < len(names):
        raise UsageError("--name: each client needs a name of its own", code="bad-keys")


def _server(directory: Path) -> _Pair:
    return _Pair(
        directory / SERVER_PUBLIC,
        directory / SERVER_SECRET,
        "the server's public key: every client gets a copy",
        "the server's secret key: it stays here",
    )


def _client(directory: Path, name: str) -> _Pair:
    return _Pair(
        directory / CLIENTS / f"{name}.key",
        directory / f"{name}.key_secret",
        f"lets {name} in for as long as it is here",
        f"the secret key of {name}: move it there",
    )


def _has_server(directory: Path) -> bool:
    """Return whether there is a server's key pair; raises ``UsageError`` for an incomplete one."""
    server = _server(directory)
    if not server.public.exists() and not server.secret.exists():
        return False
    if read_public(server.public) != read_secret(server.secret)[0]:
        raise UsageError(
            f"{server.public} is not the public key of {server.secret}", code="bad-keys"
        )
    return True


def _refuse_to_overwrite(pairs: Iterable[_Pair]) -> None:
    for path in (path for pair in pairs for path in (pair.secret, pair.public)):
        if os.path.lexists(path):
            raise UsageError(
                f"{path} is there already and is not overwritten: give another --name",
                code="bad-keys",
            )


def _make(directory: Path, pairs: Iterable[_Pair]) -> None:
    made: list[Path] = []
    try:
        for folder in (directory, directory / CLIENTS):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for pair in pairs:
            public, secret = _certificates(directory)
            _write(pair.secret, secret, 0o600, made)
            _write(pair.public, public, 0o644, made)
    except OSError as error:
        for path in made:
            path.unlink(missing_ok=True)
        raise UsageError(
            f"cannot make key files in {directory}: {error}", code="bad-keys"
        ) from error


def _certificates(directory: Path) -> tuple[str, str]:
    """Return the texts of a new public and a new secret file.

    The library makes the secret file readable for all, so it writes into a private directory.
    """
    with tempfile.TemporaryDirectory(dir=directory) as hidden:
        public, secret = create_certificates(hidden, "new")
        return Path(public).read_text(encoding="utf-8"), Path(secret).read_text(encoding="utf-8")


def _write(path: Path, text: str, mode: int, made: list[Path]) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    made.append(path)
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def _description(directory: Path, pairs: Sequence[_Pair], name: str) -> list[str]:
    files = [
        line
        for pair in pairs
        for line in ((pair.secret, pair.secret_purpose), (pair.public, pair.public_purpose))
    ]
    width = max(len(str(path)) for path, _purpose in files)
    folder = shlex.quote(str(directory))
    return [
        *(f"{path!s:{width}}  {purpose}" for path, purpose in files),
        f"here:  sipflow-coord start FILE --keys {folder} --events tcp://0.0.0.0:7000",
        f"there: sipflow-coord watch tcp://HOST:7000 --server-key {SERVER_PUBLIC}"
        f" --key {name}.key_secret",
    ]
