"""``--fail-if``: what can be asked, when it comes true, and what is said then."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sipflow.coordinator.load.stats.thresholds import parse
from sipflow.errors import UsageError
from sipflow.protocol.load_result import Media
from tests.coordinator.load.results import result


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("failed>1%", "it was 1.5 % (3 of 200)"),
        ("failed > 2", "it was 3"),
        ("failed", "it was 3"),
        ("failed=3", "it was 3"),
        ("failed==3", "it was 3"),
        ("failed!=2", "it was 3"),
        ("failed>=3", "it was 3"),
        ("late>0", "it was 1"),
        ("late", "it was 1"),
        ("restarts>0", "it was 1"),
        ("completed<99%", "it was 98.5 % (197 of 200)"),
        ("started<=200", "it was 200"),
        ("rate.achieved<50", "it was 48/s"),
        ("rate.achieved<48.5/s", "it was 48/s"),
        ("rate.achieved<97%", "it was 96 % (48 of 50)"),
        ("srd.p99>200ms", "it was 212.4 ms"),
        ("srd.p99>0.2s", "it was 212.4 ms"),
        ("srd.p99>200", "it was 212.4 ms"),
        ("srd.p99.9>=300000us", "it was 300 ms"),
        ("srd.max<1m", "it was 400 ms"),
        ("srd.count<201", "it was 200"),
        ("ser<99.5%", "it was 98.5 %"),
        ("isa>0.4", "it was 0.5 %"),
        ("mos.min<4.2", "it was 4.1"),
        ("jitter.max>10ms", "it was 12 ms"),
        ("loss>0.9%", "it was 1 %"),
    ],
)
def test_what_came_true_is_told_with_its_figure(text: str, says: str) -> None:
    assert parse(f" {text} ").broken(result()) == f"{text}: {says}"


@pytest.mark.parametrize(
    "text",
    [
        *("failed>1.5%", "failed>3", "failed<3", "stopped", "srd.p50>2ms", "rate.achieved<90%"),
        *("ser<98.5", "loss>1", "rrd.count>0", "srd.mean!=2", "mos.min<=4"),
    ],
)
def test_what_did_not_come_true_says_nothing(text: str) -> None:
    assert parse(text).broken(result()) is None


@pytest.mark.parametrize("text", ["run.max>1s", "rrd.p50>1", "mos.mean<4", "srd.p90>1"])
def test_what_was_not_measured_comes_true(text: str) -> None:
    assert parse(text).broken(result()) == f"{text}: nothing was measured"


def test_a_share_of_nothing_was_not_measured() -> None:
    assert parse("failed>1%").broken(result(started=0)) == "failed>1%: nothing was measured"
    said = parse("rate.achieved<90%").broken(result(asked=None))
    assert said == "rate.achieved<90%: nothing was measured"
    assert parse("loss>1%").broken(result(media=Media(checked=1))) is not None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", '--fail-if "" is no comparison of a figure with a number; write for example failed>'),
        ("failed>>3", '--fail-if "failed>>3" is no comparison'),
        ("failed>-3", '--fail-if "failed>-3" is no comparison'),
        ("srd.p98>3", '--fail-if "srd.p98>3" asks for "srd.p98", which is no figure of a load; '),
        ("srd>3", '--fail-if "srd>3" asks for "srd", which is no figure'),
        ("srd.p99", '--fail-if "srd.p99" has nothing that srd.p99 is compared with; '),
        ("started", '--fail-if "started" has nothing that started is compared with; '),
        (
            "srd.p99>3%",
            '--fail-if "srd.p99>3%": "%" does not fit; it takes a duration: ms (also without any), '
            "s, m or us",
        ),
        ("started>3%", '--fail-if "started>3%": "%" does not fit; it takes a plain number'),
        ("failed>3ms", '--fail-if "failed>3ms": "ms" does not fit; it takes a plain number, or on'),
        ("ser<3s", '--fail-if "ser<3s": "s" does not fit; it takes a plain number, or one with %'),
    ],
)
def test_what_cannot_be_asked_is_one_line(text: str, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(text)
    assert str(caught.value).startswith(says)


def test_what_can_be_asked_is_listed() -> None:
    with pytest.raises(UsageError) as caught:
        parse("nonsense")
    assert str(caught.value).endswith(
        "there are started, completed, failed, stopped, late, restarts, rate.achieved, ser, seer, "
        "isa, scr, mos.min, mos.mean, jitter.max, loss, and of srd, sdd, rrd, answer or run "
        "count, min, mean, p50, p90, p95, p99, p99.9, max, as in run.max"
    )


@given(st.text(alphabet="failedsrp.9>=<!%1 ms", max_size=20))
def test_no_text_does_anything_else(text: str) -> None:
    try:
        criterion = parse(text)
    except UsageError as error:
        assert "--fail-if" in str(error)  # noqa: PT017 - either is right
    else:
        assert criterion.broken(result()) in (None, criterion.broken(result()))
