"""Exceptions: one for every status, every end of a link and every reason of a message."""

from __future__ import annotations

import asyncio
import dataclasses
import errno
import json
import pickle
import socket
import threading
from contextlib import contextmanager

import pytest
from loaded import enumeration, free_options, last_error, page_example, run, set_all

from resock import _errors as errors
from resock import events
from resock._events import from_json
from resock._records import Disconnect, LostReason, Reason

ALL = [getattr(errors, name) for name in errors.__all__]
CLOSED = Disconnect.from_json(json.loads(page_example("CLOSED"))["record"])
ONCE = [("reconnect.attempts", "0"), ("heartbeat.mode", "off")]


@contextmanager
def answering(answer, until=b"\r\n\r\n"):
    """The URL of a server that answers one connection once `until` has come."""

    def serve():
        with listening.accept()[0] as connection:
            connection.settimeout(60)
            asked = b""
            while until not in asked:
                asked += connection.recv(4096)
            connection.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(60)
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"ws://127.0.0.1:{listening.getsockname()[1]}/"
        finally:
            thread.join()


def ended(url, *texts):
    """The exception for a link to `url` that may try once."""
    told = run([("url", url), *ONCE, *texts]).of("CLOSED")
    return errors.of_record(Disconnect.from_json(told["record"]))


@pytest.mark.parametrize("kind", ALL)
def test_each_is_an_error_with_text_record_and_status(kind):
    assert issubclass(kind, errors.Error)
    made = kind("so", record=CLOSED, status="BUSY")
    assert (str(made), made.record, made.status) == ("so", CLOSED, "BUSY")
    assert (kind().record, kind().status) == (None, None)


@pytest.mark.parametrize("kind", ALL)
def test_each_crosses_processes(kind):
    made = kind("so", record=CLOSED, status="BUSY")
    made.__dict__["mark"] = 1
    there = pickle.loads(pickle.dumps(made))
    assert type(there) is kind
    assert (str(there), there.__dict__) == (str(made), made.__dict__)


def test_they_are_caught_by_the_names_that_python_has():
    for kind, base in [
        (errors.OptionError, ValueError),
        (errors.Invalid, ValueError),
        (errors.TooBig, ValueError),
        (errors.Refused, ConnectionError),
        (errors.TLSError, OSError),
        (errors.Timeout, TimeoutError),
        (errors.Timeout, asyncio.TimeoutError),
        (errors.IOFailed, OSError),
        (errors.Busy, RuntimeError),
        (errors.Forked, RuntimeError),
    ]:
        with pytest.raises(base, match="so"):
            raise kind("so")


def test_every_status_of_the_header_has_its_exception():
    for name, number in enumeration("status").items():
        if name in ("OK", "NO_MEMORY"):
            continue
        made = errors.from_status(number, "so", CLOSED)
        assert isinstance(made, errors.Error)
        assert (str(made), made.record, made.status) == ("so", CLOSED, name)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("INVALID", errors.Invalid),
        ("HANDLE", errors.Closed),
        ("CLOSED", errors.Closed),
        ("QUEUE_FULL", errors.QueueFull),
        ("TOO_BIG", errors.TooBig),
        ("TIMEOUT", errors.Timeout),
        ("OPTION", errors.OptionError),
        ("FORKED", errors.Forked),
        ("NO_MEMORY", MemoryError),
        ("IO", errors.IOFailed),
        ("STATE", errors.WrongState),
        ("INTERNAL", errors.InternalError),
    ],
)
def test_statuses(name, kind):
    assert type(errors.from_status(enumeration("status")[name], "so")) is kind


def test_a_status_of_a_later_library_is_an_internal_error():
    made = errors.from_status(-99, "so")
    assert isinstance(made, errors.InternalError)
    assert made.status == "STATUS_99"


def test_what_the_library_says_of_an_option_names_the_keyword():
    options, status = set_all("link", [("heartbeat.interval", "5")])
    made = errors.from_status(status, last_error())
    free_options(options)
    assert isinstance(made, errors.OptionError)
    assert str(made).startswith('heartbeat_interval: value "5" is not a duration')
    assert str(made).endswith("; allowed is 10ms to 24h")


