"""The null sound device, whose clock makes media flow: open while somebody needs it."""

from collections.abc import Hashable

import pjsua2 as pj


class SoundDevice:
    """Opens the device for its first user and closes it after the last: its clock costs CPU."""

    def __init__(self, endpoint: pj.Endpoint) -> None:
        self._endpoint = endpoint
        self._users: set[Hashable] = set()

    def hold(self, user: Hashable) -> None:
        """Have it open for a user; raises ``pj.Error``."""
        if not self._users:
            self._endpoint.audDevManager().setNullDev()
        self._users.add(user)

    def release(self, user: Hashable) -> None:
        """Take in that a user needs it no longer, if ever."""
        if user not in self._users:
            return
        self._users.remove(user)
        if not self._users:
            self._endpoint.audDevManager().setNoDev()
