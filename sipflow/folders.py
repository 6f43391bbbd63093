"""Removes folders like ``shutil.rmtree``, whose import takes longer than the removal.

Only for folders of mode 0700: in others, another user could replace a folder by a link.
"""

import os
from contextlib import suppress


def remove_folder(path: str | os.PathLike[str]) -> None:
    """Remove a folder and its contents as far as possible; links are not followed."""
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
