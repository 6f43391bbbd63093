"""The stack's codecs: which are enabled, in which order, and their names in SDP."""

import pjsua2 as pj

from sipflow.sip.codecs import CODECS, encoding

_HIGHEST = 250
# RFC 3551 §4.5.2: for historical reasons SDP gives half of G722's sampling rate, as the stack does.
_STACK_RATES = {"G722/8000": "G722/16000"}
_WITH_CHANNELS = {encoding(codec) for codec in CODECS if codec.count("/") > 1}
_SDP_NAMES = {stack: name for name, stack in _STACK_RATES.items()}


def switch_on(endpoint: pj.Endpoint, codecs: tuple[str, ...]) -> None:
    """Have an endpoint offer and accept these codecs and no others, the first one preferred."""
    wanted = [_stack_id(codec) for codec in codecs]
    for known in endpoint.codecEnum2():
        name = known.codecId
        priority = _HIGHEST - wanted.index(name) if name in wanted else 0
        endpoint.codecSetPriority(name, priority)


def codec_name(stream: pj.StreamInfo) -> str:
    """Return the name of a stream's codec as SDP writes it: ``PCMA/8000``."""
    name = f"{stream.codecName}/{stream.codecClockRate}"
    if stream.codecName not in _WITH_CHANNELS:
        return _SDP_NAMES.get(name, name)
    channels = stream.audCodecParam.info.channelCnt
    return name if channels == 1 else f"{name}/{channels}"


def _stack_id(codec: str) -> str:
    name, rate, channels = [*codec.split("/"), "1"][:3]
    return f"{_STACK_RATES.get(f'{name}/{rate}', f'{name}/{rate}')}/{channels}"
