"""The charts as geometry."""

from sipflow.projections.load_series import LoadSeries
from sipflow.protocol.events import LoadNumbers
from sipflow.reports.charts import HEIGHT, WIDTH, Chart, charts
from tests.projections.load_transcript import LoadTranscript, durations


def of(load: LoadTranscript) -> dict[str, Chart]:
    series = LoadSeries()
    for event in load.events:
        assert isinstance(event, LoadNumbers)
        series.add(event)
    return {chart.title: chart for chart in charts(series.points())}


def test_a_load_without_a_second_has_no_charts() -> None:
    assert charts([]) == []


def test_a_good_load_has_no_chart_of_what_never_was() -> None:
    load = LoadTranscript()
    load.numbers()

    assert list(of(load)) == [
        "Runs started",
        "Session request delay (srd)",
        "Whole run (run)",
        "Runs in flight",
    ]


def test_a_bad_load_shows_when_it_was() -> None:
    load = LoadTranscript()
    load.numbers(failed=1, late=1, measured={})

    assert list(of(load)) == ["Runs started", "Runs in flight", "Runs failed", "Runs started late"]


def test_a_second_is_a_level_piece_of_a_line() -> None:
    load = LoadTranscript()
    load.numbers(started=25)
    load.numbers(started=50)

    asked, started = of(load)["Runs started"].lines

    assert (asked.name, asked.path) == ("asked for", "M58 10H477L477 10H896")
    assert (started.name, started.path) == ("started", "M58 103H477L477 10H896")


def test_a_line_breaks_where_nothing_was_measured() -> None:
    load = LoadTranscript()
    for measured in (durations(), {}, durations()):
        load.numbers(measured=measured)

    chart = of(load)["Session request delay (srd)"]

    assert [line.name for line in chart.lines] == ["p50", "p95", "p99"]
    assert [line.path.count("M") for line in chart.lines] == [2, 2, 2]
    assert chart.spots[1].text == "1 s to 2 s"


def test_a_rate_that_was_not_asked_for_is_not_drawn() -> None:
    load = LoadTranscript()
    load.numbers(asked=None)

    assert [line.name for line in of(load)["Runs started"].lines] == ["started"]


def test_what_is_pointed_at_says_its_values() -> None:
    load = LoadTranscript()
    load.numbers(started=49)

    shown = of(load)

    assert shown["Runs started"].spots[0].text == "0 s to 1 s\nasked for 50.0\nstarted 49.0"
    assert shown["Whole run (run)"].spots[0].text == "0 s to 1 s\np50 24.0\np95 48.0\np99 72.0"


def test_far_apart_durations_are_drawn_on_a_logarithmic_axis() -> None:
    load = LoadTranscript()
    load.numbers()
    load.numbers(measured=durations(srd=900.0))

    chart = of(load)["Session request delay (srd)"]

    assert chart.unit == "ms, logarithmic"
    assert [tick.text for tick in chart.up] == ["1", "10", "100", "1,000", "10,000"]
    assert of(load)["Runs in flight"].unit == "runs"


def test_nothing_lies_outside_the_drawing() -> None:
    load = LoadTranscript()
    for second in range(700):
        load.numbers(started=second, failed=second % 7, late=1, asked=3.0 * second)

    for chart in of(load).values():
        assert all(0 < tick.at < WIDTH for tick in chart.across)
        assert all(0 < tick.at < HEIGHT for tick in chart.up)
        assert all(chart.left <= spot.x <= chart.right for spot in chart.spots)
        assert chart.across[-1].text == "10:00"
