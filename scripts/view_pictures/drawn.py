"""Draws what a terminal shows as SVG, and a page as PNG."""

import io
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console, RenderableType
from rich.terminal_theme import MONOKAI

WIDTH, HEIGHT = 80, 24
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_LIMIT = 60.0
# Rich's own drawing of a terminal, without the font that it would load from elsewhere.
_FORMAT = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
  <style>
    .{unique_id}-matrix {{
      font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace;
      font-size: {char_height}px; line-height: {line_height}px; font-variant-east-asian: full-width;
    }}
    .{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: sans-serif; }}
    {styles}
  </style>
  <defs>
    <clipPath id="{unique_id}-clip-terminal">
      <rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
    </clipPath>
    {lines}
  </defs>
  {chrome}
  <g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
    {backgrounds}
    <g class="{unique_id}-matrix">
    {matrix}
    </g>
  </g>
</svg>
"""


def console(height: int = HEIGHT) -> Console:
    """Return a terminal that remembers what is drawn on it."""
    return Console(
        file=io.StringIO(),
        record=True,
        force_terminal=True,
        color_system="truecolor",
        width=WIDTH,
        height=height,
        highlight=False,
        legacy_windows=False,
        _environ={},
    )


def write_terminal(path: Path, title: str, parts: Iterable[RenderableType]) -> None:
    """Write what a terminal looks like on which these were printed."""
    terminal = console()
    for part in parts:
        terminal.print(part, markup=False)
    drawing = terminal.export_svg(
        title=title, theme=MONOKAI, code_format=_FORMAT, unique_id=path.stem
    )
    path.write_text(drawing, encoding="utf-8")


def browser() -> str | None:
    """Return a browser that can draw a page without a screen, if there is one."""
    return next((found for name in _BROWSERS if (found := shutil.which(name))), None)


def write_page(program: str, page: Path, path: Path, width: int, height: int) -> None:
    """Write what a page looks like in a window of a size."""
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [
                program,
                *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic"),
                *("--no-first-run", "--disable-background-networking", "--disable-sync"),
                *("--disable-component-update", "--hide-scrollbars"),
                *(f"--user-data-dir={profile}", f"--window-size={width},{height}"),
                *(f"--screenshot={path.resolve()}", page.resolve().as_uri()),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_LIMIT,
        )
