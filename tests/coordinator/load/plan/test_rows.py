"""The rows of ``--data``: what they hold, what is wrong with them, and who gets which."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sipflow.coordinator.load.plan.rows import (
    LARGEST,
    MOST_SAID,
    RowFeeder,
    Rows,
    check_apart,
    parse,
)
from sipflow.errors import UsageError, UsageErrors
from sipflow.scenario.reader import read_text
from sipflow.scenario.variables.scope import LONGEST_VALUE, Given


def trouble(data: bytes) -> str:
    """Return what is said about the bytes of ``users.csv``, without its name."""
    with pytest.raises(UsageError) as caught:
        parse(data, "users.csv")
    said = str(caught.value)
    assert said.startswith("--data users.csv")
    assert "\n" not in said
    return said.removeprefix("--data users.csv")


def test_the_first_row_names_the_variables_of_the_others() -> None:
    assert parse(b"account,target\n100,200\n101,201", "users.csv") == Rows(
        ("account", "target"), (("100", "200"), ("101", "201"))
    )


def test_it_may_begin_with_a_byte_order_mark_and_end_lines_as_elsewhere() -> None:
    text = "\ufeffname\r\nZoë\r\n\r\n\r\nĲ\r\n"
    assert parse(text.encode(), "users.csv") == Rows(("name",), (("Zoë",), ("Ĳ",)))


def test_cells_in_quotes_hold_commas_quotes_and_nothing() -> None:
    data = b'a,b,c\n"x, ""y""", z,\n'
    assert parse(data, "users.csv").rows == (('x, "y"', " z", ""),)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", ": it is empty; name the variables in its first line, for example account,target"),
        (b"\n\n", ": it is empty; "),
        (b"a\n", ": no row below its header; give a row for each run"),
        (b"a,b\n1\n", ":2: too few cells: 1, but the header has 2 columns; give each column one"),
        (b"a,b\n1,2\n\n1,2,3\n", ":4: too many cells: 3, but the header has 2 columns; "),
        (b"a,a\n1,2\n", ':1: the column "a" is there twice; keep one of them'),
        (b"a,run\n1,2\n", ':1: column 2: "run" is reserved for the run; choose another name'),
        (b"a,\n1,2\n", ':1: column 2: "" cannot be the name of a variable; use letters, digits'),
        (
            b"a;b\n1;2\n",
            ':1: column 1: "a;b" cannot be the name of a variable; separate the cells by commas, '
            "and use letters",
        ),
        (b"a\tb\n1\t2\n", ':1: column 1: "a\\tb" cannot be the name of a variable; separate'),
        (b"a\n1\n\xff\n", ":3: not UTF-8: byte 0xff; save it as UTF-8"),
        (b'a\n"1\n2"\n', ':2: the cell of "a" holds a line break or another control character'),
        (b'a\n1\n"2\n', ":3: unexpected end of data; put a cell that holds commas or quotes in"),
        (b"a\n\x00\n", ':2: the cell of "a" holds a line break or another control character'),
        (
            b"a\n" + b"x" * (LONGEST_VALUE + 1),
            f':2: the cell of "a" is longer than {LONGEST_VALUE} characters; shorten it',
        ),
        (b"a" * (LARGEST + 1), ": larger than 64 MiB; split it"),
    ],
    ids=range(16),
)
def test_what_is_wrong_is_told_with_its_line(data: bytes, says: str) -> None:
    assert trouble(data).startswith(says)


def test_rows_that_are_wrong_are_said_up_to_a_number() -> None:
    with pytest.raises(UsageErrors) as caught:
        parse(b'a\n1,2\n"1\n2"\n3,4\n"', "users.csv")
    assert [str(one).split()[1] for one in caught.value.errors] == [
        "users.csv:2:",
        "users.csv:3:",
        "users.csv:5:",
        "users.csv:6:",
    ]
    with pytest.raises(UsageErrors) as caught:
        parse(b"a\n" + b"1;,2\n" * 1000, "users.csv")
    assert len(caught.value.errors) == MOST_SAID


def test_lines_are_counted_where_quoted_cells_have_several() -> None:
    assert trouble(b'a,b\n"1\n2",\n').startswith(":2: ")
    assert trouble(b"a\n1\n\n2\n3,4\n").startswith(":5: ")


@given(st.binary(max_size=60) | st.text(alphabet='ab,"\n\r;', max_size=60).map(str.encode))
def test_no_bytes_do_anything_else(data: bytes) -> None:
    try:
        found = parse(data, "users.csv")
    except UsageError as error:
        assert str(error).startswith("--data users.csv")  # noqa: PT017 - either is right
    else:
        assert all(len(row) == len(found.columns) for row in found.rows)


def test_a_column_is_not_set_as_well() -> None:
    check_apart(["a"], "users.csv", {"b": "1"})
    with pytest.raises(UsageError) as caught:
        check_apart(["a", "b"], "users.csv", {"b": "1"})
    assert str(caught.value) == ('--set b: "b" is a column of --data users.csv; keep one of them')


def test_each_instance_gets_the_variables_that_its_steps_use() -> None:
    text = """
        instances: {alice: {number: "100"}, bob: {number: "200"}}
        flow:
          alice:
            - MakeCall: {to: "200", headers: {X-Account: "${account}", X-Run: "${run}"}}
            - TIMEOUT: "${pause}"
          bob:
            - INCOMING
            - Answer: {headers: {X-Account: "${account}"}}
        """
    rows = parse(b"account,pause,unused\n4711,1s,x\n4712,2s,y\n", "users.csv")
    reading = read_text(text.encode(), "call.yaml", Given(columns=frozenset(rows.columns)))
    assert reading.scenario is not None
    feeder = RowFeeder(reading.scenario, rows)
    assert len(feeder) == 2
    assert feeder.variables(1) == ({"account": "4711", "pause": "1s"}, {"account": "4711"})
    assert feeder.variables(2) == ({"account": "4712", "pause": "2s"}, {"account": "4712"})
