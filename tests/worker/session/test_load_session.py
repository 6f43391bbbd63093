"""An instance in run after run of a load, as transcripts."""

from msgspec.structs import replace

from sipflow.media.stream_stats import MediaFigures
from sipflow.protocol.control import Halted
from sipflow.protocol.events import NodeState
from sipflow.protocol.run_metrics import CallFigures, MediaCheck, RunFigures
from sipflow.scenario.model.actions import (
    Answer,
    CheckMedia,
    Connected,
    Disconnected,
    Incoming,
    MakeCall,
    Message,
    Release,
    SendMessage,
    Timeout,
    Variable,
)
from sipflow.scenario.model.deferred import Deferred
from sipflow.worker.ua.events import (
    DialogConfirmed,
    DialogEnded,
    DialogFollowed,
    DialogReplaced,
    InviteReceived,
    InviteSent,
    MediaMeasured,
    MessageRefused,
    TextAnswered,
    TextReceived,
)
from tests.worker.load_player import Player
from tests.worker.plans import ALICE, BOB, CAROL, chain
from tests.worker.walk import WALL_OFFSET

SENT = InviteSent("out-1", 0.0)
CONFIRMED = DialogConfirmed("out-1", 200, "OK", at=0.005)
ENDED = DialogEnded("out-1", 200, "Normal call clearing", at=0.5)
BUSY = DialogEnded("out-1", 486, "Busy Here", at=0.002)
CALLED = InviteReceived("in-1", ALICE)
UP = DialogConfirmed("in-1", 200, "OK")
GONE = DialogEnded("in-1", 200, "Normal call clearing")

CALLER = chain("alice", MakeCall(to="200"), Connected(), Release())
CALLEE = chain("bob", Incoming(), Answer(), Disconnected())
CALL = CallFigures(outgoing=True, code=200, srd=5000, answer=5000, completed=True)


def calling(number: int = 1) -> Player:
    """Return a caller whose call is up and who hangs up."""
    player = Player(CALLER)
    assert player.begin(number) == [f"> INVITE out-1 {BOB}"]
    assert player.tell(SENT, CONFIRMED) == ["> hang up out-1"]
    return player


def ringing() -> Player:
    """Return a callee who walks, with a call that is answered but not up."""
    player = Player(CALLEE)
    player.begin()
    assert player.tell(CALLED) == ["> 180 in-1", "> 200 in-1"]
    return player


def test_a_run_that_goes_well_is_one_word_with_its_figures() -> None:
    player = calling()
    assert player.tell(ENDED) == ["Walked 1 idle"]
    assert player.figures == [RunFigures(calls=(CALL,))]
    assert not player.part.alive
    assert not player.part.unclean


def test_one_run_after_another_has_events_of_its_own() -> None:
    player = calling()
    player.tell(ENDED)
    first = len(player.events)
    assert player.begin(2) == [f"> INVITE out-1 {BOB}"]
    assert player.tell(SENT, CONFIRMED, ENDED) == ["> hang up out-1", "Walked 2 idle"]

    assert player.figures == [RunFigures(calls=(CALL,))] * 2
    for run, events in (("r-1", player.events[:first]), ("r-2", player.events[first:])):
        assert {event.run for event in events} == {run}
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
        assert all(event.ts >= WALL_OFFSET for event in events)


def test_each_run_has_variables_of_its_own_beside_the_plan_s() -> None:
    body = (Variable("greeting"), " ", Variable("name"))
    late = Deferred(property="body", kind="text", parts=body)
    plan = chain("alice", SendMessage(to="200", body="?"))
    plan = replace(
        plan,
        nodes=(replace(plan.nodes[0], late=(late,)),),
        variables={"greeting": "hello", "name": "nobody"},
    )
    player = Player(plan)
    assert player.begin(1, name="Bob") == [f"> MESSAGE message-1 {BOB} hello Bob"]
    player.tell(TextAnswered("message-1", 200, "OK"))
    assert player.begin(2) == [f"> MESSAGE message-1 {BOB} hello nobody"]


def test_before_the_first_run_there_is_nothing_to_do() -> None:
    player = Player(CALLER)
    assert (player.at(1.0), player.halt(), player.clean_up()) == ([], [], [])
    assert (player.part.next_timer(), player.part.alive) == (None, False)


