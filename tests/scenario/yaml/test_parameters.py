"""The parameters of a sub-flow: given, left at their default, or missing."""

from sipflow.scenario.model.actions import Place
from sipflow.scenario.problems import Report
from sipflow.scenario.variables.scope import Given, Scope
from sipflow.scenario.yaml.blocks import Use
from sipflow.scenario.yaml.composer import compose
from sipflow.scenario.yaml.parameters import parameters
from sipflow.scenario.yaml.sub_flows import Fetched, SubFlows
from sipflow.scenario.yaml.tree import Mapping

PLACE = Place(file="call.yaml", line=3, column=7)
FLOW = Fetched("f.yaml", "f", "parameters: {a: , b: 2, c: }\nsteps: [Release]")


def test_a_parameter_has_what_is_given_else_its_default() -> None:
    report = Report()
    flow = SubFlows(report, lambda using, wanted: FLOW).sub_flow("f.yaml", PLACE, ())
    values = compose("{a: 1, d: 4}", "call.yaml", report)
    assert flow is not None
    assert isinstance(values, Mapping)
    within = Scope(Given(), {})
    found = parameters(flow, Use("f.yaml", PLACE, values), within, report)
    assert {name: one.text for name, one in found.items()} == {"a": "1", "b": "2", "c": ""}
    assert [one.within for one in found.values()] == [within, None, None]
    assert [problem.message for problem in report.in_order(lambda place: (0,))] == [
        'the sub-flow has no parameter "d"',
        'the parameter "c" of "f.yaml" has no value',
    ]
