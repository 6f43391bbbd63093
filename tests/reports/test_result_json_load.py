"""The outcome of a load for programs."""

import json

import msgspec
from msgspec.structs import replace

from sipflow.protocol.load_result import LoadResult
from sipflow.reports.result_json import result_json
from tests.projections.load_transcript import bad_result, good_result


def test_it_is_one_line_with_the_keys_that_were_promised() -> None:
    text = result_json(good_result())
    told = json.loads(text)

    assert "\n" not in text
    assert list(told)[:7] == [
        "verdict", "exit_code", "duration_s", "runs", "rate", "workers", "latency_ms",
    ]  # fmt: skip
    assert told["runs"] == {
        "started": 3000, "completed": 3000, "failed": 0, "stopped": 0, "late": 0,
    }  # fmt: skip
    assert told["rate"] == {"asked": 50.0, "achieved": 49.9}
    assert told["latency_ms"]["srd"]["p99.9"] == 8.0


def test_numbers_are_no_finer_than_they_are_measured() -> None:
    result = replace(bad_result(), duration_s=60.123456)

    told = json.loads(result_json(result))

    assert told["duration_s"] == 60.123
    assert told["ratios"]["seer"] == 98.7
    assert told["failures"][1]["message"] == "<script>alert(1)</script>\x1b[2J"


def test_it_reads_back_as_the_result() -> None:
    text = result_json(bad_result())

    assert result_json(msgspec.json.decode(text, type=LoadResult)) == text
