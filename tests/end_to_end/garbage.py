"""Garbage that tests send: noise, real messages with something changed, and odd ones."""

import random
import re
from collections.abc import Iterator, Sequence

from msgspec.msgpack import encode

# What a ZeroMQ socket says first, as RFC 23 draws it, and what it is by.
GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x01NULL" + bytes(48)
_NUMBERS = [b"-1", b"0", b"65536", b"2147483648", b"4294967296", b"99999999999999999999"]
_VALUES: list[object] = [
    None,
    [],
    {},
    7,
    "stop",
    {"message": None},
    {"message": ["Hello"], "pid": 1},
    {"message": "Hello", "pid": "one"},
    {"message": "LastWord", "last_seq": 2**63},
    {"message": "AskStatus", "run": {}},
    {"message": "AskStatus", "run": "r" * 50_000},
    {"type": "node-state"},
    {"type": "node-state", "seq": -1, "g": 1e300},
]
_ODD: list[bytes] = [
    b"",
    b"\xc1",
    b"\x91" * 5000,  # arrays in arrays
    b"\x81\xa1a" * 5000,  # maps in maps
    b"\xdd\xff\xff\xff\xff",  # an array, a map, a text and bytes, longer than any memory
    b"\xdf\xff\xff\xff\xff",
    b"\xdb\xff\xff\xff\xff",
    b"\xc6\xff\xff\xff\xff",
    bytes(60_000),
    *map(encode, _VALUES),
]


def messages(chance: random.Random, real: Sequence[bytes], count: int) -> Iterator[list[bytes]]:
    """Make messages of one or more frames, random ones and real ones with something changed."""
    for _ in range(count):
        yield [_frame(chance, real) for _ in range(chance.choice([1, 1, 1, 2, 3]))]


def _frame(chance: random.Random, real: Sequence[bytes]) -> bytes:
    match chance.randrange(8):
        case 0 | 1:
            return chance.randbytes(chance.randrange(200))
        case 2:
            return chance.choice(_ODD)
        case _:
            return mutated(chance, chance.choice(real))


def mutated(chance: random.Random, message: bytes) -> bytes:
    """Return a message with some of its bytes changed, cut off, doubled, swapped or put in."""
    data = bytearray(message)
    for _ in range(chance.choice([1, 1, 2, 3, 8])):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(6):
            case 0:
                data[at : at + 1] = chance.randbytes(1)
            case 1:
                del data[at : at + chance.choice([1, 1, 5, 50, 500])]
            case 2:
                data[at:at] = chance.randbytes(chance.choice([1, 2, 20]))
            case 3:
                data[at:at] = chance.choice([b"\r", b"\n", b";", b"<", b'"', b"\xff", b"\0"]) * 50
            case 4:
                data = bytearray(_renumbered(chance, bytes(data)))
            case _:
                data[at:at] = data[:at][-300:]
    return bytes(data)


def _renumbered(chance: random.Random, data: bytes) -> bytes:
    numbers = list(re.finditer(rb"\d+", data))
    if not numbers:
        return data
    one = chance.choice(numbers)
    return data[: one.start()] + chance.choice(_NUMBERS) + data[one.end() :]


def on_the_wire(chance: random.Random, kinds: Sequence[bytes]) -> bytes:
    """Return what a port may be sent by no ZeroMQ at all, often behind a good beginning.

    ``kinds``: the socket types that the other side speaks with.
    """
    noise = chance.randbytes(chance.randrange(1, 600))
    beginning = GREETING + ready(chance.choice(kinds))
    match chance.randrange(6):
        case 0:
            return noise
        case 1:
            return GREETING[: chance.randrange(64)] + noise
        case 2:
            return beginning + noise
        case 3:
            return mutated(chance, beginning) + noise
        case 4:
            frames = (bytes([chance.choice([2, 3, 6])]) + chance.randbytes(8) for _ in range(10))
            return beginning + b"".join(frames)  # of any length, as they say
        case _:  # an older protocol
            return b"\xff" + bytes(7) + b"\1\x7f" + bytes([chance.randrange(3)]) + noise


def ready(kind: bytes) -> bytes:
    """Return the command that says what kind of socket this is."""
    body = b"\x05READY\x0bSocket-Type" + len(kind).to_bytes(4, "big") + kind
    return b"\x04" + bytes([len(body)]) + body
