"""A session from its assignment to its last word, as transcripts."""

from sipflow.media.stream_stats import MediaFigures
from sipflow.protocol.events import LegState
from sipflow.scenario.model.actions import (
    Answer,
    CheckMedia,
    Disconnected,
    Incoming,
    MakeCall,
    Release,
    Timeout,
)
from sipflow.worker.session.session import Phase
from sipflow.worker.ua.events import (
    DialogConfirmed,
    DialogEnded,
    DialogFollowed,
    InviteReceived,
    InviteSent,
    MediaMeasured,
    MessageRefused,
    OrderRefused,
    Progressed,
    TryingReceived,
)
from tests.worker.plans import ALICE, BOB, CAROL, chain, plan
from tests.worker.walk import WALL_OFFSET, Solo

SENT = InviteSent("out-1")
TRYING = TryingReceived("out-1")
RINGING = Progressed("out-1", 180, "Ringing")
CONFIRMED = DialogConfirmed("out-1", 200, "OK")
ENDED = DialogEnded("out-1", 200, "Normal call clearing")
BUSY = DialogEnded("out-1", 486, "Busy Here")
CALLED = InviteReceived("in-1", ALICE)


def test_a_session_plays_its_instance_and_tells_of_nodes_and_legs() -> None:
    solo = Solo(chain("alice", MakeCall(to="200"), Release()))

    assert solo.go() == [
        "alice-1 running (go)",
        f"info: MakeCall to {BOB}",
        f"> INVITE out-1 {BOB}",
        "leg call-1 trying",
    ]
    assert solo.tell(SENT) == []
    assert solo.tell(TRYING) == ["leg call-1 proceeding"]
    assert solo.tell(RINGING) == ["leg call-1 early 180 Ringing"]
    assert solo.tell(CONFIRMED) == [
        "leg call-1 confirmed 200 OK",
        "alice-1 completed (200 received)",
        "alice-2 running (alice-1 completed)",
        "info: releasing leg call-1: BYE",
        "> hang up out-1",
    ]
    assert solo.session.alive
    assert solo.tell(ENDED) == [
        "leg call-1 terminated 200 Normal call clearing",
        "alice-2 completed (dialog gone)",
        "ChainFinished",
    ]
    assert solo.clean_up() == ["CleanedUp 0"]
    assert solo.session.phase is Phase.CLEANED
    assert not solo.session.alive


def test_a_leg_event_names_the_state_before() -> None:
    solo = Solo(chain("alice", MakeCall(to="200")))
    solo.go()
    for happening in (SENT, TRYING, RINGING, CONFIRMED, ENDED):
        solo.tell(happening)

    legs = [event for event in solo.events if isinstance(event, LegState)]

    assert [(event.previous, event.new) for event in legs] == [
        (None, "trying"),
        ("trying", "proceeding"),
        ("proceeding", "early"),
        ("early", "confirmed"),
        ("confirmed", "terminated"),
    ]
    assert {event.peer for event in legs} == {BOB}


def test_events_are_numbered_without_holes_and_stamped_with_unix_time() -> None:
    solo = Solo(chain("alice", Timeout(timeout=1.5), Timeout(timeout=1.0)))
    solo.go()
    solo.at(1.5)
    solo.at(2.5)

    assert [event.seq for event in solo.events] == list(range(1, len(solo.events) + 1))
    assert solo.session.last_seq == len(solo.events)
    assert [node.ts - WALL_OFFSET for node in solo.nodes()] == [0.0, 1.5, 1.5, 2.5]


def test_a_walk_that_fails_is_told_to_the_coordinator() -> None:
    solo = Solo(chain("alice", MakeCall(to="200"), Release()))
    solo.go()

    assert solo.tell(BUSY) == [
        "leg call-1 terminated 486 Busy Here",
        "alice-1 failed (486 ended the leg) 486 Busy Here",
        "error: alice-1 486 Busy Here",
        "ChainFailed alice-1 486 Busy Here",
    ]
    assert solo.session.phase is Phase.WALKED
    assert solo.at(60.0) == []


def test_an_instance_without_nodes_has_finished_as_it_goes() -> None:
    solo = Solo(plan("carol"))

    assert solo.at(1.0) == []
    assert solo.go() == ["ChainFinished"]


