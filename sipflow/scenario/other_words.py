"""Synonyms of scenario words, from other tools and everyday speech, for "did you mean" messages.

Only for messages: a file with one of them is not run.
"""

from sipflow.scenario.problems import Report
from sipflow.scenario.raw_graph import Kind
from sipflow.scenario.vocabulary import action_types, words_of

# YAML steps that are not commands or events.
STEPS = ("goto", "Repeat", "use")

# The words of a scenario, each with its synonyms in lower case, without - and _.
_ELSEWHERE = {
    "Wait": "sleep delay pause nop",
    "Release": "hangup bye cancel end endcall disconnect terminate drop",
    "Response": "reject decline refuse busy ring sendringing progress respond reply redirect",
    "Answer": "accept pickup answercall ok",
    "MakeCall": "dial invite call originate startcall",
    "BlindTransfer": "transfer refer unattendedtransfer",
    "AttendedTransfer": "consultativetransfer supervisedtransfer",
    "PlayAudio": "play playfile playback announce",
    "RecordAudio": "record recordfile",
    "StopAudio": "stop stopplay stopplaying stoprecord stoprecording",
    "Retrieve": "unhold resume",
    "SendDTMF": "dtmf digits senddigits playdtmf press",
    "DTMFReceived": "receivedtmf waitfordtmf",
    "SendMessage": "text sms sendtext sendsms",
    "INCOMING": "waitforcall incomingcall receivecall expectcall",
    "CONNECTED": "answered established confirmed ack",
    "DISCONNECTED": "ended terminated hungup",
    "Repeat": "loop for times",
    "use": "include import",
    "goto": "jump",
}
_MEANT = {other: word for word, others in _ELSEWHERE.items() for other in others.split()}
# Further advice for synonyms where the word alone is not enough.
_MORE = {
    **dict.fromkeys(("reject", "decline", "refuse"), "For example Response: 603"),
    "busy": "For example Response: 486",
    **dict.fromkeys(("ring", "sendringing"), "For example Response: 180"),
    "progress": "For example Response: 183",
    "redirect": "For example Response: {code: 302, contact: …}",
    "invite": "To wait for one, it is INCOMING",
}
# Two short words less alike than this are probably unrelated: Expect and Repeat.
_LIKENESS = 0.7


def word_meant(word: str, kind: Kind | None, report: Report) -> str | None:
    """Return the word that an unknown one is most likely meant to be, or None.

    ``kind``: command or event, as the file says. In YAML, which does not say it, ``goto``,
    ``Repeat`` and ``use`` are candidates, too.
    """
    found = _MEANT.get(_folded(word))
    if found is not None and (kind is None or found not in STEPS):
        return found
    expected = words_of(kind) if kind is not None else (*action_types(), *STEPS)
    return report.near(word, expected, _LIKENESS) or report.near(word, action_types(), _LIKENESS)


def is_of_others(word: str) -> bool:
    """Return whether a word is one of other tools, whose properties may differ from ours."""
    return _folded(word) in _MEANT


def question(word: str, meant: str) -> str:
    """Return the question whether another word is meant, with further advice where needed."""
    return " ".join(filter(None, (f"did you mean {meant}?", _MORE.get(_folded(word)))))


def _folded(word: str) -> str:
    return word.casefold().replace("-", "").replace("_", "").replace(" ", "")
