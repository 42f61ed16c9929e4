"""Events against docs/events.md, whose examples are those of real events, and a real link."""

from __future__ import annotations

import dataclasses
import json
import pickle
import typing

import pytest
from loaded import enumeration, page_examples, run

from resock import events
from resock._errors import InternalError
from resock._events import from_json
from resock._records import Level, LostReason, Reason

EXAMPLES = page_examples()
RENAMED = {
    "event": None,
    "user": None,
    "bytes": None,
    "link": "link_id",
    "listener": "listener_id",
    "downtime_ms": "downtime",
    "token": "has_token",
    "text": "data",
}


def test_the_page_has_an_example_of_every_kind():
    kinds = {name[len("EVENT_") :] for name in enumeration("kind")}
    assert {kind for kind, _, _ in EXAMPLES} == kinds
    assert len(typing.get_args(events.Event)) == len(kinds)


@pytest.mark.parametrize(("kind", "line", "example"), EXAMPLES)
def test_an_event_prints_as_the_command_prints_it(kind, line, example):
    made = from_json(example)
    if kind == "REQUEST":  # where the command may show the query, too
        line = line.replace("?room=1", "?…")
    if kind != "LOG":  # two examples, of different lines
        assert str(made) == line
    assert str(made).startswith(kind)


@pytest.mark.parametrize(("kind", "line", "example"), EXAMPLES)
def test_an_event_has_every_field_of_the_json(kind, line, example):
    told = json.loads(example)
    made = from_json(example)
    renamed = dict(RENAMED)
    if kind in ("LOG", "LOST"):
        renamed["text"] = "text"
    names = {renamed.get(name, name) for name in told} - {None}
    assert names <= set(made.__dataclass_fields__)
    assert made.link_id == told["link"]


@pytest.mark.parametrize(("kind", "line", "example"), EXAMPLES)
def test_an_event_is_a_value(kind, line, example):
    made = from_json(example)
    assert made == from_json(example.encode("utf-8"))
    assert pickle.loads(pickle.dumps(made)) == made
    with pytest.raises(dataclasses.FrozenInstanceError):
        made.link_id = 2
    assert from_json(json.dumps({**json.loads(example), "later": 1})) == made


def test_a_real_link_tells_what_it_does():
    told = [from_json(each) for each in run([("url", "echo:")], [b"one"]).events]
    opened = next(each for each in told if isinstance(each, events.Opened))
    message = next(each for each in told if isinstance(each, events.Message))
    link = opened.link_id
    assert (opened.connection, opened.downtime, opened.resumed) == (1, 0.0, False)
    assert (message.data, message.number) == ("one", None)
    assert events.Confirmed(link, Level.RECEIVED, through=1) in told
    assert isinstance(told[-1], events.Closed)
    assert told[-1].record.close_code == 1000
    assert told[-1].listener_id is None


def test_a_binary_message_has_bytes():
    told = run([("url", "echo:")], [b"\x00\xff"], text=0).of("MESSAGE")
    made = from_json(json.dumps(told))
    assert isinstance(made, events.Message)
    assert made.data == b"\x00\xff"
    assert str(made) == "MESSAGE binary, 2 bytes"


def test_a_message_of_a_session_has_its_number():
    made = events.Message(1, "é", number=3, redelivered=True, expired=True)
    told = '{"event":"MESSAGE","link":1,"text":"é","number":3,"redelivered":true,"expired":true}'
    assert from_json(told) == made
    assert str(made) == "MESSAGE text, 2 bytes, number 3, redelivered, expired"


@pytest.mark.parametrize("level", ["stored", "written", "received", "processed"])
def test_levels(level):
    made = from_json(
        json.dumps({"event": "CONFIRMED", "link": 1, "level": level, "through": 4})
    )
    assert made == events.Confirmed(1, Level[level.upper()], 4)


@pytest.mark.parametrize("reason", ["expired", "dropped", "refused", "not_sent", "in_doubt"])
def test_reasons(reason):
    told = {"event": "FAILED", "link": 1, "first": 2, "last": 4, "reason": reason}
    made = from_json(json.dumps(told))
    assert made == events.Failed(1, 2, 4, Reason[reason.upper()])
    assert str(made) == "FAILED 2-4 " + reason.replace("_", " ")


def test_a_session_lost_for_a_reason_of_a_later_server():
    told = {"event": "LOST", "link": 1, "text": "so", "begun_anew": True, "skipped": 2}
    made = from_json(json.dumps({**told, "reason": "reject_12"}))
    assert made == events.Lost(1, 12, "so", begun_anew=True, skipped=2)
    assert str(made) == "LOST so; a new session goes on"
    known = from_json(json.dumps({**told, "reason": "expired"}))
    assert known.reason is LostReason.EXPIRED


def test_a_listener_may_close():
    told = dict(json.loads(next(text for kind, _, text in EXAMPLES if kind == "CLOSED")))
    made = from_json(json.dumps({**told, "link": 0, "listener": 3}))
    assert (made.link_id, made.listener_id) == (0, 3)


@pytest.mark.parametrize(
    "told",
    [
        '{"event":"MOVED","link":1}',
        '{"event":"CONFIRMED","link":1,"level":"read","through":1}',
        '{"event":"FAILED","link":1,"first":1,"last":1,"reason":"lost"}',
        '{"event":"OPEN","link":1}',
    ],
)
def test_what_is_not_known_is_an_internal_error(told):
    with pytest.raises(InternalError, match="please report"):
        from_json(told)


def test_the_public_module_has_all_of_them():
    assert set(events.__all__) == {each.__name__ for each in typing.get_args(events.Event)} | {
        "Event"
    }
