"""A terminal with a shell that knows job control, as small as can be, for tests of what is typed.

``Shell`` is the test's end: it types, and sees how the terminal reads. The program runs in a
session of its own, as the job of a leader that does what a person's shell does.
"""

import fcntl
import os
import pty
import select
import signal
import subprocess
import sys
import termios
from pathlib import Path
from types import TracebackType

from tests.waiting import LIMIT, until

ROOT = Path(__file__).parents[2]
_LINE_EDITING = termios.ECHO | termios.ICANON


class Shell:
    """Runs one Python program in the foreground of a new terminal."""

    def __init__(self, program: str, *arguments: str) -> None:
        self.terminal, theirs = pty.openpty()
        self._said = ""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.console.pty_shell", program, *arguments],
            stdin=theirs,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
            start_new_session=True,
        )
        os.close(theirs)

    def __enter__(self) -> "Shell":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.terminal >= 0:
            os.close(self.terminal)  # hangs up
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._process.kill()
        self._process.wait(LIMIT)

    def edits_lines(self) -> bool:
        """Whether the terminal echoes and waits for whole lines, as it does for a shell."""
        return bool(termios.tcgetattr(self.terminal)[3] & _LINE_EDITING)

    def types(self, keys: bytes) -> None:
        """Press keys."""
        os.write(self.terminal, keys)

    def hangs_up(self) -> None:
        """Take the terminal away."""
        os.close(self.terminal)
        self.terminal = -1

    def continues(self, place: str) -> None:
        """Let the job go on in the foreground (``fg``) or in the background (``bg``)."""
        os.kill(self._process.pid, {"fg": signal.SIGUSR1, "bg": signal.SIGUSR2}[place])

    def hears(self, text: str) -> None:
        """Wait until the job or the shell has said a line once more."""
        until(lambda: f"{text}\n" in self._said, self._listen)
        self._said = self._said.partition(f"{text}\n")[2]

    def _listen(self) -> None:
        assert self._process.stdout is not None
        descriptor = self._process.stdout.fileno()
        if select.select([descriptor], [], [], 0.05)[0]:
            said = os.read(descriptor, 4096).decode()
            assert said, f"it ended, and had said {self._said!r}"
            self._said += said


def lead(program: str, arguments: list[str]) -> None:
    """Be the shell: give the terminal to the job, and take it back when that stops or ends."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    orders = {signal.SIGUSR1, signal.SIGUSR2}
    signal.pthread_sigmask(signal.SIG_BLOCK, orders)
    job = os.fork()
    if not job:
        _become_the_job(orders)
        os.execv(sys.executable, [sys.executable, "-c", program, *arguments])
    while True:
        _, status = os.waitpid(job, os.WUNTRACED)
        # Only now is the terminal the shell's again.
        os.tcsetpgrp(0, os.getpgrp())
        if not os.WIFSTOPPED(status):
            break
        _say("stopped")
        if signal.sigwait(orders) == signal.SIGUSR2:
            os.kill(job, signal.SIGCONT)
            # A job in the background is put into the foreground without being told.
            signal.sigwait({signal.SIGUSR1})
            os.tcsetpgrp(0, job)
            continue
        os.tcsetpgrp(0, job)
        os.kill(job, signal.SIGCONT)
    _say(f"ended {os.waitstatus_to_exitcode(status)}")
    signal.sigwait(orders)  # until the test has looked


def _become_the_job(orders: set[signal.Signals]) -> None:
    os.setpgid(0, 0)
    os.tcsetpgrp(0, os.getpid())
    for number in (signal.SIGTTOU, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, orders)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    lead(sys.argv[1], sys.argv[2:])
