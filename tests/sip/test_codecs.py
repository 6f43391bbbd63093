"""The codecs that there are, and the names that stand for them."""

import pytest

from sipflow.sip.codecs import CODECS, DEFAULT_CODECS, encoding, named, names


@pytest.mark.parametrize(
    ("name", "codecs"),
    [
        ("PCMA", ("PCMA/8000",)),
        ("PCMA/8000", ("PCMA/8000",)),
        ("speex", ("speex/16000", "speex/8000", "speex/32000")),
        ("speex/8000", ("speex/8000",)),
        ("L16", ("L16/44100", "L16/44100/2")),
        ("pcma", ()),
        ("G729", ()),
        ("", ()),
    ],
)
def test_a_name_is_of_one_codec_or_of_all_rates_of_an_encoding(
    name: str, codecs: tuple[str, ...]
) -> None:
    assert named(name) == codecs


def test_every_codec_and_every_encoding_has_a_name() -> None:
    assert set(names()) == {*CODECS, *map(encoding, CODECS)}
    assert len(names()) == len(set(names()))


def test_an_instance_has_what_every_phone_has() -> None:
    assert DEFAULT_CODECS == ("PCMU/8000", "PCMA/8000")
