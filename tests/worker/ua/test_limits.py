"""How many lines of audio an offer brings."""

import pytest

from sipflow.worker.ua.limits import MOST_LINES, audio_lines

AUDIO = b"m=audio 4000 RTP/AVP 0"
VIDEO = b"m=video 4002 RTP/AVP 96\r\n"


@pytest.mark.parametrize(
    ("offer", "lines"),
    [
        (b"", 0),
        (b"v=0\r\ns=m=audio \r\n", 0),
        (VIDEO, 0),
        (AUDIO, 1),
        (b"v=0\r\n" + AUDIO + b"\r\n", 1),
        (AUDIO + b"\r\n" + VIDEO + b"M=Audio 0 RTP/AVP 0\r\n", 2),
        (16 * (AUDIO + b"\n"), 16),
        (16 * (AUDIO + b"\r"), 16),
        (40 * (AUDIO + b"\n"), MOST_LINES),
    ],
)
def test_lines_of_audio_are_counted_as_far_as_the_stack_reads_them(
    offer: bytes, lines: int
) -> None:
    assert audio_lines(offer) == lines
