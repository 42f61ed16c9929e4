"""Values of Python against the library itself: their texts must be taken by it."""

from __future__ import annotations

import enum
import random
import re
import ssl
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path, PurePosixPath

import pytest
from loaded import last_error
from taken import only, refused, set_status

from resock import _options

UNITS = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}


def str_of_type(value):
    """Names of tests, which must not hold 400 digits."""
    return value if isinstance(value, str) else type(value).__name__


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (10, "10s"),
        (1.5, "1.5s"),
        (0.25, "250ms"),
        (0.1, "100ms"),
        (0.0205, "20.5ms"),
        (1.000000001, "1.000000001s"),
        (86_400, "86400s"),
        (Decimal("0.3"), "300ms"),
        (Fraction(1, 3), "333.333333ms"),
        (timedelta(minutes=1, microseconds=20), "60.00002s"),
        ("500ms", "500ms"),
    ],
)
def test_a_duration(value, text):
    assert only(heartbeat_interval=value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (0.0, "0"), (2e-5, "20us"), (5e-9, "5ns"), (1e-12, "1ns")]
)
def test_a_short_duration(value, text):
    assert only(confirm_interval=value) == text


def test_a_long_duration_is_what_was_written():
    assert only(message_ttl=30_000_000.1) == "30000000.1s"


def test_durations_lose_nothing():
    seed = random.randrange(2**32)
    print("seed", seed)
    chance = random.Random(seed)
    for _ in range(2_000):
        value = round(chance.uniform(0.01, 1) * 10 ** chance.randint(0, 4), chance.randint(2, 9))
        text = _options.texts("link", {"heartbeat_interval": value})[0][1]
        number, unit = re.fullmatch(r"([\d.]+)([a-z]+)", text).groups()
        assert Fraction(number) / UNITS[unit] == Fraction(repr(value)), (value, text)
        assert set_status("link", [("heartbeat.interval", text)]) == 0, last_error()


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (float("nan"), "nan is not finite"),
        (float("inf"), "inf is not finite"),
        (Decimal("sNaN"), "sNaN is not finite"),
        (10**400, "out of range"),
        (Fraction(10**400), "inf is not finite"),
        (-1, "-1 is negative"),
        (timedelta(seconds=-1), "-1 day, 23:59:59 is negative"),
        (True, "not bool"),
        (b"10s", "not bytes"),
        (bytearray(b"10"), "not bytearray"),
        (1j, "not complex"),
        ([10], "not list"),
        (object(), "not object"),
        (ssl.TLSVersion.TLSv1_2, "not ssl.TLSVersion"),
    ],
    ids=str_of_type,
)
def test_what_is_no_duration(value, why):
    text = refused(heartbeat_interval=value)
    assert text.startswith("heartbeat_interval: ")
    assert why in text
    assert text.endswith("; allowed is 10ms to 24h")


def test_the_message_of_a_wrong_type_says_which_are_right():
    assert refused(heartbeat_interval=True) == (
        'heartbeat_interval: seconds (int or float), a timedelta or a text such as "10s" or'
        ' "500ms" is needed, not bool; allowed is 10ms to 24h'
    )


def test_unlimited():
    assert only(message_ttl="unlimited") == "unlimited"
    assert only(reconnect_attempts="unlimited") == "unlimited"
    assert refused(message_ttl=float("inf")).endswith('allowed is 1ms to 8760h or "unlimited"')


@pytest.mark.parametrize(
    ("keyword", "value", "text"),
    [
        ("message_max", 1024, "1024"),
        ("message_max", 1e6, "1000000"),
        ("message_max", "8MiB", "8MiB"),
        ("queue_messages", 5, "5"),
        ("reconnect_factor", 1.5, "1.5"),
        ("reconnect_factor", 3, "3"),
        ("reconnect_jitter", 1e-07, "1e-07"),
        ("reconnect_jitter", Decimal("0.5"), "0.5"),
        ("tls_verify", False, "false"),
        ("tls_verify", "true", "true"),
        ("tls_min_version", "1.3", "1.3"),
        ("tls_min_version", 1.3, "1.3"),
        ("tls_min_version", ssl.TLSVersion.TLSv1_3, "1.3"),
        ("tls_ca_file", "/a", "/a"),
        ("tls_ca_file", b"/a", "/a"),
        ("tls_ca_file", PurePosixPath("/a"), "/a"),
        ("outbox_path", Path("/é"), "/é"),
        ("heartbeat_text", "ping", "ping"),
        ("http_subprotocols", "a, b", "a, b"),
        ("http_subprotocols", ["a", "b"], "a, b"),
        ("http_subprotocols", [], ""),
        ("session_redirect_hosts", ("a.example", "b.example"), "a.example, b.example"),
        ("verdict_1006", "stop", "stop"),
        ("url", "ws://example.org/é", "ws://example.org/é"),
    ],
)
def test_values(keyword, value, text):
    assert _options.texts("link", {keyword: value})[0][1] == text
    if "é" not in text:
        assert only(**{keyword: value}) == text


