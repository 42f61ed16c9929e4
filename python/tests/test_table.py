"""Sentences of the library in the words of Python."""

from __future__ import annotations

import pytest
from loaded import free_options, last_error, set_all

from resock._table import in_python_words, keyword_of, table


def said(scope, name, value):
    """What the library says of a wrong option, in Python's words."""
    options, status = set_all(scope, [(name, value)])
    free_options(options)
    assert status != 0
    return in_python_words(last_error())


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        (
            "heartbeat.interval",
            "9h9",
            'heartbeat_interval: value "9h9" is not a duration such as "10s" or "500ms"; allowed is'
            " 10ms to 24h",
        ),
        (
            "delivery",
            "once",
            'delivery: value "once" is not allowed; allowed is at-most-once, at-least-once or'
            " exactly-once",
        ),
        (
            "verdict.dns-unknwon",
            "stop",
            "did you mean verdict_dns_unknown?",
        ),
        ("http.header", "Sec-WebSocket-Protocol: a", "; use http_subprotocols"),
        ("io.threads", "1", "io_threads: belongs to the hub, not to a link"),
    ],
)
def test_what_the_library_says_of_an_option(name, value, text):
    assert text in said("link", name, value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("option 'confirm': not so", "confirm: not so"),
        ("set tls.ca_file", "set tls_ca_file"),
        ("set tls.ca_file.", "set tls_ca_file."),
        ("it needs session.done=manual", 'it needs session_done="manual"'),
        ("set greeting.hold=true first", "set greeting_hold=True first"),
        ("confirm=off needs delivery=at-most-once", 'confirm="off" needs delivery="at-most-once"'),
        ("verdict.1006 and verdict.*", "verdict_1006 and verdict_*"),
        ("nobody can confirm a delivery", "nobody can confirm a delivery"),
        ('value "tls.ca_file" is bad', 'value "tls.ca_file" is bad'),
        ("tls.example.org and /tls.verify", "tls.example.org and /tls.verify"),
        ("ws://tls.verify.example.org", "ws://tls.verify.example.org"),
        ("tls.verify/x and x.tls.verify", "tls.verify/x and x.tls.verify"),
        ("call resock_link_retry_now once", "call link.retry_now() once"),
        ("resock_something_else", "resock_something_else"),
        ("no option at all", "no option at all"),
        ("", ""),
    ],
)
def test_words(text, words):
    assert in_python_words(text) == words


def test_every_option_is_named_by_its_keyword():
    for keyword, row in table().rows.items():
        if "." in row.name:
            assert in_python_words(f"see {row.name}.") == f"see {keyword}."
            assert in_python_words(f"option '{row.name}': no") == f"{keyword}: no"


def test_the_table_is_read_once():
    assert table() is table()


def test_keywords():
    assert keyword_of("session.max_frame") == "session_max_frame"
    assert keyword_of("verdict.dns-unknown") == "verdict_dns_unknown"
