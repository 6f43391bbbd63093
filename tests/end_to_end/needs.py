"""What an example needs beside itself, by a line of its own comment: ``# Needs: a registrar …``."""

import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.end_to_end.harness import EXAMPLES
from tests.end_to_end.kamailio import PASSWORD, REALM, kamailio
from tests.extent import FULL

_NEEDS = re.compile(r"^# Needs: (.*)$", re.MULTILINE)
_REGISTRAR = "a registrar with the users 100 and 200"
_TRANSPORTS = ("udp", "tcp")


def examples(transport: str) -> list[Path]:
    """Return the examples that run by a transport: each by one of them, for endurance by both."""
    paths = sorted(EXAMPLES.glob("*.yaml"))
    number = _TRANSPORTS.index(transport)
    return [path for path in paths if FULL or zlib.crc32(path.stem.encode()) % 2 == number]


@contextmanager
def given(example: Path, folder: Path, transport: str = "udp") -> Iterator[tuple[str, ...]]:
    """Provide what an example needs, and give the options that tell it where that is."""
    needs = _NEEDS.findall(example.read_text(encoding="utf-8"))
    if not needs:
        yield ()
        return
    assert needs == [_REGISTRAR], f"{example.name} needs what nobody provides: {needs}"
    with kamailio(folder) as registrar:
        address = registrar.address + (";transport=tcp" if transport == "tcp" else "")
        known = {"registrar": address, "realm": REALM, "password": PASSWORD}
        yield tuple(word for name, value in known.items() for word in ("--set", f"{name}={value}"))
