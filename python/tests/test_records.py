"""Records and enumerations against resock.h, docs/events.md and what the library gives."""

from __future__ import annotations

import dataclasses
import json
import pickle

import pytest
from loaded import enumeration, page_example, run

from resock._records import (
    Disconnect,
    Level,
    ListenerStats,
    LostReason,
    Reason,
    RefusedOpening,
    State,
    Stats,
)

RENAMED = {"up_ms": "up", "rtt_us": "rtt", "silent_ms": "silent", "delay_ms": "delay"}


@pytest.fixture(scope="module")
def echoed():
    return run([("url", "echo:")], [b"one"])


@pytest.mark.parametrize(
    ("mine", "name", "prefix"),
    [
        (Level, "level", "LEVEL_"),
        (Reason, "reason", "REASON_"),
        (LostReason, "lost_reason", "LOST_"),
    ],
)
def test_numbers_are_those_of_the_header(mine, name, prefix):
    theirs = {word[len(prefix) :]: number for word, number in enumeration(name).items()}
    assert theirs == {each.name: each.value for each in mine}


def test_states_are_those_of_the_header():
    theirs = {
        number: word[len("STATE_") :].lower() for word, number in enumeration("state").items()
    }
    assert theirs == {number: State.of(number).value for number in range(len(State))}


def test_enumerations_print_as_their_words():
    assert str(Level.RECEIVED) == f"{Level.RECEIVED}" == "received"
    assert f"{Level.RECEIVED:d}" == "3"
    assert f"{Reason.NOT_SENT:>10}" == "  not_sent"
    assert str(State.OPEN) == f"{State.OPEN}" == State.OPEN == "open"


def test_levels_compare():
    assert Level.STORED < Level.WRITTEN < Level.RECEIVED < Level.PROCESSED


def test_a_reason_of_a_later_server_stays_a_number():
    assert LostReason.of(6) is LostReason.EXPIRED
    assert LostReason.of(10) == LostReason.of_word("reject_10") == 10
    assert LostReason.of_word("former_owner_busy") is LostReason.FORMER_OWNER_BUSY


def test_a_record_has_every_field_that_the_library_tells(echoed):
    told = echoed.of("CLOSED")["record"]
    made = Disconnect.from_json(told)
    assert {RENAMED.get(name, name) for name in told} == set(Disconnect.__dataclass_fields__)
    for name, value in told.items():
        if name not in RENAMED:
            assert getattr(made, name) == value
    assert str(made) == made.why == told["why"]


def test_the_sentence_of_a_record_names_keywords():
    told = json.loads(page_example("DOWN"))["record"]
    told["why"] = "not retried: set verdict.1000=backoff to reconnect after it"
    made = Disconnect.from_json(told)
    assert made.why == 'not retried: set verdict_1000="backoff" to reconnect after it'


def test_times_of_a_record_are_seconds():
    told = json.loads(page_example("DOWN"))["record"]
    made = Disconnect.from_json(told)
    assert (made.up, made.rtt, made.silent, made.delay) == (0.630, 0.000249, 0.034, 0.186)
    unknown = Disconnect.from_json({**told, "rtt_us": None, "silent_ms": None, "delay_ms": None})
    assert (unknown.rtt, unknown.silent, unknown.delay) == (None, None, None)


def test_a_record_may_gain_fields_but_not_lose_them():
    told = json.loads(page_example("CLOSED"))["record"]
    assert Disconnect.from_json({**told, "later": 1}) == Disconnect.from_json(told)
    del told["layer"]
    with pytest.raises(KeyError, match="layer"):
        Disconnect.from_json(told)


def test_a_record_is_a_value():
    made = Disconnect.from_json(json.loads(page_example("CLOSED"))["record"])
    assert pickle.loads(pickle.dumps(made)) == made
    assert hash(made) == hash(dataclasses.replace(made))
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.why = "because"


def test_stats_have_every_number_that_the_library_tells(echoed):
    told = json.loads(echoed.stats)
    made = Stats.from_json({**told, "later": 1})
    assert {RENAMED.get(name, name) for name in told} == set(Stats.__dataclass_fields__)
    assert made.state is State.FINISHED
    assert made.messages_accepted == made.ended_through == 1
    assert Stats.from_json({**told, "rtt_us": 250}).rtt == 0.00025
    assert Stats.from_json({**told, "rtt_us": None}).rtt is None


def test_numbers_of_a_listener():
    told = json.loads(page_example("Numbers of a listener").splitlines()[0])
    made = ListenerStats.from_json({**told, "later": 1})
    assert set(told) == set(ListenerStats.__dataclass_fields__)
    assert made.addresses == ("ws://127.0.0.1:35203",)
    assert made.refused == {"401": 1}


def test_a_refused_opening():
    made = RefusedOpening.from_json({"address": "127.0.0.1:1", "status": None, "why": "cut"})
    assert made == RefusedOpening("127.0.0.1:1", None, "cut")
