"""Which free slot plays next."""

from sipflow.coordinator.load.slots.free import FreeSlots


def free(*names: str) -> FreeSlots[str]:
    """Return slots that are free, in this order."""
    slots: FreeSlots[str] = FreeSlots()
    for name in names:
        slots.add(name)
    return slots


def test_they_play_in_turn() -> None:
    slots = free("a", "b")

    assert slots.take() == "a"
    slots.add("a")
    assert len(slots) == 2
    assert [slots.take(), slots.take()] == ["b", "a"]
    assert len(slots) == 0


def test_one_that_plays_or_is_gone_is_free_no_more() -> None:
    slots = free("plays", "gone", "other")
    slots.take()

    for name in ("gone", "unknown"):
        slots.remove(name)

    assert "plays" not in slots
    assert "gone" not in slots
    assert "other" in slots
    assert slots.take() == "other"
