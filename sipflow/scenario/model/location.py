"""Places in scenario files, for messages and editors."""

from msgspec import Struct


class Place(Struct, frozen=True, kw_only=True):
    """A place in a scenario file: line and column from 1, or a node's id."""

    file: str
    line: int | None = None
    column: int | None = None
    node: str | None = None

    def __str__(self) -> str:
        if self.line is not None:
            return f"{self.file}:{self.line}:{self.column}"
        return f"{self.file}: node {self.node}" if self.node is not None else self.file
