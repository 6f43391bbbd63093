"""What the hostile benchmark sends: the messages of the RFCs, and the same mutations for a seed."""

import random

from scripts.bench.hostile.messages import in_dialog, named, to_send
from scripts.bench.hostile.mutation import mutated

# The sections of RFC 4475 §3, by name.
RFC_4475 = {
    "wsinv",
    "intmeth",
    "esc01",
    "escnull",
    "esc02",
    "lwsdisp",
    "longreq",
    "dblreq",
    "semiuri",
    "transports",
    "mpart01",
    "unreason",
    "noreason",
    "badinv01",
    "clerr",
    "ncl",
    "scalar02",
    "scalarlg",
    "quotbal",
    "ltgtruri",
    "lwsruri",
    "lwsstart",
    "trws",
    "escruri",
    "baddate",
    "regbadct",
    "badaspec",
    "baddn",
    "badvers",
    "mismatch01",
    "mismatch02",
    "bigcode",
    "badbranch",
    "insuf",
    "unkscm",
    "novelsc",
    "unksm2",
    "bext01",
    "invut",
    "regaut01",
    "multi01",
    "mcl01",
    "bcast",
    "zeromf",
    "cparam01",
    "cparam02",
    "regescrt",
    "sdp01",
    "inv2543",
}


class ADialog:
    """Stands for a dialog with an instance."""

    def identity(self, method: str) -> str:
        """Return lines that are easily seen."""
        return f"Call-ID: of-the-dialog\r\nCSeq: 7 {method}\r\n"


def test_all_messages_of_the_rfcs_are_there() -> None:
    assert len(RFC_4475) == 49
    assert set(named("rfc4475")) >= RFC_4475
    assert len(named("rfc5118")) >= 11


def test_a_message_is_sent_with_its_places_and_bytes() -> None:
    sent = to_send(named("rfc4475")["intmeth"], 5999, 5060)

    assert b"@127.0.0.1:5060 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5999;" in sent
    assert b'BEL:\\\x07 NUL:\\\x00 DEL:\\\x7f"' in sent
    assert sent.endswith(b"\r\n\r\n")
    assert b"@UNIQUE@" not in sent


def test_a_request_is_put_into_a_dialog_and_a_response_is_not() -> None:
    request = to_send(named("rfc4475")["wsinv"], 5999, 5060)
    response = to_send(named("rfc4475")["bcast"], 5999, 5060)

    inside = in_dialog(request, ADialog())
    assert inside.count(b"Call-ID") == 1
    assert b"\r\nCSeq: 7 INVITE\r\n" in inside
    assert b"0009" not in inside
    assert b"1918181833n" not in inside
    assert inside.partition(b"\r\n\r\n")[2] == request.partition(b"\r\n\r\n")[2]
    assert in_dialog(response, ADialog()) == response


def test_a_seed_makes_the_same_mutations() -> None:
    first, second = ([*map(mutated, [random.Random(3)] * 20, [b"a: 1\r\nb: 2"] * 20)] for _ in "12")

    assert first == second
    assert len(set(first)) > 10
