"""Orders are values: equal when they ask the same, and never changed."""

import pytest

from sipflow.worker.ua.commands import (
    DialogOrder,
    DropRtp,
    HangUp,
    Invite,
    MeasureMedia,
    MediaOrder,
    Reinvite,
    Respond,
    SendText,
    WatchMedia,
)

OnDialog = Invite | SendText | DialogOrder | MediaOrder
EACH: list[OnDialog] = [
    Invite("d", "sip:200@127.0.0.1"),
    Respond("d", 486),
    HangUp("d"),
    Reinvite("d", True, 1, 10.0),
    SendText("m", "hello", "text/plain", dialog="d"),
    WatchMedia("d", listen=True),
    MeasureMedia("d"),
    DropRtp("d", 10),
]


@pytest.mark.parametrize("order", EACH, ids=lambda order: type(order).__name__)
def test_an_order_names_its_dialog_and_stays_what_it_is(order: OnDialog) -> None:
    assert order.dialog == "d"
    with pytest.raises(AttributeError, match="immutable"):
        order.dialog = "other"  # type: ignore[misc]


def test_a_response_has_the_usual_phrase_of_its_code_unless_it_says_so() -> None:
    assert Respond("d", 486).reason is None
    assert Respond("d", 486) == Respond("d", 486, None) != Respond("d", 486, "Gone fishing")
