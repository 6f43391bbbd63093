"""The width of a stream's lines in characters."""

import os
from collections.abc import Mapping
from typing import TextIO


def line_width(stream: TextIO, environment: Mapping[str, str]) -> int | None:
    """Return the width of a terminal's lines; COLUMNS takes precedence over the terminal's own.

    None if unknown, and for a pipe or a file, whose lines have any length: COLUMNS does not apply
    to those, because every child of a program that has loaded GNU readline inherits it.
    """
    try:
        terminal = os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):  # no terminal, closed, or in memory
        return None
    columns = environment.get("COLUMNS", "")
    if columns.isdecimal() and int(columns) > 0:
        return int(columns)
    return terminal or None
