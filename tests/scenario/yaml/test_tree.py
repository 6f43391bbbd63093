"""Located values."""

from sipflow.scenario.model.actions import Place
from sipflow.scenario.values import Shape
from sipflow.scenario.yaml.tree import Key, Mapping, Scalar, Sequence, raw

PLACE = Place(file="f", line=1, column=1)


def test_a_mapping_has_the_values_of_its_keys() -> None:
    value = Scalar(5, PLACE)
    mapping = Mapping(((Key("a", PLACE), value),), PLACE)
    assert mapping.get("a") is value
    assert mapping.get("b") is None


def test_what_is_no_scalar_is_known_by_its_shape() -> None:
    assert raw(Scalar("x", PLACE)) == "x"
    assert raw(Sequence((), PLACE)) is Shape.LIST
    assert raw(Mapping((), PLACE)) is Shape.MAPPING
