"""Writes the reference of messages, words and codes, or tells which file of it is stale.

Usage: ``python -m scripts.reference_pages [--check] [CHECKOUT]``; exit code 1 if a file is stale,
if the types break what the reference has promised, or if no example shows some word.
"""

import argparse
import json
import sys
from pathlib import Path

from scripts.reference_pages import asyncapi, codes, messages, words
from scripts.reference_pages.compatibility import broken_promises

DOCUMENT = "docs/asyncapi.json"


def main() -> int:
    """Write or compare, and return the exit code."""
    parser = argparse.ArgumentParser(description="The reference of messages and words.")
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    parser.add_argument("checkout", nargs="?", type=Path, default=Path(__file__).parents[2])
    options = parser.parse_args()
    found = check(options.checkout) if options.check else write(options.checkout)
    for line in found:
        print(line)
    return 1 if found else 0


def files() -> dict[str, str]:
    """Return the text of each file of the reference, by its path in the checkout."""
    return {
        "docs/messages.md": messages.page(),
        DOCUMENT: asyncapi.text(),
        "docs/words.md": words.page(),
        "docs/problems.md": codes.page(),
    }


def check(checkout: Path) -> list[str]:
    """Return a line for each file that is not what the types make of it, and for what it lacks."""
    stale = [
        f"{name}: not what the types say any more; run scripts/reference"
        for name, text in files().items()
        if text_of(checkout / name) != text
    ]
    return stale + words.unseen()


def write(checkout: Path) -> list[str]:
    """Write every file, unless that would hide what breaks the wire format; return what does."""
    found = problems(text_of(checkout / DOCUMENT))
    if not found:
        for name, text in files().items():
            (checkout / name).write_text(text, encoding="utf-8")
    return found + words.unseen()


def problems(published: str | None) -> list[str]:
    """Return what the types break of the document as it stands."""
    if published is None:
        return []
    try:
        return broken_promises(json.loads(published), asyncapi.document())
    except ValueError:
        return [f"{DOCUMENT}: no JSON; restore a committed one and run this again"]


def text_of(file: Path) -> str | None:
    """Return the text of a file, None if it is not there."""
    return file.read_text(encoding="utf-8") if file.is_file() else None


if __name__ == "__main__":
    sys.exit(main())
