"""How many characters a line of a stream has room for."""

import os
from collections.abc import Mapping
from typing import TextIO


def line_width(stream: TextIO, environment: Mapping[str, str]) -> int | None:
    """Return the width of a terminal's lines, COLUMNS before what the terminal itself says.

    None where neither says anything: lines in a pipe or a file are as long as they have to be.
    """
    columns = environment.get("COLUMNS", "")
    if columns.isdecimal() and int(columns) > 0:
        return int(columns)
    try:
        return os.get_terminal_size(stream.fileno()).columns or None
    except (OSError, ValueError):  # no terminal, closed, or in memory
        return None
