"""Making key files: what is made, who can read it, and that nothing is ever overwritten."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import zmq.auth
from click.testing import CliRunner, Result

from sipflow.cli.keygen import make_key_files
from sipflow.cli.main import main
from sipflow.errors import UsageError
from sipflow.security.keys import client_keys, is_admitted, server_keys


def snapshot(directory: Path) -> dict[str, bytes]:
    """Return every file below a directory with its content."""
    files = (path for path in directory.rglob("*") if path.is_file())
    return {str(path.relative_to(directory)): path.read_bytes() for path in files}


def keygen(*arguments: str) -> Result:
    """Call the command."""
    return CliRunner().invoke(main, ["keygen", *arguments])


@contextmanager
def umask(mask: int) -> Iterator[None]:
    """Have new files made with this mask."""
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def test_without_arguments_one_client_gets_a_key_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = keygen()
    assert done.exit_code == 0
    assert done.output.splitlines() == [
        "sipflow-keys/server.key_secret   the server's secret key: it stays here",
        "sipflow-keys/server.key          the server's public key: every client gets a copy",
        "sipflow-keys/client.key_secret   the secret key of client: move it there",
        "sipflow-keys/clients/client.key  lets client in for as long as it is here",
        "here:  sipflow-coord start FILE --keys sipflow-keys --events tcp://0.0.0.0:7000",
        "there: sipflow-coord watch tcp://HOST:7000 --server-key server.key "
        "--key client.key_secret",
    ]
    assert set(snapshot(tmp_path)) == {
        "sipflow-keys/server.key",
        "sipflow-keys/server.key_secret",
        "sipflow-keys/client.key_secret",
        "sipflow-keys/clients/client.key",
    }


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_nobody_else_can_read_a_secret(tmp_path: Path, mask: int) -> None:
    with umask(mask):
        make_key_files(tmp_path / "keys", ["alice"])
    modes = {
        path.name: stat.S_IMODE(path.stat().st_mode)
        for path in [tmp_path / "keys", *(tmp_path / "keys").iterdir()]
    }
    assert modes == {
        "keys": 0o700,
        "clients": 0o700,
        "server.key": 0o644 & ~mask,
        "server.key_secret": 0o600,
        "alice.key_secret": 0o600,
    }


def test_the_files_are_certificates_as_zeromq_knows_them(tmp_path: Path) -> None:
    make_key_files(tmp_path, ["alice"])
    for secret, public in (
        ("server.key_secret", "server.key"),
        ("alice.key_secret", "clients/alice.key"),
    ):
        pair = zmq.auth.load_certificate(tmp_path / secret)
        assert zmq.auth.load_certificate(tmp_path / public) == (pair[0], None)


def test_a_second_call_adds_a_client_and_keeps_the_rest(tmp_path: Path) -> None:
    assert keygen(str(tmp_path), "--name", "alice").exit_code == 0
    before = snapshot(tmp_path)
    done = keygen(str(tmp_path), "--name", "bob", "--name", "carol.2")
    assert done.exit_code == 0
    assert "server's" not in done.output
    after = snapshot(tmp_path)
    assert before.items() <= after.items()
    assert set(after) - set(before) == {
        "bob.key_secret",
        "clients/bob.key",
        "carol.2.key_secret",
        "clients/carol.2.key",
    }
    for name in ("alice", "bob", "carol.2"):
        client = client_keys(tmp_path / "server.key", tmp_path / f"{name}.key_secret")
        assert is_admitted(server_keys(tmp_path).clients, client.public)


@pytest.mark.parametrize(
    ("gone", "taken"),
    [
        ([], "bob.key_secret"),
        (["clients/bob.key"], "bob.key_secret"),
        (["bob.key_secret"], "clients/bob.key"),
    ],
)
def test_no_file_is_overwritten(tmp_path: Path, gone: list[str], taken: str) -> None:
    make_key_files(tmp_path, ["bob"])
    for name in gone:
        (tmp_path / name).unlink()
    before = snapshot(tmp_path)
    done = keygen(str(tmp_path), "--name", "alice", "--name", "bob")
    assert done.exit_code == 2
    assert done.output == (
        f"error: {tmp_path / taken} is there already and is not overwritten: give another --name\n"
    )
    assert snapshot(tmp_path) == before


def test_a_link_to_nowhere_is_a_file_too(tmp_path: Path) -> None:
    (tmp_path / "bob.key_secret").symlink_to(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="is not overwritten"):
        make_key_files(tmp_path, ["bob"])
    assert snapshot(tmp_path) == {}


@pytest.mark.parametrize(
    ("gone", "line"),
    [
        ("server.key", "there is no key file .*/server.key:"),
        ("server.key_secret", "there is no key file .*/server.key_secret:"),
    ],
)
def test_half_a_server_is_not_made_whole(tmp_path: Path, gone: str, line: str) -> None:
    make_key_files(tmp_path, ["bob"])
    (tmp_path / gone).unlink()
    with pytest.raises(UsageError, match=line):
        make_key_files(tmp_path, ["alice"])
    assert not (tmp_path / "alice.key_secret").exists()


def test_halves_of_two_servers_are_refused(tmp_path: Path) -> None:
    make_key_files(tmp_path, ["bob"])
    (tmp_path / "server.key").write_bytes((tmp_path / "clients" / "bob.key").read_bytes())
    with pytest.raises(UsageError, match=r"server.key is not the public key of .*key_secret"):
        make_key_files(tmp_path, ["alice"])


@pytest.mark.parametrize(
    "name", ["", "server", ".", "..", "../bob", "a/b", "-x", "a b", "b\n", "\xe4", "a" * 65]
)
def test_a_name_that_would_be_no_plain_file_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="cannot be a client's name") as error:
        make_key_files(tmp_path / "keys", ["good", name])
    assert str(error.value).isprintable()
    assert list(tmp_path.iterdir()) == []


def test_two_clients_do_not_share_a_name(tmp_path: Path) -> None:
    done = keygen(str(tmp_path / "keys"), "--name", "a", "--name", "a")
    assert (done.exit_code, list(tmp_path.iterdir())) == (2, [])
    assert done.output == "error: --name: each client needs a name of its own\n"


def test_where_no_folder_can_be_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "clients").write_text("not a folder")
    with pytest.raises(UsageError, match="cannot make key files in"):
        make_key_files(tmp_path, ["bob"])
    assert list(snapshot(tmp_path)) == ["clients"]


def test_what_was_made_before_a_failure_is_taken_back(tmp_path: Path) -> None:
    # A directory in which nobody can make a file, not even root.
    (tmp_path / "clients").symlink_to("/proc/self/task")
    with pytest.raises(UsageError, match="cannot make key files in"):
        make_key_files(tmp_path, ["bob"])
    assert list(tmp_path.glob("*.key*")) == []
