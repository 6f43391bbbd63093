"""Control messages between the coordinator and a worker, over a socket that loses nothing.

For each run that a worker plays::

    worker                    coordinator
    Hello              ─────▶               once, as its process begins
                       ◀───── Assign(plan)
    Ready | Refused    ─────▶               endpoint open, subscription seen
                       ◀───── Register      only to instances with automatic registration
    Registered         ─────▶               confirmed; ChainFailed if it is not
                       ◀───── Go            once all of these are registered
                       ◀───── Pause         at any time before the halt; Resume ends it
    Paused             ─────▶
    ChainFinished | ChainFailed ─▶
                       ◀───── Halt          only if some instance is still walking
    Halted             ─────▶
                       ◀───── CleanUp
    CleanedUp          ─────▶               every dialog gone, or the limit passed
                       ◀───── Flush
    EventsFinished     ─────▶               the number of its last event
                       ◀───── Quit          (or another Assign)

For a load a worker plays one run after another; a run that succeeds takes only these messages::

    worker                    coordinator
                       ◀───── JoinLoad(plan)
    Ready | Refused    ─────▶
                       ◀───── Begin         a run; only after the end of the one before
    Registered         ─────▶               where instances register first, as above; then Go
    WalkFinished       ─────▶               its chain is over; if ``idle``, so is the run for it
                       ◀───── Halt, as above, and CleanUp, only to workers that are not idle
    CleanUpFinished    ─────▶               every dialog gone; also sent without a CleanUp

After its ``Hello`` a worker also sends the heartbeat ``Beat`` twice a second, from the loop that
drives its user agent; a worker whose heartbeats stop is hung. Commands are in the imperative,
reports in the past tense or named for a state.
"""

from msgspec import Struct

from sipflow.protocol.plan import InstancePlan
from sipflow.protocol.run_metrics import RunFigures


class Message(Struct, frozen=True, kw_only=True, tag_field="message", tag=True):
    """A tagged message of this conversation."""


class Assign(Message, frozen=True, kw_only=True):
    """Play this instance: open the endpoint and answer ``Ready``, or ``Refused``.

    ``journal``: the file for the instance's events of this run.
    ``log``: the file for the worker's standard output and error from now on.
    """

    plan: InstancePlan
    journal: str
    log: str


class Register(Message, frozen=True, kw_only=True):
    """Register at the instance's own registrar before any walk begins; answer ``Registered``."""


class Go(Message, frozen=True, kw_only=True):
    """Begin to walk the chain: all instances of the run are ready, and registered if required."""


class Pause(Message, frozen=True, kw_only=True):
    """Begin no node until ``Resume``; running nodes go on, but their time limits stand still."""


class Resume(Message, frozen=True, kw_only=True):
    """Begin nodes again, after a ``Pause``."""


class Halt(Message, frozen=True, kw_only=True):
    """Stop walking; every instance of the run does so before the first one hangs up."""

    cause: str


class CleanUp(Message, frozen=True, kw_only=True):
    """End every dialog and wait at most ``limit`` seconds until all are terminated.

    ``dead``: the addresses (``host:port``) of instances whose worker has exited; a BYE to them
    would get no answer. The message is sent again when another worker exits.
    """

    limit: float
    dead: tuple[str, ...] = ()


class Flush(Message, frozen=True, kw_only=True, tag="Dismiss"):
    """The run is over for this worker: answer ``EventsFinished``."""


class Quit(Message, frozen=True, kw_only=True):
    """End the process."""


class JoinLoad(Message, frozen=True, kw_only=True, tag="Enlist"):
    """Play this instance in a load's runs: open the endpoint, answer ``Ready`` or ``Refused``.

    ``recorder``: the file for the events of the current run.
    ``load_socket``: the Unix socket to connect to; all later messages are sent through it.
    ``hello``: the first message on that socket, which identifies the worker.
    ``log``: as in ``Assign``.
    """

    plan: InstancePlan
    recorder: str
    load_socket: str
    hello: str
    log: str


class Begin(Message, frozen=True, kw_only=True):
    """Walk the chain in another run; ``variables`` are this run's own, beside the plan's.

    ``hold``: wait for ``Go``, because instances of the run register first.
    """

    number: int
    run: str
    variables: dict[str, str] = {}
    hold: bool = False


ToWorker = (
    Assign | Register | Go | Pause | Resume | Halt | CleanUp | Flush | Quit | JoinLoad | Begin
)


class Hello(Message, frozen=True, kw_only=True):
    """A worker process is up and waits for an assignment."""

    pid: int


class Beat(Message, frozen=True, kw_only=True):
    """A heartbeat: the worker's event loop is running."""


class Ready(Message, frozen=True, kw_only=True):
    """The endpoint is open and the event socket is subscribed to: no event can get lost now."""


class Refused(Message, frozen=True, kw_only=True):
    """The endpoint could not be opened."""

    detail: str


class Paused(Message, frozen=True, kw_only=True):
    """The walk is paused; the last event before the pause has the number ``last_seq``."""

    last_seq: int


class Registered(Message, frozen=True, kw_only=True):
    """The registrar has confirmed the registration; ``number``: that of a load's run."""

    number: int = 0


class ChainFinished(Message, frozen=True, kw_only=True):
    """The instance walked all its start nodes to their ends."""


class ChainFailed(Message, frozen=True, kw_only=True):
    """A node without a failure edge failed: the run must be aborted.

    ``node``: None if the registration before the walk failed, or an action in the background.
    ``machine``: the cause is a resource that the worker's host lacks, not the scenario.
    """

    node: str | None
    code: int | None
    detail: str
    local: str | None = None
    machine: bool = False


class Halted(Message, frozen=True, kw_only=True):
    """The walk is stopped: no node runs or will run."""


class CleanedUp(Message, frozen=True, kw_only=True):
    """The clean-up has ended.

    ``released``: the number of legs that it ended.
    ``left``: the names of the legs that it could not end.
    ``registrations``: the registrars at which a registration could not be removed.
    ``idle``: the user agent holds no dialog at all, not even an abandoned one.
    """

    released: int
    left: tuple[str, ...] = ()
    registrations: tuple[str, ...] = ()
    idle: bool = True


class EventsFinished(Message, frozen=True, kw_only=True, tag="LastWord"):
    """The worker sends no further event; ``last_seq`` is the ``seq`` of its last one."""

    last_seq: int


class WalkFinished(Message, frozen=True, kw_only=True, tag="Walked"):
    """The walk of one run of a load has ended, with a ``failure`` or without.

    ``idle``: no dialog is open, so no clean-up is needed; only then are there figures.
    """

    number: int
    idle: bool
    failure: ChainFailed | None = None
    figures: RunFigures = RunFigures()


class CleanUpFinished(Message, frozen=True, kw_only=True, tag="Swept"):
    """Every dialog of a load's run is terminated, except those in ``left``; see ``CleanedUp``."""

    number: int
    released: int = 0
    left: tuple[str, ...] = ()
    figures: RunFigures = RunFigures()


ToCoordinator = (
    Hello
    | Beat
    | Ready
    | Refused
    | Paused
    | Registered
    | ChainFinished
    | ChainFailed
    | Halted
    | CleanedUp
    | EventsFinished
    | WalkFinished
    | CleanUpFinished
)
