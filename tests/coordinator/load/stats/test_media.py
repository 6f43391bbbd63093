"""What was found about media, added up."""

from sipflow.coordinator.load.stats.media import MediaTotals
from sipflow.protocol.load_result import Media
from sipflow.protocol.run_metrics import MediaCheck


def media(*checks: MediaCheck) -> Media:
    sums = MediaTotals()
    for check in checks:
        sums.add(check)
    return sums.media()


def test_where_nothing_was_checked_nothing_is_said() -> None:
    assert media() == Media(
        checked=0, packets=0, lost=0, mos_min=None, mos_mean=None, jitter_ms_max=None
    )


def test_packets_are_added_and_the_worst_is_kept() -> None:
    found = media(
        MediaCheck(packets=100, lost=1, mos=4.4, jitter=0.5),
        MediaCheck(packets=50, lost=10, mos=3.2, jitter=2.5),
        MediaCheck(packets=100, mos=4.1, jitter=0.25),
    )

    assert found == Media(
        checked=3, packets=250, lost=11, mos_min=3.2, mos_mean=3.9, jitter_ms_max=2.5
    )


def test_a_leg_without_a_basis_for_a_mos_does_not_lower_the_mean() -> None:
    found = media(MediaCheck(), MediaCheck(packets=100, mos=4.0))

    assert found == Media(
        checked=2, packets=100, lost=0, mos_min=4.0, mos_mean=4.0, jitter_ms_max=0.0
    )
    assert media(MediaCheck()) == Media(checked=1, jitter_ms_max=0.0)
