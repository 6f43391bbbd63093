"""scripts/pictures: pictures of real runs that need nothing from elsewhere."""

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

from tests.end_to_end.harness import ROOT

NAMES = ["failed-run", "live-view", "load-end", "load-view", "several-files"]


def words(path: Path) -> str:
    """Return what is written in a picture."""
    text = " ".join(ET.parse(path).getroot().itertext())
    return " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())


def test_the_pictures_are_made_from_real_runs_and_load_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scripts.view_pictures", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "PATH": ""},  # without a browser
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "no Chromium is here, so the pictures of the page stay as they are\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"{name}.svg" for name in NAMES]
    for path in tmp_path.iterdir():
        text = path.read_text(encoding="utf-8")
        assert set(re.findall(r"https?://[^\"' )]+", text)) == {"http://www.w3.org/2000/svg"}
    assert "three parties running" in words(tmp_path / "live-view.svg")
    assert "expected 486, got 500" in words(tmp_path / "failed-run.svg")
    assert "exit code 1, failed" in words(tmp_path / "several-files.svg")
    assert "runs/s of 40.0 asked" in words(tmp_path / "load-view.svg")
    assert "✓ failed>1%" in words(tmp_path / "load-end.svg")


def test_the_pictures_of_the_documentation_are_those_that_are_made() -> None:
    kept = {path.name for path in (ROOT / "docs" / "pictures").iterdir()}

    assert kept == {*(f"{name}.svg" for name in NAMES), "load-page.png", "load-page-phone.png"}
