"""The conversation between the coordinator and a worker, over a socket that loses nothing.

For each run that a worker plays::

    worker                    coordinator
    Hello              ─────▶               once, as its process begins
                       ◀───── Assign(plan)
    Ready | Refused    ─────▶               endpoint open, subscription seen
                       ◀───── Register      only to those that register by themselves
    Registered         ─────▶               confirmed; ChainFailed if it is not
                       ◀───── Go            once all of them are registered
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

For a load it plays one run after another, and says no more of one that goes well than this::

    worker                    coordinator
                       ◀───── JoinLoad(plan)
    Ready | Refused    ─────▶
                       ◀───── Begin         a run; only after the end of the one before
    Registered         ─────▶               where some register first, as above; then Go
    WalkFinished       ─────▶               its chain is over; if ``idle``, so is the run for it
                       ◀───── Halt, as above, and CleanUp, only to those that are not idle
    CleanUpFinished    ─────▶               every dialog gone; also unasked, once all are

From its hello on a worker also says ``Beat`` twice a second, from the loop that drives its user
agent: one that is not heard for long hangs. Commands are in the imperative, what is told is in the
past tense or a state.
"""

from msgspec import Struct

from sipflow.protocol.plan import InstancePlan
from sipflow.protocol.run_metrics import RunFigures


class Message(Struct, frozen=True, kw_only=True, tag_field="message", tag=True):
    """A tagged message of this conversation."""


class Assign(Message, frozen=True, kw_only=True):
    """Play this instance: open the endpoint and say ``Ready``, or ``Refused``.

    ``journal`` is the file that its events of this run are written to, ``log`` the one that its
    standard output and error go to from now on.
    """

    plan: InstancePlan
    journal: str
    log: str


class Register(Message, frozen=True, kw_only=True):
    """Register at the instance's own registrar, before anybody walks; say ``Registered``."""


class Go(Message, frozen=True, kw_only=True):
    """Begin to walk the chain: every instance of the run is ready, and registered if it is to."""


class Pause(Message, frozen=True, kw_only=True):
    """Begin no node until ``Resume``; what runs goes on, its time limit stands still."""


class Resume(Message, frozen=True, kw_only=True):
    """Go on."""


class Halt(Message, frozen=True, kw_only=True):
    """Stop walking: the run is over for everybody, before anybody begins to hang up."""

    cause: str


class CleanUp(Message, frozen=True, kw_only=True):
    """End every dialog, see them gone within ``limit`` seconds.

    ``dead`` lists the addresses (``host:port``) of instances whose worker is gone: nobody will
    answer a BYE there. Sent again when another one dies.
    """

    limit: float
    dead: tuple[str, ...] = ()


class Flush(Message, frozen=True, kw_only=True, tag="Dismiss"):
    """The run is over for this worker: say the last word."""


class Quit(Message, frozen=True, kw_only=True):
    """End the process."""


class JoinLoad(Message, frozen=True, kw_only=True, tag="Enlist"):
    """Play this instance in the runs of a load: open the endpoint, say ``Ready`` or ``Refused``.

    ``recorder`` is the file that has the events of the run that is played, ``log`` is as above.
    ``load_socket`` is the Unix socket to connect to and to say everything through from then on,
    ``hello`` what to show there first.
    """

    plan: InstancePlan
    recorder: str
    load_socket: str
    hello: str
    log: str


class Begin(Message, frozen=True, kw_only=True):
    """Walk the chain in another run; ``variables`` are this run's own, beside the plan's.

    ``hold``: some instances of the run register first, this one perhaps: walk at ``Go``.
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
    """The worker's loop turns."""


class Ready(Message, frozen=True, kw_only=True):
    """The endpoint is open and the event stream is joined: no event can be lost from now on."""


class Refused(Message, frozen=True, kw_only=True):
    """The endpoint could not be opened."""

    detail: str


class Paused(Message, frozen=True, kw_only=True):
    """No node begins any more; the last event before that had the number ``last_seq``."""

    last_seq: int


class Registered(Message, frozen=True, kw_only=True):
    """The registrar has confirmed what ``Register`` asked for; ``number``: of a load's run."""

    number: int = 0


class ChainFinished(Message, frozen=True, kw_only=True):
    """The instance walked all its start nodes to their ends."""


class ChainFailed(Message, frozen=True, kw_only=True):
    """A node failed that has no failure edge: the run is to be aborted.

    Without a node it is the registration before the walk that failed, or what went on in the
    background. ``machine``: the host of the worker lacked something; the scenario has no fault.
    """

    node: str | None
    code: int | None
    detail: str
    local: str | None = None
    machine: bool = False


class Halted(Message, frozen=True, kw_only=True):
    """The walk is broken off: no node runs or will run."""


class CleanedUp(Message, frozen=True, kw_only=True):
    """The clean-up has ended: legs that it released, and the names of those it had to leave.

    ``registrations`` are the registrars at which one had to be left.
    ``idle``: the user agent holds no dialog at all, not even one that was given up.
    """

    released: int
    left: tuple[str, ...] = ()
    registrations: tuple[str, ...] = ()
    idle: bool = True


class EventsFinished(Message, frozen=True, kw_only=True, tag="LastWord"):
    """The worker's events end here: its last one had this ``seq``."""

    last_seq: int


class WalkFinished(Message, frozen=True, kw_only=True, tag="Walked"):
    """The chain is over in a run of a load: walked to its end, or to a ``failure``.

    ``idle``: no dialog lives, so that nothing is left to be done; only then are there figures.
    """

    number: int
    idle: bool
    failure: ChainFailed | None = None
    figures: RunFigures = RunFigures()


class CleanUpFinished(Message, frozen=True, kw_only=True, tag="Swept"):
    """Every dialog of a run of a load is gone, but those that are ``left``; see ``CleanedUp``."""

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
