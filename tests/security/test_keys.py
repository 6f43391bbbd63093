"""Key files as they are found: good, missing, damaged, swapped, open to others."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
import zmq

from sipflow.cli.keygen import make_key_files
from sipflow.errors import UsageError
from sipflow.security.keys import ClientKeys, ServerKeys, client_keys, is_admitted, server_keys

Load = Callable[[Path], object]

KEY = "public-key = "
ZEROS = b"0" * 40


def load_server(keys: Path) -> ServerKeys:
    """Load what a server loads."""
    return server_keys(keys)


def load_client(keys: Path) -> ClientKeys:
    """Load what alice loads."""
    return client_keys(keys / "server.key", keys / "alice.key_secret")


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """Make keys of a server, and of its clients alice and bob."""
    make_key_files(tmp_path / "keys", ["alice", "bob"])
    return tmp_path / "keys"


def refused(load: Load, keys: Path) -> str:
    """Return the one clear line that the loading ends with."""
    with pytest.raises(UsageError) as error:
        load(keys)
    line = str(error.value)
    assert line.isprintable()
    return line


def test_keys_that_were_made_are_loaded(keys: Path) -> None:
    server, client = load_server(keys), load_client(keys)
    assert zmq.curve_public(server.secret) == client.server
    assert zmq.curve_public(client.secret) == client.public
    assert is_admitted(server.clients, client.public)


def test_a_secret_is_not_shown_where_keys_are_printed(keys: Path) -> None:
    server, client = load_server(keys), load_client(keys)
    assert server.secret.decode() not in repr(server)
    assert client.secret.decode() not in repr(client)


@pytest.mark.parametrize(
    ("load", "file"),
    [
        (load_server, "server.key_secret"),
        (load_client, "server.key"),
        (load_client, "alice.key_secret"),
    ],
)
class TestEachFile:
    """What is wrong with a file is said of each that is read."""

    def test_a_missing_one_is_said_to_be_missing(self, keys: Path, load: Load, file: str) -> None:
        (keys / file).unlink()
        line = f"there is no key file {keys / file}: `sipflow-coord keygen` makes key files"
        assert refused(load, keys) == line

    @pytest.mark.parametrize(
        "text", [b"", b"hello\n", b"\xff\x00\n", b"public-key\n", b"secret-key = x\n"]
    )
    def test_another_kind_of_file_is_no_key_file(
        self, keys: Path, load: Load, file: str, text: bytes
    ) -> None:
        (keys / file).write_bytes(text)
        line = f"{keys / file} is no key file: `sipflow-coord keygen` makes key files"
        assert refused(load, keys) == line

    @pytest.mark.parametrize(
        "key",
        ["", "0" * 39, "0" * 41, "0" * 45, "0" * 39 + '"', "0" * 39 + "~", "#" * 40, "\xe4" * 40],
    )
    def test_a_damaged_key_is_said_to_be_damaged(
        self, keys: Path, load: Load, file: str, key: str
    ) -> None:
        lines = (keys / file).read_text().splitlines()
        damaged = [f"{KEY}{key}" if KEY in line else line for line in lines]
        (keys / file).write_text("\n".join(damaged))
        assert refused(load, keys).startswith(f"the key in {keys / file} is damaged")

    def test_what_is_no_file_is_not_waited_for(self, keys: Path, load: Load, file: str) -> None:
        (keys / file).unlink()
        os.mkfifo(keys / file)
        assert refused(load, keys).startswith(f"{keys / file} is no key file")

    def test_one_that_cannot_be_reached_is_said_why(
        self, keys: Path, load: Load, file: str
    ) -> None:
        (keys / file).unlink()
        (keys / file).symlink_to(file)
        assert refused(load, keys).startswith(f"cannot read the key file {keys / file}: Too many")


@pytest.mark.parametrize(
    ("load", "file"), [(load_server, "server.key_secret"), (load_client, "alice.key_secret")]
)
class TestSecretFile:
    """What only a secret file can have wrong."""

    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o601, 0o777])
    def test_one_that_others_can_get_at_is_refused(
        self, keys: Path, load: Load, file: str, mode: int
    ) -> None:
        (keys / file).chmod(mode)
        path = keys / file
        line = f"others may read {path}, so it is no secret: chmod 600 {path}"
        assert refused(load, keys) == line

    def test_a_public_one_in_its_place_is_refused(self, keys: Path, load: Load, file: str) -> None:
        (keys / file).write_bytes((keys / "clients" / "alice.key").read_bytes())
        path = keys / file
        line = f"{path} is a public key file: give the secret one, which ends in .key_secret"
        assert refused(load, keys) == line

    def test_halves_of_different_pairs_are_damaged(self, keys: Path, load: Load, file: str) -> None:
        (public, _), (_, secret) = zmq.curve_keypair(), zmq.curve_keypair()
        text = f'public-key = "{public.decode()}"\nsecret-key = "{secret.decode()}"\n'
        (keys / file).write_text(text)
        assert refused(load, keys).startswith(f"the key in {keys / file} is damaged")

    def test_a_damaged_secret_is_damaged(self, keys: Path, load: Load, file: str) -> None:
        (keys / file).write_text(f"public-key = {'0' * 40}\nsecret-key = 12345\n")
        assert refused(load, keys).startswith(f"the key in {keys / file} is damaged")


@pytest.mark.parametrize(
    ("load", "file"), [(load_server, "clients/bob.key"), (load_client, "server.key")]
)
def test_a_secret_file_in_a_public_ones_place_is_refused(keys: Path, load: Load, file: str) -> None:
    (keys / file).write_bytes((keys / "bob.key_secret").read_bytes())
    assert refused(load, keys) == (
        f"{keys / file} is a secret key file, and only its owner should have it: "
        "give the public one, which ends in .key"
    )


def test_a_client_is_not_the_server(keys: Path) -> None:
    with pytest.raises(UsageError, match="is the server's own key: give a client's"):
        client_keys(keys / "server.key", keys / "server.key_secret")


def test_a_server_without_clients_is_told_how_to_make_one(keys: Path) -> None:
    for file in (keys / "clients").iterdir():
        file.unlink()
    line = f"{keys}/clients has no client's key in it (NAME.key), so no client could connect: "
    line += f"`sipflow-coord keygen {keys} --name NAME` makes one"
    assert refused(load_server, keys) == line
    (keys / "clients").rmdir()
    assert refused(load_server, keys) == line


@pytest.mark.parametrize("mode", [0o720, 0o702, 0o777])
def test_a_list_that_others_may_add_to_is_refused(keys: Path, mode: int) -> None:
    (keys / "clients").chmod(mode)
    assert refused(load_server, keys).endswith(f"chmod go-w {keys}/clients")


def test_a_list_that_others_may_read_is_none_of_their_secrets(keys: Path) -> None:
    (keys / "clients").chmod(0o755)
    assert load_server(keys).clients == keys / "clients"


def test_the_folder_admits_whom_it_holds_now(keys: Path) -> None:
    clients = keys / "clients"
    public = load_client(keys).public
    assert not is_admitted(clients, ZEROS)
    (clients / "alice.key").rename(clients / "alice.key.gone")
    assert not is_admitted(clients, public)
    (clients / "alice.key.gone").rename(clients / "again.key")
    assert is_admitted(clients, public)


def test_a_bad_file_in_the_folder_admits_nobody_and_keeps_nobody_out(keys: Path) -> None:
    clients = keys / "clients"
    (clients / "a.key").write_bytes(b"\xff")
    (clients / "b.key").mkdir()
    (clients / "c.key").symlink_to("nowhere")
    (clients / "d.key").write_bytes((keys / "server.key_secret").read_bytes())
    assert is_admitted(clients, load_client(keys).public)
    assert not is_admitted(clients, load_client(keys).server)


def test_a_folder_that_is_gone_admits_nobody(tmp_path: Path) -> None:
    assert not is_admitted(tmp_path / "gone", ZEROS)