def test_a_call_that_comes_in_before_go_is_there_for_the_first_node() -> None:
    solo = Solo(chain("bob", Incoming(ring=False)))

    assert solo.tell(CALLED) == []
    assert solo.go() == [
        "bob-1 running (go)",
        "info: waiting for an INVITE",
        f"info: INVITE from {ALICE} taken as leg call-1",
        "bob-1 completed (INVITE received)",
        "leg call-1 trying",
        "ChainFinished",
    ]


def test_what_happens_after_the_walk_is_still_taken_in() -> None:
    solo = Solo(chain("bob", Incoming(), Answer()))
    solo.go()
    solo.tell(CALLED)
    assert solo.tell(DialogConfirmed("in-1", 200, "OK"))[-1] == "ChainFinished"

    assert solo.tell(DialogEnded("in-1", 200, "Normal call clearing")) == [
        "leg call-1 terminated 200 Normal call clearing"
    ]
    assert not solo.session.alive


def test_the_node_that_runs_when_the_session_is_halted_ends_cancelled() -> None:
    solo = Solo(chain("alice", Timeout(timeout=60.0), Timeout(timeout=60.0)))
    solo.go()
    assert solo.session.next_timer() == 60.0

    assert solo.halt("stop") == ["alice-1 cancelled (stop)", "Halted"]
    assert solo.session.next_timer() is None
    assert solo.at(120.0) == []
    assert solo.clean_up() == ["CleanedUp 0"]


def test_a_walk_that_is_over_or_has_not_begun_is_halted_without_an_event() -> None:
    failed, unused = Solo(chain("alice", MakeCall(to="200"))), Solo(chain("alice", Release()))
    failed.go()
    failed.tell(BUSY)

    assert failed.halt("abort") == ["Halted"]
    assert unused.halt("abort") == ["Halted"]
    assert unused.clean_up() == ["CleanedUp 0"]


def test_the_clean_up_hangs_up_and_is_told_when_all_is_gone() -> None:
    solo = Solo(chain("alice", MakeCall(to="200")))
    solo.go()
    solo.tell(CONFIRMED)

    assert solo.clean_up() == ["> hang up out-1"]
    assert solo.session.next_timer() == 0.25
    assert solo.tell(ENDED) == ["leg call-1 terminated 200 Normal call clearing", "CleanedUp 1"]
    assert solo.session.next_timer() is None
    assert solo.at(5.0) == []


def test_a_call_that_is_left_at_the_limit_is_named() -> None:
    solo = Solo(chain("alice", MakeCall(to="200", leg="primary")))
    solo.go()
    solo.tell(CONFIRMED)
    solo.clean_up(limit=2.0)
    solo.tell(OrderRefused("out-1", "no"))

    assert solo.at(1.9) == []
    assert solo.at(2.0) == ["CleanedUp 0 not idle left: primary"]


def test_a_death_that_is_told_during_the_clean_up_ends_the_waiting() -> None:
    solo = Solo(chain("alice", MakeCall(to="200")))
    solo.go()
    solo.tell(CONFIRMED)
    solo.clean_up()

    assert solo.clean_up(dead=("127.0.0.1:5062",)) == ["CleanedUp 1 not idle"]
    assert solo.clean_up(dead=("127.0.0.1:5062",)) == []


def test_a_call_that_comes_in_during_the_clean_up_is_refused() -> None:
    solo = Solo(chain("alice", MakeCall(to="200")))
    solo.go()
    solo.tell(CONFIRMED)
    solo.clean_up()
    solo.now = 0.5

    assert solo.tell(InviteReceived("in-1", BOB)) == ["> 480 in-1"]
    assert solo.tell(DialogEnded("in-1", 480, "Temporarily Unavailable")) == []
    assert solo.tell(ENDED)[-1] == "CleanedUp 2"


def test_a_session_that_is_dismissed_says_the_number_of_its_last_event() -> None:
    solo = Solo(chain("alice", Timeout(timeout=1.0)))
    solo.go()
    solo.at(1.0)
    solo.clean_up()

    assert solo.dismiss() == [f"EventsFinished {len(solo.events)}"]
    assert solo.session.phase is Phase.DISMISSED