def test_a_port_where_nobody_listens():
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        made = ended(f"ws://127.0.0.1:{bound.getsockname()[1]}/")
    assert type(made) is errors.Unreachable
    assert made.errno == errno.ECONNREFUSED
    assert "reconnect_attempts" in str(made)  # the keyword, where the record has the option
    assert "refused" in str(made)


def test_a_server_that_refuses():
    with answering(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n") as url:
        made = ended(url)
    assert type(made) is errors.Refused
    assert (made.http_status, made.errno) == (403, None)


def test_a_server_that_is_no_websocket_server():
    with answering(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") as url:
        made = ended(url)
    assert type(made) is errors.NotWebSocket
    assert made.http_status == made.record.http_status == 200


def test_a_server_that_does_not_speak_tls():
    # The first bytes of TLS have no empty line, so the answer comes at once.
    with answering(b"no TLS here\r\n\r\n", until=b"\x16") as url:
        made = ended(url.replace("ws:", "wss:"), ("tls.verify", "false"))
    assert type(made) is errors.TLSError
    assert made.record.layer == "tls"


def test_an_end_that_was_asked_for():
    made = ended("echo:")
    assert type(made) is errors.Closed
    assert made.record.close_code == 1000


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"layer": "dns", "cause": "dns-unknown"}, errors.Unreachable),
        ({"layer": "tcp", "cause": "tcp-timeout"}, errors.Unreachable),
        ({"layer": "http", "cause": "open-timeout"}, errors.Unreachable),
        ({"layer": "tls", "cause": "tls-expired"}, errors.TLSError),
        ({"layer": "http", "cause": None, "http_status": 401}, errors.Refused),
        ({"layer": "http", "cause": "redirect", "http_status": 302}, errors.Refused),
        ({"layer": "http", "cause": None, "http_status": 200}, errors.NotWebSocket),
        ({"layer": "http", "cause": "not-websocket"}, errors.NotWebSocket),
        ({"layer": "http", "cause": "subprotocol", "http_status": 101}, errors.NotWebSocket),
        ({"layer": "local", "cause": "local", "detail": "no credentials"}, errors.ConnectFailed),
        ({"layer": "local", "cause": "local"}, errors.Closed),
        ({"layer": "later", "cause": "later"}, errors.ConnectFailed),
        # A connection was open: whatever broke it, the link is not one that could not connect.
        ({"layer": "tcp", "cause": "tcp-reset", "close_code": 1006}, errors.Closed),
        ({"layer": "tls", "cause": "tls-cut", "close_code": 1006}, errors.Closed),
        ({"layer": "websocket", "cause": None, "close_code": 1008}, errors.Closed),
    ],
)
def test_the_end_of_a_link(changes, kind):
    record = dataclasses.replace(
        CLOSED, **{"close_code": None, "why": "set tls.ca_file", **changes}
    )
    made = errors.of_record(record)
    assert type(made) is kind
    assert made.record is record
    assert str(made) == "set tls_ca_file"


def test_a_lost_session():
    told = events.Lost(1, LostReason.EXPIRED, "expired: away", begun_anew=False, skipped=0)
    made = errors.of_record(CLOSED, told)
    assert type(made) is errors.Lost
    assert (made.reason, made.text, str(made)) == (LostReason.EXPIRED, told.text, told.text)
    assert made.record is CLOSED


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        (Reason.EXPIRED, errors.Expired),
        (Reason.DROPPED, errors.Dropped),
        (Reason.REFUSED, errors.MessageRefused),
        (Reason.NOT_SENT, errors.NotSent),
        (Reason.IN_DOUBT, errors.InDoubt),
    ],
)
def test_a_message_that_failed(reason, kind):
    made = errors.of_failure(5, int(reason))
    assert type(made) is kind
    assert (made.id, made.reason) == (5, reason)
    assert made.reason is reason
    assert str(made).startswith("message 5 was ") or str(made).startswith("message 5 expired ")


def test_a_message_that_failed_for_a_reason_of_a_later_library():
    made = errors.of_failure(5, 9)
    assert type(made) is errors.MessageFailed
    assert (made.id, made.reason) == (5, 9)