# Dialogs that outlive the chain.


def test_who_has_a_dialog_left_at_the_end_of_the_chain_says_so_and_then_that_it_is_gone() -> None:
    player = Player(chain("bob", Incoming(), Answer()))
    player.begin()
    player.tell(CALLED)
    assert player.tell(UP) == ["Walked 1 not idle"]
    assert player.part.next_timer() is None
    assert player.tell(GONE) == ["Swept 1 0"]
    assert player.figures == [RunFigures(calls=(CallFigures(code=200, completed=True),))]


def test_who_is_asked_to_clean_up_says_when_it_is_done_and_what_it_released() -> None:
    player = Player(chain("alice", MakeCall(to="200")))
    player.begin()
    assert player.tell(SENT, CONFIRMED) == ["Walked 1 not idle"]
    assert player.clean_up() == ["> hang up out-1"]
    assert player.tell(ENDED) == ["Swept 1 1"]
    assert not player.part.unclean


def test_who_is_asked_to_clean_up_with_nothing_left_says_so_at_once() -> None:
    player = Player(chain("alice", Timeout(timeout=9.0)))
    player.begin()
    assert player.clean_up() == ["Swept 1 0"]


def test_a_dialog_that_could_not_be_ended_is_named_and_makes_it_unclean() -> None:
    player = Player(chain("alice", MakeCall(to="200")))
    player.begin()
    player.tell(SENT, CONFIRMED)
    player.clean_up()
    assert player.part.next_timer() is not None
    assert player.at(2.0) == ["Swept 1 0 call-1"]
    assert player.part.next_timer() is None
    assert player.part.unclean
    assert player.tell(ENDED) == []

    player.begin(2)
    assert not player.part.unclean


def test_a_dialog_whose_bye_could_not_be_sent_is_named_though_it_is_gone() -> None:
    player = calling()
    unsent = DialogEnded("out-1", None, "the BYE could not be sent", unconfirmed=True)
    assert player.tell(unsent) == ["Walked 1 not idle alice-3 None"]
    assert player.clean_up() == ["Swept 1 0 call-1"]
    assert not player.part.unclean


def test_a_dialog_with_one_who_has_died_is_gone_but_not_for_the_user_agent() -> None:
    player = Player(chain("alice", MakeCall(to="200")))
    player.begin()
    player.tell(SENT, CONFIRMED)
    assert player.clean_up(dead=("127.0.0.1:5062",)) == ["> hang up out-1", "Swept 1 1"]
    assert player.part.unclean


def test_another_one_may_die_during_the_clean_up() -> None:
    player = Player(chain("alice", MakeCall(to="200")))
    player.begin()
    player.tell(SENT, CONFIRMED)
    player.clean_up()
    assert player.clean_up(dead=("127.0.0.1:5062",)) == ["Swept 1 1"]


# Failures and halts.


def test_a_failure_says_where_and_why() -> None:
    player = Player(CALLER)
    player.begin(3)
    assert player.tell(SENT, BUSY) == ["Walked 3 idle alice-1 486"]
    assert player.figures == [RunFigures(calls=(CallFigures(outgoing=True, code=486, srd=2000),))]


def test_a_failure_with_a_dialog_left_waits_for_the_clean_up() -> None:
    player = Player(chain("alice", MakeCall(to="200"), Disconnected(timeout=3.0)))
    player.begin()
    player.tell(SENT, CONFIRMED)
    assert player.at(3.0) == ["Walked 1 not idle alice-2 None"]
    assert player.clean_up() == ["> hang up out-1"]
    assert player.tell(ENDED) == ["Swept 1 1"]


def test_who_is_halted_without_a_dialog_has_no_more_to_say() -> None:
    player = Player(chain("alice", Timeout(timeout=9.0)))
    player.begin()
    assert player.part.next_timer() == 9.0
    assert player.halt() == ["Halted", "Swept 1 0"]
    states = [event.new for event in player.events if isinstance(event, NodeState)]
    assert states == ["running", "cancelled"]


