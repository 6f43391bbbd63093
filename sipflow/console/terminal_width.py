"""How many characters a line of a stream has room for."""

import os
from collections.abc import Mapping
from typing import TextIO


def line_width(stream: TextIO, environment: Mapping[str, str]) -> int | None:
    """Return the width of a terminal's lines, COLUMNS before what the terminal itself says.

    None where nothing is known, and for a pipe or a file, in which a line is as long as it has to
    be: COLUMNS says nothing of those, because every child of a program that has loaded GNU
    readline inherits one.
    """
    try:
        terminal = os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):  # no terminal, closed, or in memory
        return None
    columns = environment.get("COLUMNS", "")
    if columns.isdecimal() and int(columns) > 0:
        return int(columns)
    return terminal or None
