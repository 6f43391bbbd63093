"""The package's face: what other programs import, and nothing else."""

import pytest

import sipflow
from sipflow.subscriber import subscribe


def test_subscribe_is_there_when_it_is_asked_for() -> None:
    assert sipflow.subscribe is subscribe


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError):
        sipflow.nothing  # noqa: B018
