"""Removes folders, as ``shutil.rmtree`` does, whose import takes longer than the work.

For folders of mode 0700: in others, another user could put a link where a folder was.
"""

import os
from contextlib import suppress


def remove_folder(path: str | os.PathLike[str]) -> None:
    """Remove a folder with all that is in it, as far as that goes; links are not followed."""
    if os.path.islink(path):
        return
    try:
        with os.scandir(path) as listing:
            entries = list(listing)
    except OSError:
        return
    for entry in entries:
        with suppress(OSError):
            if entry.is_dir(follow_symlinks=False):
                remove_folder(entry.path)
            else:
                os.unlink(entry.path)
    with suppress(OSError):
        os.rmdir(path)
