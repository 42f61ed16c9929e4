"""The enumerations of the C API. Each prints as the word that JSON has for it."""

from __future__ import annotations

from enum import Enum, IntEnum

__all__ = ["Level", "LostReason", "Reason", "State"]


class _Named(IntEnum):
    """A number of resock.h that prints as the word of it, in every version of Python."""

    def __str__(self) -> str:
        return self.name.lower()

    def __format__(self, spec: str) -> str:
        return int.__format__(self, spec) if spec.endswith("d") else format(str(self), spec)


class Level(_Named):
    """How far a message has come. Levels compare: ``level >= Level.RECEIVED``."""

    STORED = 1
    """In our own outbox on disk (exactly-once with outbox_path)."""
    WRITTEN = 2
    """Given to the operating system."""
    RECEIVED = 3
    """Read by the peer's WebSocket endpoint, or confirmed by the application; in a session: kept
    by the peer."""
    PROCESSED = 4
    """The peer's application is done with it (sessions)."""


class Reason(_Named):
    """Why a message has failed."""

    EXPIRED = 1
    """Its ttl ended before a byte of it was sent."""
    DROPPED = 2
    """By queue_full, or it was not to be kept and was cut off."""
    REFUSED = 3
    """The peer closes with 1003, 1007 or 1009 because of it."""
    NOT_SENT = 4
    """The link ended before a byte of it was sent."""
    IN_DOUBT = 5
    """Sent and not confirmed: it may have arrived."""


class LostReason(_Named):
    """Why a session was lost. A later server may give a number that is not among these."""

    UNKNOWN_SESSION = 1
    """The server does not know it (any more)."""
    FORBIDDEN = 2
    """Its identity or secret does not fit."""
    STALE_EPOCH = 3
    """A newer connection of it was there already."""
    STATE_MISMATCH = 4
    """What both ends remember does not fit together."""
    ENDED = 5
    """The other end has ended it."""
    EXPIRED = 6
    """Away for longer than the server keeps it."""
    UNSUPPORTED = 7
    """The server lacks this version or a feature."""
    OVERLOADED = 8
    """A limit of the server."""
    FORMER_OWNER_BUSY = 9
    """Another server process still works on it."""
    AUTHENTICATION_NEEDED = 11
    """The server wants a token."""

    @staticmethod
    def of(number: int) -> int:
        """The reason of that number; a number that is not known stays as it is."""
        try:
            return LostReason(number)
        except ValueError:
            return number

    @staticmethod
    def of_word(word: str) -> int:
        """The reason of the word of an event: "expired", or "reject_12" of a later server."""
        if word.startswith("reject_"):
            return LostReason.of(int(word[len("reject_") :]))
        return LostReason[word.upper()]


class State(str, Enum):
    """Where a link stands. Equal to its word: ``link.state == "open"``."""

    IDLE = "idle"
    """Just made."""
    ASKING = "asking"
    """Waits for credentials."""
    CONNECTING = "connecting"
    """An attempt is under way."""
    OPEN = "open"
    """Messages flow."""
    CLOSING = "closing"
    """In the closing handshake."""
    WAITING = "waiting"
    """For the next attempt."""
    STOPPED = "stopped"
    """For reconnect_hold: retry_now() or new credentials go on."""
    FINISHED = "finished"
    """It has ended."""

    def __str__(self) -> str:
        return self.value

    @classmethod
    def of(cls, number: int) -> State:
        """The state of a number of resock_state in resock.h."""
        return tuple(cls)[number]
