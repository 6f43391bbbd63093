"""What is on the page of a load, read as a browser reads it."""

from html.parser import HTMLParser

import pytest
from msgspec.structs import replace

from sipflow.projections.load import LoadProjection
from sipflow.projections.load_series import LoadSeries
from sipflow.protocol.events import LoadNumbers
from sipflow.protocol.load_result import FailureGroup, LoadResult, Ratios
from sipflow.reports.load_page import load_page
from tests.projections.load_transcript import LoadTranscript, bad_load, bad_result, good_result
from tests.projections.transcript import FOUR

# HTML's elements that have no end.
_VOID = {"meta"}
_HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>\x1b[2J\u202e{{ 7 * 7 }}"


class Reader(HTMLParser):
    """Elements that were opened, their attributes, the text, and whether all are closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.opened.append(tag)
        self.attributes += attrs
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.opened.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read(
    load: LoadTranscript, result: LoadResult, plan: tuple[str, ...] = ("8 slots of 2 workers",)
) -> Reader:
    projection, series = LoadProjection(), LoadSeries()
    for event in load.events:
        projection.apply(event)
        if isinstance(event, LoadNumbers):
            series.add(event)
    return Reader(load_page(projection, series, result, FOUR, plan))


def good_load(seconds: int) -> LoadTranscript:
    load = LoadTranscript()
    load.state("running")
    for _ in range(seconds):
        load.numbers()
    load.state("completed")
    return load


def test_a_good_load_has_its_numbers_and_says_that_nothing_failed() -> None:
    page = read(good_load(5), good_result())

    for text in (
        "busy callee", "completed", "calls/busy.yaml", "load load7", "2023-11-14 22:13:20 UTC",
        "1 min 00 s", "3,000", "50.0/s", "49.9/s", "None.", "8 slots of 2 workers", "100.00 %",
        "session request delay", "Of 3,000 INVITEs",
    ):  # fmt: skip
        assert text in page.text
    assert page.opened.count("figure") == 4
    assert "details" not in page.opened
    assert "A step is" not in page.text


def test_a_bad_load_shows_the_events_of_its_examples() -> None:
    page = read(bad_load(), bad_result())

    assert page.opened.count("details") == 2
    assert "bob bob-2 Answer 408 Request Timeout" in page.text
    assert "run r9, number 3 of the load" in page.text
    assert "1.000  carol  carol-1 INCOMING    failed      no INVITE within 1 s" in page.text
    assert "✓--fail-if failed>2%1.304 % (3 of 230)" in page.text
    assert "✗--fail-if srd.p99>5ms6 ms" in page.text
    assert "Warning: the CPU of this machine was busy" in page.text
    assert "The machine of the load: CPU 68 % on average of 2 cores, 99 % at most." in page.text
    assert "runs that could not begin at the moment at which they were due" in page.text
    assert page.text.count("3 of 230 runs failed") == 1
    assert "MOS 4.40" in page.text
    assert "Workers that died and were replaced: 1" in page.text
    assert page.opened.count("figure") == 6


def test_nothing_from_outside_becomes_part_of_the_page() -> None:
    load = bad_load()
    result = replace(
        bad_result(),
        scenario=_HOSTILE,
        file=_HOSTILE,
        load=_HOSTILE,
        broken=(_HOSTILE,),
        failures=(
            FailureGroup(
                count=1, instance=_HOSTILE, node=_HOSTILE, code=486, message=_HOSTILE,
                example=_HOSTILE,
            ),
        ),
    )  # fmt: skip

    page = read(load, result, (_HOSTILE,))

    assert not {"script", "img", "iframe", "link", "a"} & set(page.opened)
    assert not any(name.startswith("on") for name, _ in page.attributes)
    assert page.text.count("<script>alert(1)</script>") >= 6
    assert "{{ 7 * 7 }}" in page.text
    assert "\x1b" not in page.text
    assert "\u202e" not in page.text


def test_the_page_loads_nothing_and_forbids_scripts() -> None:
    page = read(bad_load(), bad_result())

    assert not {"src", "href", "srcset", "data", "action"} & {name for name, _ in page.attributes}
    assert (
        "content",
        "default-src 'none'; style-src 'unsafe-inline'",
    ) in page.attributes
    assert "url(" not in page.text
    assert "@import" not in page.text


def test_a_long_load_has_a_page_of_the_same_size() -> None:
    page = read(good_load(3600), good_result())

    assert "A step is 16 seconds" in page.text
    assert page.opened.count("rect") < 4 * 401


def test_a_load_that_ended_at_once_has_a_page_too() -> None:
    result = replace(good_result(), latency_ms={}, ratios=Ratios(), file="")

    page = read(LoadTranscript(), result, ())

    assert "It was over before the first second." in page.text
    assert "None were measured." in page.text
    assert "What was planned" not in page.text
    assert "UTC" not in page.text
    assert "Ratios" not in page.text


@pytest.mark.parametrize(("kinds", "shown"), [(100, 100), (130, 100)])
def test_a_page_has_no_more_failures_than_people_read(kinds: int, shown: int) -> None:
    failures = tuple(
        FailureGroup(count=2, instance=None, node=None, code=None, message=f"reason {number}")
        for number in range(kinds)
    )

    page = read(bad_load(), replace(bad_result(), failures=failures))

    assert page.opened.count("details") == shown
    assert (f"{2 * (kinds - shown)} more runs failed" in page.text) is (kinds > shown)


def test_an_example_without_events_or_with_too_many_says_so() -> None:
    load = bad_load()
    for _ in range(80):
        load.example()

    page = read(load, bad_result())

    assert "more events of that run are not shown." in page.text
    assert "For example run r10." in page.text
