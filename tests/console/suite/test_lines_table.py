"""The table at the end of several runs."""

from textwrap import dedent

from sipflow.console.suite.lines import table
from sipflow.projections.suite import Entry
from tests.projections.outcomes import bad, not_reached, verdict


def shown(*entries: Entry) -> str:
    return "".join(f"{line}\n" for line in table(entries))


MIXED = (
    Entry(verdict("calls/basic.yaml", took=12.3)),
    Entry(verdict("busy.yaml", "failed"), "alice alice-1 MakeCall 486 Busy Here"),
    Entry(bad("bad.yaml", "p", "q"), "2 problems"),
    Entry(not_reached("late.yaml"), "another had failed"),
    Entry(verdict("slow.yaml", "stopped", took=-0.001)),
)


def test_of_few_files_each_has_its_row() -> None:
    assert shown(*MIXED) == dedent("""\
        file              scenario     verdict      seconds  reason
        calls/basic.yaml  busy callee  completed      12.30
        busy.yaml         busy callee  failed          0.41  alice alice-1 MakeCall 486 Busy Here
        bad.yaml          -            not started        -  2 problems
        late.yaml         -            not reached        -  another had failed
        slow.yaml         busy callee  stopped         0.00
        """)


def test_of_many_files_only_those_that_went_wrong_have() -> None:
    many = [Entry(verdict(f"{number}.yaml")) for number in range(16)]

    assert len(table([*MIXED[:4], *many])) == 21
    assert shown(*MIXED, *many) == dedent("""\
        file       scenario     verdict      seconds  reason
        busy.yaml  busy callee  failed          0.41  alice alice-1 MakeCall 486 Busy Here
        bad.yaml   -            not started        -  2 problems
        slow.yaml  busy callee  stopped         0.00
        """)


def test_when_all_of_many_complete_there_is_no_table() -> None:
    assert table([Entry(verdict(f"{number}.yaml")) for number in range(21)]) == []


def test_a_very_long_path_moves_no_other_row() -> None:
    rows = table([Entry(verdict("x" * 60)), Entry(verdict("a.yaml"))])

    assert rows[2] == "a.yaml  busy callee  completed     0.41"


def test_a_row_stays_one_line_and_moves_no_cursor() -> None:
    rows = table([Entry(verdict("a\n.yaml", "failed"), "486 \x1b[2JBusy\r\n")])

    assert rows[1] == "a�.yaml  busy callee  failed      0.41  486 �[2JBusy��"


def narrow(width: int, *entries: Entry) -> str:
    lines = table(entries, width)
    assert all(len(line) <= width or "/path" in line for line in lines)
    return "".join(f"{line}\n" for line in lines)


def test_a_table_that_fits_the_terminal_looks_the_same() -> None:
    lines = table(MIXED)

    assert table(MIXED, max(map(len, lines))) == lines


def test_on_a_terminal_without_room_files_and_reasons_stand_below_each_other() -> None:
    assert narrow(60, *MIXED) == dedent("""\
        verdict      seconds  file
                              reason
        completed      12.30  calls/basic.yaml
        failed          0.41  busy.yaml
                              alice alice-1 MakeCall 486 Busy Here
        not started        -  bad.yaml
                              2 problems
        not reached        -  late.yaml
                              another had failed
        stopped         0.00  slow.yaml
        """)


def test_on_a_very_narrow_terminal_all_stands_below_each_other() -> None:
    assert narrow(20, *MIXED[1:3], Entry(verdict("a/folder/with/a/long/path.yaml"))) == dedent("""\
        verdict seconds
          file
            reason
        failed 0.41
          busy.yaml
            alice alice-1
            MakeCall 486
            Busy Here
        not started
          bad.yaml
            2 problems
        completed 0.41
          a/folder/with/a/long/path.yaml
        """)
