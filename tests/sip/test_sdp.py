"""SDP's words: directions and codecs, read from messages of every kind."""

import pytest

from sipflow.sip.sdp import (
    MediaDirection,
    direction_of,
    payload_types,
    read_codecs,
    read_direction,
    refuses_audio,
    same_codec,
)

SENDRECV, SENDONLY, RECVONLY, INACTIVE = MediaDirection


def message(*lines: str) -> str:
    """Return a SIP message with these lines of SDP."""
    head = "INVITE sip:200@127.0.0.1 SIP/2.0\r\nContent-Type: application/sdp\r\na=inactive\r\n"
    return head + "\r\n" + "".join(f"{line}\r\n" for line in ("v=0", *lines))


@pytest.mark.parametrize(
    ("direction", "sends", "receives", "mirrored"),
    [
        (SENDRECV, True, True, SENDRECV),
        (SENDONLY, True, False, RECVONLY),
        (RECVONLY, False, True, SENDONLY),
        (INACTIVE, False, False, INACTIVE),
    ],
)
def test_a_direction_says_who_sends_and_is_the_other_way_round_from_the_other_side(
    direction: MediaDirection, sends: bool, receives: bool, mirrored: MediaDirection
) -> None:
    assert (direction.sends, direction.receives) == (sends, receives)
    assert direction.mirrored is mirrored
    assert direction_of(sends=sends, receives=receives) is direction


@pytest.mark.parametrize(
    ("lines", "direction"),
    [
        ((), None),
        (("m=video 4000 RTP/AVP 96",), None),
        (("m=audio 4000 RTP/AVP 0",), SENDRECV),
        (("m=audio 4000 RTP/AVP 0", "a=sendonly"), SENDONLY),
        (("a=sendonly", "m=audio 4000 RTP/AVP 0"), SENDONLY),
        (("a=sendonly", "m=audio 4000 RTP/AVP 0", "a=recvonly"), RECVONLY),
        (("m=audio 4000 RTP/AVP 0", "a=rtpmap:0 PCMU/8000", "a=inactive "), INACTIVE),
        (("m=video 4000 RTP/AVP 96", "a=inactive", "m=audio 4000 RTP/AVP 0"), SENDRECV),
        (("m=audio 4000 RTP/AVP 0", "a=recvonly", "m=video 0 RTP/AVP 96", "a=inactive"), RECVONLY),
        (("m=audio 0 RTP/AVP 0",), INACTIVE),
        (("c=IN IP4 0.0.0.0", "m=audio 4000 RTP/AVP 0"), SENDONLY),
        (("c=IN IP4 0.0.0.0", "m=audio 4000 RTP/AVP 0", "a=recvonly"), INACTIVE),
        (("c=IN IP4 0.0.0.0", "m=audio 4000 RTP/AVP 0", "c=IN IP4 127.0.0.1"), SENDRECV),
        (("c=IN IP4 127.0.0.1", "m=audio 4000 RTP/AVP 0", "c=IN IP4 0.0.0.0"), SENDONLY),
        (("c=IN IP6 ::", "m=audio 4000 RTP/AVP 0"), SENDONLY),
        (("m=audio 4000 RTP/AVP 0", "c=IN IP6 0:0:0:0:0:0:0:0", "a=recvonly"), INACTIVE),
        (("c=IN IP6 ::1", "m=audio 4000 RTP/AVP 0"), SENDRECV),
        (("c=IN IP4 0.0.0.0.invalid", "m=audio 4000 RTP/AVP 0"), SENDRECV),
        (("c=IN IP4", "m=audio 4000 RTP/AVP 0"), SENDRECV),
    ],
)
def test_the_direction_of_a_message_is_that_of_its_first_audio_stream(
    lines: tuple[str, ...], direction: MediaDirection | None
) -> None:
    assert read_direction(message(*lines)) is direction


@pytest.mark.parametrize(
    ("lines", "codecs"),
    [
        ((), ()),
        (("m=video 4000 RTP/AVP 96",), ()),
        (("m=audio 4000 RTP/AVP",), ()),
        (("m=audio 4000 RTP/AVP 8 0 3 9",), ("PCMA/8000", "PCMU/8000", "GSM/8000", "G722/8000")),
        (("m=audio 4000 RTP/AVP 10 11",), ("L16/44100/2", "L16/44100")),
        (("m=audio 4000 RTP/AVP 97", "a=rtpmap:97 speex/16000"), ("speex/16000",)),
        (("m=audio 4000 RTP/AVP 97", "a=rtpmap:97 speex/16000/1"), ("speex/16000",)),
        (("m=audio 4000 RTP/AVP 97", "a=rtpmap:97 L16/8000/2"), ("L16/8000/2",)),
        (("m=audio 4000 RTP/AVP 98 0", "a=rtpmap:98 garbage"), ("PCMU/8000",)),
        (
            ("m=audio 4000 RTP/AVP 0 101 13", "a=rtpmap:101 telephone-event/8000",
             "a=rtpmap:13 CN/8000"),
            ("PCMU/8000",),
        ),
    ],
)  # fmt: skip
def test_the_codecs_of_a_message_are_those_of_its_first_audio_stream(
    lines: tuple[str, ...], codecs: tuple[str, ...]
) -> None:
    assert read_codecs(message(*lines)) == codecs


def test_a_message_without_a_body_offers_nothing() -> None:
    assert read_direction("INVITE sip:200@127.0.0.1 SIP/2.0\r\n\r\n") is None
    assert read_codecs("INVITE sip:200@127.0.0.1 SIP/2.0") == ()


def test_letter_case_does_not_tell_codecs_apart() -> None:
    assert same_codec("ilbc/8000", "iLBC/8000")
    assert not same_codec("speex/8000", "speex/16000")


def test_some_codecs_have_payload_types_of_their_own() -> None:
    assert payload_types(("PCMA/8000", "speex/8000", "L16/44100")) == {"8", "11"}
    assert payload_types(("iLBC/8000",)) == frozenset()


@pytest.mark.parametrize(
    ("lines", "refused"),
    [
        ((), None),
        (("m=video 0 RTP/AVP 96",), None),
        (("m=audio 4000 RTP/AVP 0",), False),
        (("m=video 4000 RTP/AVP 96", "m=audio 0 RTP/AVP 0"), True),
    ],
)
def test_a_port_of_0_refuses_a_stream(lines: tuple[str, ...], refused: bool | None) -> None:
    assert refuses_audio(message(*lines)) is refused