def test_who_is_halted_with_a_dialog_waits_for_the_clean_up_or_its_end() -> None:
    player = ringing()
    assert player.halt() == ["Halted"]
    assert player.tell(UP) == []
    assert player.tell(GONE) == ["Swept 1 0"]


def test_a_dialog_that_ends_by_itself_during_the_clean_up_is_told_of_once() -> None:
    player = ringing()
    player.tell(UP)
    player.halt()
    assert player.clean_up() == []  # the caller hangs up
    assert player.tell(GONE) == ["Swept 1 0"]
    assert player.tell(GONE) == []


def test_a_halt_after_the_chain_s_end_changes_nothing() -> None:
    player = Player(chain("bob", Incoming(), Answer()))
    player.begin()
    player.tell(CALLED, UP)
    assert player.halt() == ["Halted"]
    assert player.tell(GONE) == ["Swept 1 0"]


def test_commands_for_a_run_that_is_over_are_late_and_have_no_answer() -> None:
    player = calling()
    player.tell(ENDED)
    assert (player.halt(), player.clean_up(), player.at(60.0)) == ([], [], [])
    assert player.part.next_timer() is None

    assert player.begin(2) == [f"> INVITE out-1 {BOB}"]
    player.tell(SENT, CONFIRMED)
    assert player.tell(ENDED) == ["Walked 2 idle"]


# Between two runs.


def over() -> Player:
    """Return a callee between two runs."""
    player = ringing()
    assert player.tell(UP, GONE) == ["Walked 1 idle"]
    return player


def test_a_call_that_comes_in_between_is_the_next_run_s() -> None:
    player = over()
    events = len(player.events)
    assert player.tell(InviteReceived("in-2", ALICE)) == []
    assert not player.part.alive
    assert player.begin(2) == ["> 180 in-2", "> 200 in-2"]
    assert {event.run for event in player.events[events:]} == {"r-2"}
    up, gone = DialogConfirmed("in-2", 200, "OK"), DialogEnded("in-2", 200, "")
    assert player.tell(up, gone) == ["Walked 2 idle"]
    assert player.figures[1] == RunFigures(calls=(CallFigures(code=200, completed=True),))


def test_a_call_that_comes_before_the_first_run_is_the_first_run_s() -> None:
    player = Player(CALLEE)
    assert player.tell(CALLED) == []
    assert player.begin() == ["> 180 in-1", "> 200 in-1"]


def test_a_call_that_is_gone_before_the_next_run_is_nobody_s() -> None:
    player = over()
    cancelled = DialogEnded("in-2", 487, "Request Terminated")
    assert player.tell(InviteReceived("in-2", ALICE), cancelled) == []
    assert player.begin(2) == []
    assert not player.part.alive


def test_a_call_that_came_in_after_the_chain_s_end_belongs_to_the_run_while_that_goes_on() -> None:
    player = Player(chain("bob", Incoming(), Answer()))
    player.begin()
    player.tell(CALLED, UP)
    assert player.tell(InviteReceived("in-2", ALICE)) == []
    assert player.tell(GONE) == []
    assert player.clean_up() == []
    assert player.at(0.25) == ["> 480 in-2"]
    assert player.tell(DialogEnded("in-2", 480, "")) == ["Swept 1 1"]


def test_what_is_still_told_of_a_run_s_dialogs_is_not_the_next_run_s() -> None:
    player = over()
    assert player.tell(GONE, DialogEnded("in-1", None, "the INVITE was never sent")) == []
    assert player.begin(2) == []
    assert player.tell(GONE, TextReceived("in-1", ALICE, "hello")) == []
    assert player.tell(InviteReceived("in-2", ALICE)) == ["> 180 in-2", "> 200 in-2"]


def test_the_dialogs_that_follow_from_a_transfer_are_the_run_s() -> None:
    player = Player(chain("bob", Incoming(), Answer(), Disconnected()))
    player.begin()
    player.tell(CALLED, UP, DialogFollowed("in-1", "ref-1", CAROL, 0.0))
    player.tell(DialogReplaced("in-1", "in-2", CAROL))
    taken = [DialogConfirmed(key, 200, "OK", at=0.01) for key in ("ref-1", "in-2")]
    assert player.tell(*taken, GONE, DialogEnded("ref-1", 200, "")) == []
    assert player.tell(DialogEnded("in-2", 200, "")) == ["Walked 1 idle"]
    assert [call.completed for call in player.figures[0].calls] == [True, True, True]