def test_a_text_of_an_enumeration_is_its_value():
    class Promise(str, enum.Enum):
        SAFE = "exactly-once"

    text = only(delivery=Promise.SAFE)
    assert (type(text), text) == (str, "exactly-once")


def test_bytes_stay_bytes():
    assert _options.texts("link", {"session_position": bytearray(b"")}) == [
        ("session.position", b"")
    ]
    assert only(session_position=memoryview(b"")) == b""
    assert "bytes is needed, not str" in refused(session_position="")


@pytest.mark.parametrize(
    ("keyword", "value", "why"),
    [
        ("message_max", 1.5, "1.5 is no whole number"),
        ("message_max", True, "not bool"),
        ("queue_messages", float("nan"), "nan is not finite"),
        ("queue_messages", None.__class__, "not type"),
        ("reconnect_factor", float("inf"), "not finite"),
        ("reconnect_factor", "".join, "not builtin_function_or_method"),
        ("tls_verify", 1, 'True or False (or "true" or "false") is needed, not int'),
        ("tls_verify", "yes", "not str"),
        ("tls_min_version", 1.4, "not float; allowed is 1.2 or 1.3"),
        ("tls_ca_file", 3, "a path (str or os.PathLike) is needed, not int"),
        ("tls_ca_file", b"/\xff", "lone surrogate (U+DCFF at position 1)"),
        ("heartbeat_text", b"x", "a text (str) is needed, not bytes"),
        ("heartbeat_text", "a\0b", "zero byte"),
        ("heartbeat_text", "\ud800", "lone surrogate (U+D800 at position 0)"),
        ("http_subprotocols", {"a": 1}, "not dict"),
        ("http_subprotocols", b"ab", "not bytes"),
        ("http_subprotocols", ["a", 5], "not int"),
        ("http_subprotocols", ["a b"], "'a b' in a list"),
        ("http_subprotocols", [""], "'' in a list"),
        ("http_subprotocols", 5, "not int"),
        ("url", ["ws://a/"], "not list"),
    ],
)
def test_wrong_values(keyword, value, why):
    text = refused(**{keyword: value})
    assert text.startswith(f"{keyword}: ")
    assert why in text


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        ("A: 1", ["A: 1"]),
        ({"A": "1", "B": "2"}, ["A: 1", "B: 2"]),
        ({"A": ["1", "2"]}, ["A: 1", "A: 2"]),
        ([("A", "1"), "B: 2", ["C", "3"]], ["A: 1", "B: 2", "C: 3"]),
        (("A: 1", "B: 2"), ["A: 1", "B: 2"]),
        ({}, []),
        ({"A": "1"}.items(), ["A: 1"]),
    ],
)
def test_fields_of_http(value, texts):
    made = _options.texts("link", {"http_header": value})
    assert made == [("http.header", text) for text in texts]
    assert set_status("link", made) == 0, last_error()


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ({"A": 1}, "a text (str) for name and value of a field is needed, not int"),
        ({"Authorization: Bearer secret": "x"}, "'Authorization' has a colon"),
        ([("A", "1", "2")], "not tuple"),
        ([None], "not NoneType"),
        (b"A: 1", "not bytes"),
        (5, "not int"),
        ({"A": "\0"}, "zero byte"),
    ],
)
def test_what_is_no_field_of_http(value, why):
    text = refused(http_header=value)
    assert why in text
    assert "secret" not in text


def test_values_of_numpy():
    numpy = pytest.importorskip("numpy")
    assert only(heartbeat_interval=numpy.float64(1.5)) == "1.5s"
    assert only(heartbeat_interval=numpy.float32(1.5)) == "1.5s"
    assert only(heartbeat_interval=numpy.int32(5)) == "5s"
    assert only(heartbeat_interval=numpy.timedelta64(250, "ms")) == "250ms"
    assert only(reconnect_factor=numpy.float64(1.5)) == "1.5"
    assert only(message_max=numpy.uint8(5)) == "5"
    assert only(tls_verify=numpy.bool_(False)) == "false"
    assert only(delivery=numpy.str_("at-most-once")) == "at-most-once"
    assert "not numpy.bool" in refused(heartbeat_interval=numpy.bool_(True))
    assert "not numpy.ndarray" in refused(heartbeat_interval=numpy.array([1, 2]))
    assert "finer than 1 us" in refused(heartbeat_interval=numpy.timedelta64(5, "ns"))
