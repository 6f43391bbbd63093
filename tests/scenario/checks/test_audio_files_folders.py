"""Which paths lie in the folders whose files a scenario may name."""

from pathlib import Path

from sipflow.scenario.checks.audio_files import Folders


def test_a_path_is_in_the_own_folder_or_in_an_allowed_one_or_below(tmp_path: Path) -> None:
    own, allowed, other = (tmp_path / name for name in ("own", "allowed", "own2"))
    allowed.mkdir()
    (tmp_path / "link").symlink_to(allowed)
    folders = Folders(own, [tmp_path / "link"])
    assert folders.own == own
    inside = [own / "a.yaml", own / "b" / "c.yaml", allowed / "d.yaml"]
    assert [folders.hold(path) for path in (*inside, other / "e.yaml")] == [True, True, True, False]