def test_what_waits_is_lost_where_the_user_agent_is_opened_anew() -> None:
    player = ringing()
    player.halt()
    player.clean_up()
    player.at(2.0)
    assert player.part.unclean
    player.tell(InviteReceived("in-2", ALICE))

    assert player.begin(2) == []
    assert not player.part.alive
    player.tell(InviteReceived("in-3", ALICE))
    assert player.part.alive


# Messages.


def test_a_message_that_comes_in_between_is_the_next_run_s() -> None:
    player = Player(chain("bob", Message(contains="hello")))
    player.tell(TextReceived(None, ALICE, "hello"))
    assert player.begin() == ["Walked 1 idle"]
    assert player.begin(2) == []


def test_a_message_that_is_answered_leaves_nothing() -> None:
    player = Player(chain("alice", SendMessage(to="200", body="hello")))
    assert player.begin() == [f"> MESSAGE message-1 {BOB} hello"]
    assert player.tell(TextAnswered("message-1", 200, "OK")) == ["Walked 1 idle"]
    assert not player.part.unclean


def test_a_message_without_an_answer_makes_it_unclean_as_its_answer_would_be_another_run_s() -> (
    None
):
    player = Player(chain("alice", SendMessage(to="200", body="hello", timeout=3.0)))
    player.begin()
    assert player.at(3.0) == ["Walked 1 idle alice-1 None"]
    assert player.part.unclean
    assert player.tell(TextAnswered("message-1", 408, "Request Timeout")) == []

    assert player.begin(2) == [f"> MESSAGE message-1 {BOB} hello"]
    assert player.tell(TextAnswered("message-1", 200, "OK")) == ["Walked 2 idle"]
    assert not player.part.unclean


def test_what_came_in_before_the_user_agent_was_opened_anew_is_no_run_s() -> None:
    player = Player(chain("bob", Incoming(), Answer(), Timeout(timeout=9.0)))
    player.begin()
    player.tell(CALLED, UP)
    assert player.clean_up(dead=("127.0.0.1:5060",)) == ["> hang up in-1", "Swept 1 1"]
    assert player.tell(InviteReceived("in-2", ALICE)) == []

    player.part.cleaned()

    assert not player.part.unclean
    assert player.begin(2) == []  # it waits for an INVITE of its own
    assert player.tell(InviteReceived("in-3", ALICE))[-1:] == ["> 200 in-3"]


# Media.


def test_what_is_measured_of_media_is_told_with_the_figures_of_its_run_alone() -> None:
    check = CheckMedia(window=0.5, min_packets=0)
    player = Player(chain("alice", MakeCall(to="200"), check, Release()))
    player.begin()
    player.tell(SENT, CONFIRMED)
    measured = MediaMeasured("out-1", MediaFigures(packets=90, lost=10, jitter=1.5), 0.5)
    assert player.tell(measured)[-1] == "> hang up out-1"
    assert player.tell(ENDED) == ["Walked 1 idle"]
    mos = player.figures[0].media[0].mos
    assert player.figures[0].media == (MediaCheck(packets=90, lost=10, mos=mos, jitter=1.5),)
    assert any(event.__struct_config__.tag == "media-figures" for event in player.events)

    player.begin(2)
    assert player.tell(SENT, BUSY) == ["Walked 2 idle alice-1 486"]
    assert player.figures[1].media == ()


def test_what_was_refused_between_two_runs_is_told_in_the_next() -> None:
    player = Player(chain("bob", Incoming()))
    refused = MessageRefused("127.0.0.1:5070", "INVITE", 420, "it requires foo")
    player.tell(refused)
    player.begin()
    player.tell(refused)
    kinds = [event.__struct_config__.tag for event in player.events]
    assert kinds.count("refused") == 2


def test_a_halt_is_answered_where_the_coordinator_waits_for_it() -> None:
    player = calling()
    outputs = player.part.halt("stop", 1.0)
    assert outputs[-1] == Halted()
