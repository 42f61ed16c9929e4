"""The keywords of connect(), serve() and others, for editors and type checkers.

Written by python/tools/keywords.py from the table of the library: run `./dev docs --update`.
Nothing imports it when a program runs. None is as if a keyword were not given.
"""

from __future__ import annotations

import os
import ssl
from datetime import timedelta
from decimal import Decimal
from typing import Iterable, Literal, Mapping, Optional, Sequence, Tuple, TypedDict, Union

from resock._verdicts import Verdicts

Duration = Union[float, Decimal, timedelta, str, None]
"""Seconds, or a text with a unit: 10, 0.5, "500ms", "5min"."""
Size = Union[int, str, None]
"""Bytes, or a text with a unit: 65536, "64KiB"."""
Count = Union[int, str, None]
"""A whole number."""
Number = Union[float, Decimal, str, None]
"""A number."""
File = Union[str, "os.PathLike[str]", None]
"""The path of a file."""
Several = Union[str, Iterable[str], None]
"""One text, or several."""
Header = Union[
    Mapping[str, Union[str, Sequence[str]]], Iterable[Union[str, Tuple[str, str]]], str, None
]
"""{"Name": "value"}, [("Name", "value")] or "Name: value"."""


class HubOptions(TypedDict, total=False):
    """Of configure()."""

    io_threads: Count
    """How many threads of a hub do input and output. Default: 1. Allowed: 1 to 64."""
    log_level: Optional[Literal["error", "warning", "info", "debug"]]
    """The least important LOG events that are made. Default: what the logger "resock" takes."""


class _BothChangeable(TypedDict, total=False):
    """Of links and listeners; also of set_options()."""

    close_timeout: Duration
    """How long close waits for the confirmation of accepted messages; then they fail. Default: 30s.
    Allowed: 0 to 24h."""
    close_handshake: Duration
    """How long the closing handshake may take; then the connection is cut. Default: 5s. Allowed: 0
    to 10min."""
    confirm_interval: Duration
    """How long the first message without a barrier behind it waits for one; a barrier is the
    question whose answer confirms all before it. Default: 20ms. Allowed: 0 to 1h."""
    confirm_min_interval: Duration
    """The least time between two barriers, for servers that count pings. Default: 0. Allowed: 0 to
    1h."""
    confirm_timeout: Duration
    """How long a barrier may stay unanswered, while messages arrive, before one warning is logged.
    Default: 30s. Allowed: 10ms to 24h."""
    message_ttl: Duration
    """How long a message may wait before its first byte is sent; then it fails as expired. Default:
    unlimited. Allowed: 1ms to 8760h or "unlimited"."""
    queue_bytes: Size
    """How many bytes of messages may be accepted and not yet ended; above that the queue is full.
    Default: 32MiB. Allowed: 64KiB to 1024GiB."""
    queue_messages: Count
    """How many messages may be accepted and not yet ended; above that the queue is full. Default:
    10000. Allowed: 1 to 1000000000."""
    queue_full: Optional[Literal["error", "wait", "drop-oldest", "drop-newest"]]
    """What send does when the queue is full: fail, wait up to send_timeout, or drop messages of
    which no byte was sent. Default: wait."""
    send_timeout: Duration
    """How long send waits for room with queue_full="wait". Default: 30s. Allowed: 0 to 24h."""
    events_bytes: Size
    """How many bytes of received messages may wait to be polled; above that reading pauses.
    Default: 8MiB. Allowed: 1KiB to 1024GiB."""
    events_messages: Count
    """How many received messages may wait to be polled; above that reading pauses. Default: 10000.
    Allowed: 1 to 1000000000."""
    heartbeat_interval: Duration
    """How long nothing may be received before the peer is asked for a sign of life. Default: 10s.
    Allowed: 10ms to 24h."""
    heartbeat_timeout: Duration
    """How long the answer may take once the question has left; then the connection is given up.
    Default: 10s. Allowed: 10ms to 24h."""
    heartbeat_stall: Duration
    """How long a peer counts as alive whose TCP takes bytes but that answers nothing. Default:
    5min. Allowed: 0 to 24h."""