def test_nothing_is_told_after_the_last_word() -> None:
    solo = Solo(chain("alice", MakeCall(to="200")))
    solo.go()
    solo.tell(CONFIRMED)
    solo.clean_up(limit=2.0)
    solo.at(2.0)
    assert solo.dismiss() == ["EventsFinished 5"]

    assert solo.tell(ENDED) == []
    assert solo.halt("stop") == ["Halted"]
    assert solo.dismiss() == ["EventsFinished 5"]


def test_a_call_that_comes_in_after_the_last_word_is_refused() -> None:
    solo = Solo(chain("alice", Timeout(timeout=1.0)))
    solo.clean_up()
    solo.dismiss()
    solo.now = 0.5

    assert solo.tell(InviteReceived("in-1", BOB)) == ["> 480 in-1"]
    assert solo.tell(DialogEnded("in-1", 480, "Temporarily Unavailable")) == []


def test_a_session_that_is_dismissed_without_a_clean_up_does_nothing_by_itself() -> None:
    solo = Solo(chain("alice", Timeout(timeout=1.0)))
    solo.go()

    assert solo.dismiss() == ["EventsFinished 2"]
    assert solo.at(1.0) == []


def test_a_clean_up_that_is_asked_for_after_the_last_word_hangs_up_in_silence() -> None:
    solo = Solo(chain("alice", MakeCall(to="200")))
    solo.go()
    solo.tell(CONFIRMED)
    solo.dismiss()

    assert solo.clean_up() == ["> hang up out-1"]
    assert solo.tell(ENDED) == []
    assert not solo.session.alive


# Pauses.


def test_a_pause_is_answered_with_the_number_of_the_last_event() -> None:
    solo = Solo(chain("alice", MakeCall(to="200"), Release()))
    solo.go()
    assert solo.session.last_seq == 3

    assert solo.pause() == ["Paused 3"]
    assert solo.session.next_timer() is None
    assert solo.tell(CONFIRMED) == [
        "leg call-1 confirmed 200 OK",
        "alice-1 completed (200 received)",
    ]
    assert solo.at(60.0) == []
    assert solo.resume() == [
        "alice-2 running (alice-1 completed)",
        "info: releasing leg call-1: BYE",
        "> hang up out-1",
    ]


def test_a_pause_may_come_before_go() -> None:
    solo = Solo(chain("alice", MakeCall(to="200")))

    assert solo.pause() == ["Paused 0"]
    assert solo.go() == []
    assert solo.resume() == [
        "alice-1 running (go)",
        f"info: MakeCall to {BOB}",
        f"> INVITE out-1 {BOB}",
        "leg call-1 trying",
    ]


def test_a_pause_may_come_and_go_before_go() -> None:
    solo = Solo(chain("alice", Timeout(timeout=1.0)))
    solo.pause()

    assert solo.resume() == []
    assert solo.session.phase is Phase.ASSIGNED
    assert solo.go() == ["alice-1 running (go)", "info: waiting 1 s"]


def test_a_pause_is_answered_each_time_also_after_the_walk_and_after_the_clean_up() -> None:
    solo = Solo(chain("alice", Timeout(timeout=1.0)))
    solo.go()

    assert solo.pause() == ["Paused 2"]
    assert solo.pause() == ["Paused 2"]
    solo.resume()
    assert solo.at(1.0) == ["alice-1 completed (time is up)", "ChainFinished"]
    assert solo.pause() == ["Paused 3"]
    assert solo.clean_up() == ["CleanedUp 0"]
    assert solo.pause() == ["Paused 3"]


def test_a_walk_that_fails_in_the_pause_is_told_at_once() -> None:
    solo = Solo(chain("alice", MakeCall(to="200"), Release()))
    solo.go()
    solo.pause()

    assert solo.tell(BUSY)[-1] == "ChainFailed alice-1 486 Busy Here"


def test_a_halt_wins_over_a_pause() -> None:
    solo = Solo(chain("alice", Timeout(timeout=2.0), Timeout(timeout=2.0)))
    solo.go()
    solo.pause()

    assert solo.halt("stop") == ["alice-1 cancelled (stop)", "Halted"]
    assert solo.resume() == []
    assert solo.at(60.0) == []


