"""What happens to a link, one frozen dataclass for each kind of event.

Events are values of their own: they belong to no thread, outlive their link, and pickle. Times are
seconds, as float. ``str(event)`` is the line that ``resock connect --events`` prints for it, with
options named as keywords.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Tuple, Union

from resock._enums import Level, Reason
from resock._records import Disconnect

__all__ = [
    "Accepted",
    "Closed",
    "Confirmed",
    "Credentials",
    "Down",
    "Event",
    "Failed",
    "Log",
    "Lost",
    "Message",
    "Opened",
    "Request",
    "Writable",
]


@dataclass(frozen=True)
class _OfLink:
    link_id: int
    """The number of the link, never used again; 0: about the hub or a listener."""


@dataclass(frozen=True)
class Opened(_OfLink):
    """A connection is open."""

    address: str
    """Of the peer, "192.0.2.1:443"."""
    tls: str
    """Version and cipher, "" without TLS."""
    subprotocol: str
    """The one that was chosen, "" for none."""
    connection: int
    """Its number, counted from 1 by attempts."""
    attempt: int
    """Attempts in a row that led to it; 0 for a first connection."""
    downtime: float
    """Seconds since the last connection ended; 0 where there was none."""
    resumed: bool
    """A session went on where it had stopped; False: a new one, or a plain link."""
    skipped: int
    """How many of these events were dropped before this one, because nobody took them."""

    def __str__(self) -> str:
        parts = [f"OPEN {self.address}", f"connection {self.connection}"]
        if self.tls:
            parts.append(self.tls)
        if self.subprotocol:
            parts.append(f"subprotocol {self.subprotocol}")
        if self.resumed:
            parts.append("session resumed")
        if self.connection > 1:
            parts.append(f"was down for {self.downtime * 1_000:.0f} ms")
        return ", ".join(parts)


@dataclass(frozen=True)
class Message(_OfLink):
    """A message arrived. Links hand these out by themselves, not among their events."""

    data: Union[str, bytes]
    """str of a text message, bytes of a binary one."""
    number: Optional[int]
    """Of the message in its session, growing with gaps; None: of a plain link, or not kept."""
    redelivered: bool
    """It came before a restart of this process, which was not done with it."""
    expired: bool
    """Its sender's ttl is over, by our clock."""

    def __str__(self) -> str:
        kind = "text" if isinstance(self.data, str) else "binary"
        size = len(self.data.encode("utf-8") if isinstance(self.data, str) else self.data)
        parts = [f"MESSAGE {kind}", f"{size} bytes"]
        if self.number is not None:
            parts.append(f"number {self.number}")
        if self.redelivered:
            parts.append("redelivered")
        if self.expired:
            parts.append("expired")
        return ", ".join(parts)


@dataclass(frozen=True)
class Confirmed(_OfLink):
    """Every message up to `through` that has not failed has reached `level`."""

    level: Level
    """How far."""
    through: int
    """The last message that it covers."""

    def __str__(self) -> str:
        return f"CONFIRMED through {self.through} at {self.level}"


@dataclass(frozen=True)
class Failed(_OfLink):
    """Messages `first` to `last` have ended and will not be sent (again)."""

    first: int
    """The first id of the range."""
    last: int
    """The last id of it."""
    reason: Reason
    """Why."""

    def __str__(self) -> str:
        ids = str(self.first) if self.first == self.last else f"{self.first}-{self.last}"
        return f"FAILED {ids} {str(self.reason).replace('_', ' ')}"


@dataclass(frozen=True)
class Down(_OfLink):
    """A connection ended or an attempt failed. The link stays, unless Closed follows."""

    was_open: bool
    """True: a connection ended; False: an attempt failed."""
    skipped: int
    """How many of these events were dropped before this one, because nobody took them."""
    record: Disconnect
    """Why, and what follows."""

    def __str__(self) -> str:
        return f"DOWN {self.record.why}"


@dataclass(frozen=True)
class Writable(_OfLink):
    """After QueueFull: half of the queue is free again."""

    def __str__(self) -> str:
        return "WRITABLE"


@dataclass(frozen=True)
class Credentials(_OfLink):
    """The link waits, up to credentials_timeout, for new credentials."""

    request_id: int
    """To answer with."""
    attempt: int
    """Attempts in a row."""
    http_status: Optional[int]
    """Of the refusal; None: there was none."""
    close_code: Optional[int]
    """Of the refusal; None: there was none."""

    def __str__(self) -> str:
        return "CREDENTIALS asked"


@dataclass(frozen=True)
class Request(_OfLink):
    """An opening waits, up to listen_request_timeout, for the application's answer.

    Fit for a log: the query and the values of Authorization, Cookie, Proxy-Authorization and the
    token are masked. With a `link_id` it is about a session whose client sent a fresh token.
    """

    listener_id: int
    """The number of the listener."""
    request_id: int
    """To answer with."""
    method: str
    """"GET"."""
    target: str
    """The path, and "?..." where there is a query."""
    fields: Tuple[Tuple[str, str], ...]
    """Names and values of the HTTP header, in order."""
    address: str
    """Of the client, "192.0.2.1:4711"."""
    tls: str
    """Version and cipher, "" without TLS."""
    has_token: bool
    """The client of a session sent a token to show who it is."""

    def __str__(self) -> str:
        return f"REQUEST {self.request_id} of {self.address}: {self.method} {self.target}"


@dataclass(frozen=True)
class Accepted(_OfLink):
    """A listener has made a link; Opened of it follows."""

    listener_id: int
    """The number of the listener."""
    request_id: Optional[int]
    """The Request that was answered; None without one."""

    def __str__(self) -> str:
        return f"ACCEPTED by listener {self.listener_id}"


@dataclass(frozen=True)
class Lost(_OfLink):
    """A session could not go on. Every message that it held has ended, confirmed or failed."""

    reason: int
    """A LostReason, or the bare number that a later server gave."""
    text: str
    """What happened, in a sentence."""
    begun_anew: bool
    """A new session goes on (session_on_lost="new"); False: Closed follows."""
    skipped: int
    """How many of these events were dropped before this one, because nobody took them."""

    def __str__(self) -> str:
        return f"LOST {self.text}" + ("; a new session goes on" if self.begun_anew else "")


@dataclass(frozen=True)
class Closed(_OfLink):
    """The last event of a link or, with a `listener_id`, of a listener."""

    record: Disconnect
    """Why it ended."""
    listener_id: Optional[int] = None
    """The number of the listener; None: a link has ended."""

    def __str__(self) -> str:
        return f"CLOSED {self.record.why}"


@dataclass(frozen=True)
class Log(_OfLink):
    """A line for the log. The package hands these to `logging` by itself."""

    level: str
    """"error", "warning", "info" or "debug"."""
    text: str
    """A sentence; no interface: it changes."""
    dropped: int
    """How many lines were dropped before this one, because nobody took them."""

    def __str__(self) -> str:
        shown = f"{self.level}: " if self.level in ("error", "warning") else ""
        return f"LOG {shown}{self.text}"


Event = Union[
    Accepted,
    Closed,
    Confirmed,
    Credentials,
    Down,
    Failed,
    Log,
    Lost,
    Message,
    Opened,
    Request,
    Writable,
]
