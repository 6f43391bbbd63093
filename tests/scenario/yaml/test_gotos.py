"""Gotos: an id means the step of the same block first, and nothing leads into a block."""

from sipflow.scenario.model.actions import Place
from sipflow.scenario.problems import Report
from sipflow.scenario.raw_graph import RawEdge
from sipflow.scenario.yaml.gotos import Block, Goto, Gotos

PLACE = Place(file="call.yaml", line=3, column=7)


def resolved(target: str, block: Block, gotos: Gotos) -> tuple[list[RawEdge], list[str]]:
    """Return the edge of a goto in a block, and what is said about it."""
    report = Report()
    gotos.open = [Goto("here", "success", target, PLACE, block)]
    edges = gotos.edges(report)
    return edges, [problem.message for problem in report.in_order(lambda place: (0,))]


def test_an_id_means_the_step_of_the_same_round_and_else_one_around_it() -> None:
    gotos, file = Gotos(), Block("")
    first, second = Block("a Repeat", file), Block("a Repeat", file)
    for block, identity in ((first, "x.1"), (second, "x.2")):
        gotos.define(block, "x", identity)
    gotos.define(file, "y", "y")
    assert resolved("x", second, gotos)[0] == [RawEdge("here", "x.2", "success", PLACE)]
    assert resolved("y", second, gotos)[0] == [RawEdge("here", "y", "success", PLACE)]


def test_nothing_leads_into_a_block() -> None:
    gotos, file = Gotos(), Block("")
    gotos.define(Block("a Repeat", file), "x", "x.1")
    assert resolved("x", file, gotos) == ([], ['goto leads into a Repeat, to "x"'])
    assert resolved("x.1", file, gotos) == ([], ['goto leads into a Repeat, to "x.1"'])


def test_nothing_leads_out_of_a_sub_flow() -> None:
    gotos, file, flow = Gotos(), Block(""), Block("the sub-flow f")
    gotos.define(file, "bye", "bye")
    gotos.define(flow, "hi", "u/hi")
    said = 'goto names "bye", and there is no such step in this file'
    assert resolved("bye", Block("a Repeat", flow), gotos) == ([], [said])


def test_what_is_not_known_at_all_is_left_to_the_check_of_edges() -> None:
    edges, said = resolved("nowhere", Block(""), Gotos())
    assert (edges, said) == ([RawEdge("here", "nowhere", "success", PLACE)], [])