class _Both(TypedDict, total=False):
    """Of links and listeners, fixed once open."""

    http_header: Header
    """A field of the opening request, or of a listener's answer, "Name: value"; each setting adds
    one; values are masked where they are shown. Allowed: 0 to 8KiB."""
    http_subprotocols: Several
    """Subprotocols offered to the server, best first, or those that a listener supports (an offer
    without one of them is refused), separated by commas or spaces. Allowed: 0 to 1KiB."""
    tls_min_version: Union[Literal["1.2", "1.3"], float, ssl.TLSVersion, None]
    """The oldest version of TLS that is spoken. Default: 1.2."""
    delivery: Optional[Literal["at-most-once", "at-least-once", "exactly-once"]]
    """at-least-once keeps messages until they are confirmed and resends them after a break;
    at-most-once sends each once; exactly-once needs a peer that speaks resock.v1. Default:
    at-least-once."""
    confirm: Optional[Literal["pong", "heartbeat", "app", "off"]]
    """What confirms messages: the pong to a ping behind them, the answer to a text heartbeat, the
    application, or nothing. Default: pong."""
    message_max: Size
    """The largest message that is sent or accepted, in bytes. Default: 16MiB. Allowed: 1 to
    1GiB."""
    session_window: Size
    """How many bytes of messages, each counted with 32 more, may wait here until the application is
    done with them; above that the peer waits. Default: 1MiB. Allowed: 64KiB to 4095MiB."""
    session_max_frame: Size
    """The largest frame that is accepted; larger messages come in parts of this size. Default:
    16KiB. Allowed: 16KiB to 16MiB."""
    session_done: Optional[Literal["auto", "manual"]]
    """When a message counts as done: once its event is freed, or once resock_event_done is called.
    Default: auto."""
    outbox_sync: Optional[Literal["full", "normal", "off"]]
    """What a stored message survives: a power cut (full); most, and any end of the process
    (normal); an end of the process only (off). Default: full."""
    heartbeat_mode: Optional[Literal["ping", "text", "off"]]
    """How a silent peer is asked for a sign of life: WebSocket ping, a text message, or not at all.
    Default: ping."""
    heartbeat_text: Optional[str]
    """The text that asks for a sign of life with heartbeat_mode="text". Default: heartbeat.
    Allowed: 0 to 1KiB."""
    heartbeat_answer: Optional[str]
    """The peer's answer to heartbeat_text; it is not delivered as a message. Default:
    heartbeat_response. Allowed: 0 to 1KiB."""


class ChangeableOptions(_BothChangeable, Verdicts, total=False):
    """Of set_options()."""

    connect_timeout: Duration
    """How long name resolution, TCP and TLS of one attempt may take together. Default: 10s.
    Allowed: 10ms to 1h."""
    open_timeout: Duration
    """How long the whole opening of one attempt may take, the HTTP answer included. Default: 20s.
    Allowed: 10ms to 1h."""
    credentials_when: Optional[Literal["never", "refused", "always"]]
    """When the application is asked for credentials: never, after a refusal, or before every
    attempt. Default: always where there are credentials, else never."""
    credentials_timeout: Duration
    """How long an attempt waits for the credentials that it asked for. Default: 10s. Allowed: 10ms
    to 24h."""
    greeting_hold: Optional[bool]
    """Whether kept messages wait on a new connection until link.ready() is called. Default:
    false."""
    greeting_timeout: Duration
    """How long kept messages wait for link.ready(); then the connection is given up. Default: 10s.
    Allowed: 10ms to 24h."""
    reconnect_min: Duration
    """The least time before the next attempt. Default: 500ms. Allowed: 0 to 1h."""
    reconnect_max: Duration
    """The most time before the next attempt. Default: 30s. Allowed: 1ms to 24h."""
    reconnect_factor: Number
    """The factor by which the time before an attempt grows with each attempt. Default: 2. Allowed:
    1 to 10."""
    reconnect_jitter: Number
    """How much of the time above reconnect_min is random, from 0 (nothing) to 1 (all). Default: 1.
    Allowed: 0 to 1."""
    reconnect_attempts: Count
    """How many attempts to reconnect there are in a row before the link stops; 0: none. Default:
    unlimited. Allowed: 0 to 1000000000 or "unlimited"."""
    reconnect_total: Duration
    """How long after the first failure of a row the link stops. Default: unlimited. Allowed: 0 to
    8760h or "unlimited"."""
    reconnect_reset_after: Duration
    """How long a connection must be open before attempts are counted from 0 again. Default: 10s.
    Allowed: 0 to 24h."""
    reconnect_hold: Duration
    """How long a stopped link waits for link.retry_now() or credentials before it ends; with
    delivery="exactly-once" 60s unless it is set. Default: 0. Allowed: 0 to 24h."""
    verdict_strict: Optional[bool]
    """Whether an HTTP status, DNS or certificate failure that means stop also stops a link that was
    open before. Default: false."""