def test_the_clean_up_knows_no_pause() -> None:
    solo = Solo(chain("alice", MakeCall(to="200")))
    solo.go()
    solo.tell(CONFIRMED)
    solo.pause()

    assert solo.clean_up(limit=2.0) == ["> hang up out-1"]
    assert solo.pause() == ["Paused 5"]
    assert solo.session.next_timer() == 0.25
    assert solo.tell(ENDED)[-1] == "CleanedUp 1"


def test_the_limit_of_the_clean_up_passes_in_a_pause() -> None:
    solo = Solo(chain("alice", MakeCall(to="200")))
    solo.go()
    solo.tell(CONFIRMED)
    solo.clean_up(limit=2.0)
    solo.pause()

    assert solo.at(2.0) == ["CleanedUp 0 not idle left: call-1"]


def test_a_resumption_without_a_pause_does_nothing() -> None:
    solo = Solo(chain("alice", Timeout(timeout=2.0)))
    solo.go()
    solo.at(1.0)

    assert solo.resume() == []
    assert solo.session.next_timer() == 2.0


HEARD = MediaFigures(packets=100, codec="PCMU", direction="sendrecv", level=-11.5, tone=1000.0)
NOTED = "info: received 100 packets, loss 0.0 %, jitter 0.0 ms, MOS 4.41, PCMU, sendrecv, "


def test_a_leg_whose_sound_is_checked_is_listened_to_as_soon_as_it_has_its_name() -> None:
    check = CheckMedia(window=2.0, tone=1000)
    solo = Solo(chain("bob", Incoming(), Answer(), check, Disconnected()))
    solo.go()

    assert "> listen to in-1" in solo.tell(CALLED)
    assert solo.tell(DialogConfirmed("in-1", 200, "OK"))[-3:] == [
        "bob-3 running (bob-2 completed)",
        "info: checking what leg call-1 receives for 2 s",
        "> measure in-1 2.0",
    ]
    assert solo.at(10.0) == []
    assert solo.tell(MediaMeasured("in-1", HEARD, 2.0))[:3] == [
        f"{NOTED}-11.5 dBov, 1000.0 Hz",
        "media of call-1: 100",
        "bob-3 completed (media checked)",
    ]


def test_a_leg_of_which_only_counts_are_checked_is_watched_and_others_are_left_alone() -> None:
    check = CheckMedia(leg="checked")
    solo = Solo(chain("bob", Incoming(leg="checked"), Incoming(leg="other"), check))
    solo.go()

    assert "> watch in-1" in solo.tell(CALLED)
    assert not [line for line in solo.tell(InviteReceived("in-2", ALICE)) if "in-2" in line][1:]


def test_a_dialog_that_takes_the_place_of_a_watched_one_is_watched_too() -> None:
    solo = Solo(chain("bob", Incoming(), Answer(), CheckMedia(window=9.0, sound=True)))
    solo.go()
    solo.tell(CALLED)
    solo.tell(DialogConfirmed("in-1", 200, "OK"))

    assert "> listen to ref-1" in solo.tell(DialogFollowed("in-1", "ref-1", CAROL))
    assert not [
        line for line in solo.tell(DialogConfirmed("ref-1", 200, "OK")) if "listen to" in line
    ]


def test_what_the_user_agent_refused_is_reported_and_is_the_reason_of_an_incoming() -> None:
    solo = Solo(chain("bob", Incoming(timeout=3.0)))
    solo.go()

    refused = MessageRefused("127.0.0.1:5070", "INVITE", 420, "it requires foo")
    became = "127.0.0.1:5070 was refused with 420 Bad Extension: it requires foo"
    assert solo.tell(refused) == [
        "refused: 127.0.0.1:5070 INVITE 420 it requires foo",
        f"warning: INVITE from {became}",
    ]
    assert solo.at(3.0)[0].endswith(f"no INVITE within 3 s; one from {became}")


def test_the_time_limit_of_a_check_begins_after_its_window() -> None:
    solo = Solo(chain("alice", MakeCall(to="200"), CheckMedia(window=30.0, timeout=1.0)))
    solo.go()
    solo.tell(CONFIRMED)

    assert solo.at(30.9) == []
    assert solo.at(31.0)[0].endswith("no figures of leg call-1 within 31 s")
