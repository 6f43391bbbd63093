"""``--set NAME=VALUE``: variables, or one clear line."""

import pytest

from sipflow.coordinator.settings import variables
from sipflow.errors import UsageError


def test_a_setting_is_a_name_and_a_value_with_whatever_is_in_it() -> None:
    assert variables(["a=1", "b=x=y", "c="]) == {"a": "1", "b": "x=y", "c": ""}
    assert variables([]) == {}


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        (["target"], '--set "target": write NAME=VALUE'),
        (["=x"], '--set: "" cannot be the name of a variable'),
        (["a b=x"], '--set: "a b" cannot be the name of a variable'),
        (["run=x"], '--set: "run" is a name of the run\'s own'),
        (["a=1", "a=2"], '--set: "a" is set twice; keep one of them'),
    ],
)
def test_what_is_no_setting_is_told(settings: list[str], says: str) -> None:
    with pytest.raises(UsageError) as caught:
        variables(settings)
    assert str(caught.value).startswith(says)
