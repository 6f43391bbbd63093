"""The file of a page: there whole or not at all."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sipflow.errors import ResourceError, UsageError
from sipflow.reports.load_html import LoadHtml
from tests.projections.load_transcript import bad_load, bad_result
from tests.projections.transcript import FOUR


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Path]:
    file = tmp_path / "load.html"
    file.write_text("old", encoding="utf-8")
    yield file
    assert list(tmp_path.glob(".*")) == []


def opened(path: Path) -> LoadHtml:
    page = LoadHtml(path, FOUR)
    page.begin("load7", ["8 slots"])
    for event in bad_load().events:
        page.handle(event)
    return page


def test_the_page_replaces_the_file_at_the_end(old: Path) -> None:
    page = opened(old)
    assert old.read_text(encoding="utf-8") == "old"

    page.finished(bad_result())
    page.close()

    text = old.read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>")
    assert text.endswith("</html>")
    assert "8 slots" in text


def test_without_a_result_there_is_no_page(old: Path) -> None:
    page = opened(old)

    page.close()

    assert old.read_text(encoding="utf-8") == "old"


def test_a_link_stays_a_link(old: Path) -> None:
    link = old.with_name("latest.html")
    link.symlink_to(old)
    page = opened(link)

    page.finished(bad_result())
    page.close()

    assert link.is_symlink()
    assert "<!doctype html>" in old.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["missing/load.html", ".", "a\0b.html", "x" * 300])
def test_what_cannot_be_written_is_said_before_anything_is_started(
    name: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="cannot write the page"):
        LoadHtml(tmp_path / name, FOUR)


def test_a_folder_that_has_gone_is_said_at_the_end(tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    page = opened(folder / "load.html")
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()

    with pytest.raises(ResourceError, match=r"cannot write the page .*load\.html: No such file"):
        page.finished(bad_result())
    page.close()
