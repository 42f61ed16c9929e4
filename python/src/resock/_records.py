"""What is told of links: why a connection ended, how far a message has come, numbers.

Everything here is an immutable value. It belongs to no thread and outlives its link, and pickles.
Times are seconds, as float. Fields that do not apply or are not known are None.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, Mapping, Optional, Tuple

from resock._enums import Level, LostReason, Reason, State
from resock._table import in_python_words

__all__ = [
    "Disconnect",
    "Level",
    "ListenerStats",
    "LostReason",
    "Reason",
    "RefusedOpening",
    "State",
    "Stats",
]


def seconds(value: Optional[int], per_second: int) -> Optional[float]:
    """Milliseconds (1,000 per second) or microseconds as seconds; None stays None."""
    return None if value is None else value / per_second


@dataclass(frozen=True)
class Disconnect:
    """Why a connection ended or an attempt failed, and what follows: the record.

    ``str(record)`` is the sentence `why`. The codes are those of RFC 6455 section 7.4.
    """

    layer: str
    """"dns", "tcp", "proxy", "tls", "http", "websocket", "session", "heartbeat" or "local"."""
    caused_by: str
    """"us", "peer", "network" or "proxy"."""
    cause: Optional[str]
    """A word such as "tls-expired", as in ``verdict_tls_expired``; None: the codes say it."""
    close_code: Optional[int]
    """1005: closed without a code; 1006: broken without a Close frame; None: never open."""
    close_reason: str
    """The text that came with it."""
    closed_by_us: bool
    """We sent the first Close frame."""
    http_status: Optional[int]
    """Of a refused opening."""
    errno: Optional[int]
    """The system's error number."""
    detail: str
    """errno or TLS error in words; never a secret."""
    host: str
    """Host and port that were meant; of an accepted link the client's address."""
    up: float
    """Seconds that the connection was open; 0: never."""
    rtt: Optional[float]
    """Seconds of the last round trip; None: not measured."""
    silent: Optional[float]
    """Seconds since the last byte was received; None: not known."""
    verdict: str
    """What the link does: "now", "backoff", "slow", "spread", "auth" or "stop"."""
    delay: Optional[float]
    """Seconds until the next attempt; None: there is none."""
    attempt: int
    """Attempts in a row, the next one included."""
    connection: int
    """The number of the connection, counted from 1 by attempts."""
    limits_reached: bool
    """reconnect_attempts or reconnect_total are used up."""
    message_id: Optional[int]
    """The message that 1003, 1007 or 1009 is about."""
    why: str
    """All of it in one sentence: what happened, what follows, what would help."""

    def __str__(self) -> str:
        return self.why

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Disconnect:
        """From "record" of an event, or an entry of the history; further fields are ignored.

        Raises KeyError where a field is missing.
        """
        fields: Dict[str, Any] = {name: record[name] for name in _SAME_IN_JSON}
        return cls(
            up=record["up_ms"] / 1_000,
            rtt=seconds(record["rtt_us"], 1_000_000),
            silent=seconds(record["silent_ms"], 1_000),
            delay=seconds(record["delay_ms"], 1_000),
            why=in_python_words(record["why"]),
            **fields,
        )


_SAME_IN_JSON = tuple(
    name
    for name in Disconnect.__dataclass_fields__
    if name not in ("up", "rtt", "silent", "delay", "why")
)


@dataclass(frozen=True)
class Stats:
    """Numbers of a link, all since it was opened."""

    state: State
    """Where it stands."""
    messages_accepted: int
    """By send; the last id."""
    messages_sent: int
    """Put into frames; one that was sent again counts again."""
    messages_resent: int
    """Of these, after a break."""
    messages_received: int
    """From the peer."""
    bytes_sent: int
    """Of WebSocket frames, given to the operating system."""
    bytes_received: int
    """Of WebSocket frames."""
    connections: int
    """That were open."""
    attempts: int
    """That were begun."""
    queued_messages: int
    """Now: accepted and not ended."""
    queued_bytes: int
    """Now: likewise, in bytes."""
    rtt: Optional[float]
    """Seconds of the last round trip; None: not measured."""
    ended_through: int
    """Every message up to this id has ended."""
    written_through: int
    """Every message up to this id has ended or is given to the operating system."""

    @classmethod
    def from_json(cls, numbers: Mapping[str, Any]) -> Stats:
        """From the object of resock_link_stats_json; further fields are ignored.

        Raises KeyError where a field is missing.
        """
        fields = {name: numbers[name] for name in cls.__dataclass_fields__ if name != "rtt"}
        fields["state"] = State(fields["state"])
        return cls(rtt=seconds(numbers["rtt_us"], 1_000_000), **fields)


@dataclass(frozen=True)
class ListenerStats:
    """Numbers of the accepting side."""

    state: str
    """"accepting", "draining" or "closed"."""
    addresses: Tuple[str, ...]
    """Where it listens, with the ports that the system chose: "ws://127.0.0.1:8080"."""
    connections: int
    """Now, openings included."""
    links: int
    """Now."""
    requests: int
    """Openings that wait for the application's answer."""
    memory_bytes: int
    """What its links hold of listen_memory."""
    accepted: int
    """Links made."""
    refused: Mapping[str, int]
    """Openings by the HTTP status that was answered; "none": nothing was answered."""
    dropped: int
    """Connections closed without a look, above all bounds."""

    @classmethod
    def from_json(cls, numbers: Mapping[str, Any]) -> ListenerStats:
        """From the object of resock_listener_stats_json; further fields are ignored.

        Raises KeyError where a field is missing.
        """
        fields = {name: numbers[name] for name in cls.__dataclass_fields__}
        fields["addresses"] = tuple(fields["addresses"])
        return cls(**fields)


@dataclass(frozen=True)
class RefusedOpening:
    """A connection to a listener that did not become a link."""

    address: str
    """Of the client, "192.0.2.1:4711"."""
    status: Optional[int]
    """The HTTP status that was answered; None: nothing was."""
    why: str
    """The reason, in words."""

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> RefusedOpening:
        """From an entry of resock_listener_history_json; further fields are ignored.

        Raises KeyError where a field is missing.
        """
        return cls(address=entry["address"], status=entry["status"], why=entry["why"])
