"""What can go wrong, as exceptions under one base class, `Error`.

Every exception pickles, so that it may cross processes. Its text is one sentence that names what
was wrong, what is allowed and what to do, with the names that options have as Python keywords.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Dict, Optional, Tuple, Type

from resock._enums import Reason
from resock._table import in_python_words

if TYPE_CHECKING:
    from resock._event_types import Lost as LostEvent
    from resock._records import Disconnect

# asyncio.TimeoutError is a class of its own before Python 3.11; later ones are spared the import.
if sys.version_info >= (3, 11):
    _TimeoutBase = TimeoutError
else:
    import asyncio

    class _TimeoutBase(asyncio.TimeoutError, TimeoutError):
        """Caught by both names."""


__all__ = [
    "Busy",
    "Closed",
    "ConnectFailed",
    "Dropped",
    "Error",
    "Expired",
    "Forked",
    "InDoubt",
    "InternalError",
    "Invalid",
    "IOFailed",
    "Lost",
    "MessageFailed",
    "MessageRefused",
    "NotSent",
    "NotSupported",
    "NotWebSocket",
    "OptionError",
    "QueueFull",
    "Refused",
    "TLSError",
    "Timeout",
    "TooBig",
    "Unreachable",
    "WrongState",
]


class Error(Exception):
    """Everything that this package raises, save MemoryError and wrong types of arguments."""

    record: Optional[Disconnect]
    """Why the connection ended, where that is the cause; else None."""
    status: Optional[str]
    """The status of the C API, such as "QUEUE_FULL"; None: it was not the library's."""

    def __init__(
        self,
        text: str = "",
        *,
        record: Optional[Disconnect] = None,
        status: Optional[str] = None,
    ) -> None:
        super().__init__(text)
        self.record = record
        self.status = status


class OptionError(Error, ValueError):
    """An option's name, type or value is not allowed, or a combination of options."""


class Invalid(Error, ValueError):
    """An argument is not allowed."""


class TooBig(Error, ValueError):
    """A message is larger than message_max, or another bound was exceeded."""


class Closed(Error):
    """The link has ended or is closing; `record` tells why it ended."""


class ConnectFailed(Error, ConnectionError):
    """The link has given up to connect; `record` tells why. Below it stand the usual reasons."""

    @property
    def http_status(self) -> Optional[int]:
        """What the server answered, such as 403; None where it did not, or there is no record."""
        return self.record.http_status if self.record is not None else None

    def __reduce__(self) -> Tuple[object, ...]:
        # OSError keeps errno outside of what it pickles.
        return type(self), self.args, {**self.__dict__, "errno": self.errno}


class Refused(ConnectFailed):
    """The server refused the opening with an HTTP status, which is `http_status`."""


class TLSError(ConnectFailed):
    """The TLS handshake failed, most often because of a certificate."""


class Unreachable(ConnectFailed):
    """No connection to the host: its name is not known, or TCP fails or takes too long."""


class NotWebSocket(ConnectFailed):
    """What answered is no WebSocket server (a web page, a captive portal), or none that speaks the
    subprotocol asked for."""


class Lost(Error):
    """The session could not go on; its messages have ended, as confirmed or failed."""

    reason: Optional[int]
    """A LostReason, or the bare number of a later server; None: not told."""
    text: str
    """What happened, in a sentence."""

    def __init__(
        self,
        text: str = "",
        *,
        reason: Optional[int] = None,
        record: Optional[Disconnect] = None,
        status: Optional[str] = None,
    ) -> None:
        super().__init__(text, record=record, status=status)
        self.reason = reason
        self.text = text


class QueueFull(Error):
    """queue_bytes or queue_messages are used up; Writable follows once there is room."""


class Timeout(Error, _TimeoutBase):
    """Not within the time given. Nothing was lost: the call may be made again."""


class Busy(Error, RuntimeError):
    """Another thread or task does this already, or waiting is not possible here."""


class WrongState(Error, RuntimeError):
    """Not possible in the state that the link or listener is in."""


class NotSupported(Error):
    """Not with these options, or not in this version."""


class Forked(Error, RuntimeError):
    """The link was made before fork(): it is the parent's. Make a new one in the child."""


class IOFailed(Error, OSError):
    """The operating system refused."""


class InternalError(Error):
    """An error of the library: please report it."""


