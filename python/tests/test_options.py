"""Keywords against the library itself: what comes out must be taken by resock_options_set."""

from __future__ import annotations

import json
import re
import ssl

import pytest
from loaded import SCOPES, last_error
from taken import only, refused, set_status

from resock import _core, _options
from resock._foreign import INSTEAD
from resock._table import keyword_of, table
from resock._values import _OF_TYPE

ROWS = json.loads(_core.describe_options())


def test_keywords_are_unique_and_are_names_of_python():
    keywords = [keyword_of(row["name"]) for row in ROWS if row["name"] != "verdict.*"]
    assert len(set(keywords)) == len(keywords) > 70
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", keyword) for keyword in keywords)


@pytest.mark.parametrize("scope", SCOPES)
def test_every_option_takes_its_default(scope):
    rows = [row for row in ROWS if scope in row["scope"] and row["default"] is not None]
    keywords = {keyword_of(row["name"]): row["default"] for row in rows}
    made = _options.texts(scope, keywords)
    assert made == [(row["name"], row["default"]) for row in rows]
    assert set_status(scope, made) == 0, last_error()


def test_every_type_of_the_table_is_read_on_purpose():
    known = {"text", "url", "address", *_OF_TYPE}
    assert {row["type"] for row in ROWS} == known


def test_an_option_that_is_none_is_not_given():
    given = {"heartbeat_interval": None, "verdict_1006": None, "ssl": None, "compression": None}
    assert _options.texts("link", given) == []
    assert "did you mean heartbeat_interval?" in refused(heartbeat_intervall=None)


def test_several_addresses_of_a_listener():
    made = _options.texts("listener", {"listen_url": ["ws://127.0.0.1:0", "unix:/a"]})
    assert made == [("listen.url", "ws://127.0.0.1:0"), ("listen.url", "unix:/a")]
    assert set_status("listener", made) == 0


@pytest.mark.parametrize(
    ("keyword", "name"),
    [
        ("verdict_1006", "verdict.1006"),
        ("verdict_503", "verdict.503"),
        ("verdict_dns_unknown", "verdict.dns-unknown"),
        ("verdict.tls-not-yet-valid", "verdict.tls-not-yet-valid"),
    ],
)
def test_verdicts(keyword, name):
    made = _options.texts("link", {keyword: "stop"})
    assert made == [(name, "stop")]
    assert set_status("link", made) == 0, last_error()


def test_verdict_strict_is_an_option_of_its_own():
    assert _options.texts("link", {"verdict_strict": True}) == [("verdict.strict", "true")]
    assert "there is no option verdict_" in refused(verdict_="stop")


def test_dotted_names_are_taken_too_but_none_twice():
    assert only(**{"heartbeat.interval": 5}) == "5s"
    text = refused(**{"heartbeat.interval": 5, "heartbeat_interval": 6})
    assert text == "heartbeat_interval: is given twice, also as heartbeat.interval: leave one out"


def test_unknown_names_tell_the_nearest():
    assert refused(heartbeat_intervall=5) == (
        "there is no option heartbeat_intervall: did you mean heartbeat_interval?"
    )
    assert "did you mean listen_connections?" in refused("listener", listen_conections=5)
    assert "documentation has all" in refused(xyzzy=5)


def test_options_of_another_scope_say_where_they_belong():
    assert refused(io_threads=2) == (
        "io_threads: is an option of the hub, the I/O threads of the process; here options of a"
        " link are needed"
    )
    assert "of a listener: give it to serve()" in refused(listen_token="x")
    assert "of a link: give it to connect()" in refused("listener", connect_timeout=5)
    assert _options.belongs("io_threads", "hub")
    assert not _options.belongs("io_threads", "link")
    assert not _options.belongs("nonsense", "link")


@pytest.mark.parametrize("keyword", ["ssl", "ssl_context", "sslopt", "SSL"])
def test_contexts_of_ssl_are_refused_by_name(keyword):
    text = refused(**{keyword: True})
    for option in ("ca_file", "cert_file", "key_file", "verify", "min_version"):
        assert f"tls_{option}" in text


def test_contexts_of_ssl_are_refused_wherever_they_stand():
    text = refused(tls_ca_file=ssl.create_default_context())
    assert text.startswith("tls_ca_file: an ssl.SSLContext cannot be used. ")
    assert "tls_cert_file" in text


@pytest.mark.parametrize(
    ("keyword", "ours"),
    [
        ("ping_interval", "heartbeat_interval"),
        ("ping_timeout", "heartbeat_timeout"),
        ("max_size", "message_max"),
        ("max_queue", "events_messages"),
        ("additional_headers", "http_header"),
        ("extra_headers", "http_header"),
        ("header", "http_header"),
        ("subprotocols", "http_subprotocols"),
        ("user_agent_header", "http_header"),
        ("origin", "http_header"),
        ("compression", "no compression"),
        ("proxy", "no proxies"),
    ],
)
def test_keywords_of_other_libraries(keyword, ours):
    text = refused(**{keyword: 5})
    assert text.startswith(f"{keyword} is an option of other libraries: ")
    assert ours in text


def test_what_stands_for_those_of_others_exists():
    others = {"on_event", "verdict_"}
    for keyword, instead in INSTEAD.items():
        assert table().find(keyword) is None, keyword
        for named in re.findall(r"\b[a-z]+_[a-z_]*", instead):
            assert named in others or table().find(named), (keyword, named)
