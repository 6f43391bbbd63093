"""Which free slot plays next."""

from sipflow.coordinator.load.free_slots import FreeSlots


def free(**until: float) -> FreeSlots[str]:
    """Return slots that rest until these moments."""
    slots: FreeSlots[str] = FreeSlots()
    for name, moment in until.items():
        slots.add(name, moment)
    return slots


def test_who_is_rested_plays_before_who_rests_still() -> None:
    slots = free(tired=10.6, fresh=0.0)

    assert slots.room(10.0) == 1
    assert slots.take() == "fresh"
    assert slots.room(10.0) == 0
    assert slots.room(10.6) == 1
    assert slots.take() == "tired"
    assert slots.next_rested(11.0) is None


def test_those_that_may_play_do_so_in_turn() -> None:
    slots = free(a=0.0, b=0.0)

    assert slots.room(1.0) == 2
    assert slots.take() == "a"
    slots.add("a", 0.0)
    assert slots.room(1.0) == 2
    assert [slots.take(), slots.take()] == ["b", "a"]


def test_the_next_moment_is_that_of_the_first_to_be_rested() -> None:
    slots = free(a=12.0, b=11.0)

    assert slots.next_rested(10.0) == 11.0
    assert slots.next_rested(11.5) == 11.5
    slots.room(11.5)
    assert slots.next_rested(11.5) == 11.5


def test_who_is_gone_is_free_no_more() -> None:
    slots = free(rested=0.0, resting=20.0, other=30.0)
    slots.room(10.0)
    assert "rested" in slots
    assert "resting" in slots
    assert "unknown" not in slots

    for name in ("rested", "resting", "unknown"):
        slots.remove(name)

    assert "rested" not in slots
    assert "resting" not in slots
    assert slots.next_rested(10.0) == 30.0
