"""One watched call: the counters of its streams, and the analysed sound."""

import pjsua2 as pj

from sipflow.media.analyzer import Passage
from sipflow.media.stream_stats import MediaFigures
from sipflow.worker.ua.pjsua.calls.call import Call
from sipflow.worker.ua.pjsua.media.counters import Counters, audio_of, counters_of
from sipflow.worker.ua.pjsua.media.tap import Tap


class Watch:
    """Keeps the counters of a call over all its streams: each re-INVITE may bring a new one."""

    def __init__(self, call: Call, listen: bool) -> None:
        self.call = call
        self.listen = listen
        self.tap: Tap | None = None
        self._index: int | None = None
        self._ended_streams = Counters()
        self._codec: str | None = None
        self._direction: str | None = None

    def look(self) -> pj.AudioMedia | None:
        """Update the call's current media; return its audio if there is a stream."""
        audio = audio_of(self.call)
        if audio is None:
            return None
        self._index, self._direction = audio
        try:
            self._codec = self.call.getStreamInfo(self._index).codecName
            return self.call.getAudioMedia(self._index)
        except pj.Error:  # no stream: on hold at both ends, or not answered yet
            return None

    def stream_ends(self, index: int) -> None:
        """Keep the counters of a stream that is about to end."""
        if index == self._index:
            self._ended_streams = self.counters()
            self._index = None

    def counters(self) -> Counters:
        """Return the counters so far."""
        if self._index is None:
            return self._ended_streams
        try:
            return self._ended_streams.plus(counters_of(self.call, self._index))
        except pj.Error:
            return self._ended_streams

    def whole(self) -> MediaFigures:
        """Return the figures of the whole call."""
        return self.figures(self.counters(), self.tap.hearing.whole if self.tap else None)

    def figures(self, counters: Counters, passage: Passage | None) -> MediaFigures:
        """Return the figures of counters and a passage of sound."""
        return counters.figures(
            codec=self._codec,
            direction=self._direction,
            level=passage.loudest if passage is not None else None,
            tone=passage.tone() if passage is not None else None,
        )