class LinkOptions(ChangeableOptions, _Both, total=False):
    """Of connect()."""

    tls_verify: Optional[bool]
    """Whether the server's certificate and name are checked; false is for tests only. Default:
    true."""
    tls_ca_file: File
    """PEM file of the certificate authorities to trust; empty: the system's. Allowed: 0 to 4KiB."""
    session_ttl: Duration
    """How long the server is asked to keep the session while this side is away; it may grant less.
    Default: 120s. Allowed: 1s to 8760h."""
    session_on_lost: Optional[Literal["close", "new"]]
    """What follows a lost session: the link ends, or goes on with a new session into which the
    messages that were not sent go. Default: close."""
    session_position: Optional[bytes]
    """The receive position that the application keeps itself, from the position of a message; 0
    bytes the first time; needs outbox_path. Allowed: 0 to 37."""
    session_token: Optional[str]
    """The token that shows the server who opens the session; a fresh one goes through the callable
    of credentials=. Allowed: 0 to 32KiB."""
    session_protocol: Optional[str]
    """The name of what the two applications speak, told to the server when the session opens.
    Allowed: 0 to 1KiB."""
    session_redirect_hosts: Several
    """Hosts beside its own to which the server may move the session, separated by commas or spaces;
    never from wss to ws. Allowed: 0 to 8KiB."""
    outbox_path: File
    """The file that keeps the session across restarts of this process, made where there is none;
    empty: in memory only. Allowed: 0 to 4KiB."""


class ListenerOptions(_BothChangeable, _Both, total=False):
    """Of serve()."""

    listen_url: Several
    """Where to listen: ws://ADDRESS:PORT, wss://ADDRESS:PORT with TLS, or unix:PATH; port 0 lets
    the system choose; each setting adds one. Allowed: 0 to 8KiB."""
    listen_request_timeout: Duration
    """How long a REQUEST may wait for its answer before it is refused with 503. Default: 10s.
    Allowed: 10ms to 1h."""
    listen_open_timeout: Duration
    """How long a connection may take from being accepted to the end of its request, TLS included.
    Default: 20s. Allowed: 10ms to 1h."""
    listen_connections: Count
    """How many connections there may be at once, openings included; further ones are refused with
    503. Default: 10000. Allowed: 1 to 1000000."""
    listen_per_address: Count
    """How many connections there may be at once from one IP address (IPv6: one /64); further ones
    are refused with 429. Default: 1000. Allowed: 1 to 1000000."""
    listen_retry_after: Duration
    """How long an opening that is refused with 429 or 503 is told to wait (Retry-After). Default:
    5s. Allowed: 1s to 10min."""
    listen_header_bytes: Size
    """How many bytes the header of a request may have; above that it is refused with 431. Default:
    16KiB. Allowed: 1KiB to 1MiB."""
    listen_header_count: Count
    """How many fields the header of a request may have; above that it is refused with 431. Default:
    100. Allowed: 8 to 10000."""
    listen_memory: Size
    """How many bytes all accepted links may hold together: queues, waiting messages, messages that
    have come in part. Default: 1GiB. Allowed: 1MiB to 1024GiB."""
    listen_origins: Several
    """Origins of the pages that may connect, as browsers send them; empty: any; a request without
    Origin passes. Allowed: 0 to 8KiB."""
    listen_paths: Several
    """Paths that are served, /feed/* for all below it; empty: any; else 404. Allowed: 0 to 8KiB."""
    listen_token: Optional[str]
    """The token that clients must send (Authorization: Bearer ...); empty: none. Allowed: 0 to
    4KiB."""
    listen_health_path: Optional[str]
    """The path whose GET is answered with 200 while the listener accepts; empty: none. Default:
    /healthz. Allowed: 0 to 1KiB."""
    listen_sessions: File
    """The file that keeps the sessions across restarts of this process, made where there is none;
    empty: in memory only. Allowed: 0 to 4KiB."""
    listen_session_count: Count
    """How many sessions there may be at once, those whose client is away included; a further one is
    refused. Default: 10000. Allowed: 1 to 1000000."""
    listen_session_bytes: Size
    """How many bytes of messages one session may keep for its client; above that its queue is full.
    Default: 16MiB. Allowed: 64KiB to 1024GiB."""
    listen_session_ttl: Duration
    """How long a session is kept while its client is away, at most. Default: 120s. Allowed: 1s to
    8760h."""
    listen_session_tombstone: Duration
    """How long is remembered that a session has ended; at least listen_session_ttl. Default: 120s.
    Allowed: 1s to 8760h."""
    session_principal: Optional[str]
    """Whom the application takes the client of a session for; only the same may resume it; for
    resock_listener_accept. Allowed: 0 to 1KiB."""
    tls_cert_file: File
    """PEM file of the listener's certificate and its issuers'; read again once it was replaced.
    Allowed: 0 to 4KiB."""
    tls_key_file: File
    """PEM file of its private key; empty: it stands in tls_cert_file. Allowed: 0 to 4KiB."""
