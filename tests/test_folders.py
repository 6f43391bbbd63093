"""Folders are removed with all that is in them, and nothing else is."""

from pathlib import Path

from sipflow.folders import remove_folder


def test_a_folder_goes_with_all_that_is_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    (folder / "a" / "b").mkdir(parents=True)
    (folder / "a" / "b" / "file").touch()
    (folder / "file").touch()

    remove_folder(folder)

    assert list(tmp_path.iterdir()) == []


def test_what_a_link_names_stays(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").touch()
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "link").symlink_to(kept)
    (tmp_path / "itself").symlink_to(kept)

    remove_folder(folder)
    remove_folder(tmp_path / "itself")

    assert (kept / "file").exists()
    assert (tmp_path / "itself").is_symlink()
    assert not folder.exists()


def test_one_that_is_not_there_is_no_mistake(tmp_path: Path) -> None:
    remove_folder(tmp_path / "nowhere")
