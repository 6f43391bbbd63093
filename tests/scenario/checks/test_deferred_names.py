"""What is known only during the run."""

from sipflow.scenario.checks.deferred_names import RuntimeNames
from sipflow.scenario.model.actions import Place
from sipflow.scenario.raw_graph import RawGraph, RawInstance, RawProperty

PLACE = Place(file="f")


def test_an_instance_is_known_by_its_id_and_its_name_or_else_its_number() -> None:
    number = RawProperty("dn", "100", PLACE, PLACE)
    instances = (
        RawInstance(id="i", place=PLACE, name="Alice"),
        RawInstance(id="j", place=PLACE, number=number),
    )
    raw = RawGraph(format="xyflow", file="f", name="f", instances=instances, nodes=(), edges=())
    assert {"instance.i.port", "instance.Alice.uri", "instance.100.host"} <= RuntimeNames(
        raw
    ).of_run