class MessageFailed(Error):
    """A message has ended without being confirmed."""

    id: int
    """The message, as its receipt has it."""
    reason: int
    """A Reason."""

    def __init__(
        self,
        text: str = "",
        *,
        id: int = 0,
        reason: int = 0,
        record: Optional[Disconnect] = None,
        status: Optional[str] = None,
    ) -> None:
        super().__init__(text, record=record, status=status)
        self.id = id
        self.reason = reason


class Expired(MessageFailed):
    """Its ttl ended before a byte of it was sent."""


class Dropped(MessageFailed):
    """By queue_full, or it was not to be kept and was cut off."""


class MessageRefused(MessageFailed):
    """The peer closes with 1003, 1007 or 1009 because of it: sending it again would not help."""


class NotSent(MessageFailed):
    """The link ended before a byte of it was sent: it may be sent by another one."""


class InDoubt(MessageFailed):
    """Sent and not confirmed: it may have arrived. Sending it again may make it arrive twice."""


# resock_status in resock.h.
_OF_STATUS: Dict[int, Tuple[str, Type[Exception]]] = {
    -1: ("INVALID", Invalid),
    -2: ("HANDLE", Closed),
    -3: ("CLOSED", Closed),
    -4: ("BUSY", Busy),
    -5: ("WOULD_DEADLOCK", Busy),
    -6: ("QUEUE_FULL", QueueFull),
    -7: ("TOO_BIG", TooBig),
    -8: ("TOO_SMALL", InternalError),
    -9: ("TIMEOUT", Timeout),
    -10: ("OPTION", OptionError),
    -11: ("NOT_SUPPORTED", NotSupported),
    -12: ("FORKED", Forked),
    -13: ("NO_MEMORY", MemoryError),
    -14: ("IO", IOFailed),
    -15: ("STATE", WrongState),
    -16: ("INTERNAL", InternalError),
}

_OF_REASON: Dict[int, Tuple[str, Type[MessageFailed]]] = {
    Reason.EXPIRED: ("expired before a byte of it was sent", Expired),
    Reason.DROPPED: ("was dropped, because the queue was full or it was not to be kept", Dropped),
    Reason.REFUSED: ("was refused by the peer, which closes because of it", MessageRefused),
    Reason.NOT_SENT: ("was not sent before the link ended", NotSent),
    Reason.IN_DOUBT: ("was sent and is not confirmed: it may have arrived", InDoubt),
}


def from_status(status: int, text: str, record: Optional[Disconnect] = None) -> Exception:
    """The exception for a status that a function of the C API returned.

    `text` is that of resock_last_error, `record` that of the link, where it has ended.
    """
    name, kind = _OF_STATUS.get(status, (f"STATUS_{-status}", InternalError))
    words = in_python_words(text)
    if issubclass(kind, Error):
        return kind(words, record=record, status=name)
    return kind(words)


def _kind_of(record: Disconnect) -> Type[Error]:
    if record.close_code is not None:
        return Closed  # a connection was open, and nobody wanted another one
    if record.cause == "local":
        return ConnectFailed if record.detail else Closed  # no credentials; else close()
    if record.cause in ("not-websocket", "subprotocol", "protocol"):
        return NotWebSocket
    if record.http_status is not None:
        return NotWebSocket if record.http_status < 300 else Refused
    if record.layer == "tls":
        return TLSError
    if record.layer in ("dns", "tcp", "proxy") or record.cause == "open-timeout":
        return Unreachable
    return ConnectFailed


def of_record(record: Disconnect, lost: Optional[LostEvent] = None) -> Error:
    """The exception for a link that has CLOSED: by layer, status and cause of its record.

    `lost` is the LOST event that came before it, if any. An end that was asked for is `Closed`.
    """
    if lost is not None:
        return Lost(in_python_words(lost.text), reason=lost.reason, record=record)
    made = _kind_of(record)(in_python_words(record.why), record=record)
    if isinstance(made, OSError) and record.errno is not None:
        made.errno = record.errno
    return made


def of_failure(id: int, reason: int) -> MessageFailed:
    """The exception for a message of a FAILED event, by resock_reason."""
    words, kind = _OF_REASON.get(reason, (f"has failed for reason {reason}", MessageFailed))
    named = Reason(reason) if reason in _OF_REASON else reason
    return kind(f"message {id} {words}", id=id, reason=named)
