"""A WebSocket that stays up and loses no message.

    async with resock.connect("wss://example.org/feed") as link:
        await link.send("hello")
        async for message in link:
            print(message)

`connect` opens links for asyncio, `serve` accepts them, `resock.sync.connect` does without asyncio.
What can go wrong stands below `Error`, what happens to a link in `resock.events`.

Names are imported when they are first used, which keeps `import resock` short.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Dict, List, Tuple

from resock._core import version as __version__

if TYPE_CHECKING:
    from resock import events, sync
    from resock._connect import connect
    from resock._core import Message, Receipt
    from resock._enums import Level, LostReason, Reason, State
    from resock._errors import (
        Busy,
        Closed,
        ConnectFailed,
        Dropped,
        Error,
        Expired,
        Forked,
        IOFailed,
        InDoubt,
        InternalError,
        Invalid,
        Lost,
        MessageFailed,
        MessageRefused,
        NotSent,
        NotSupported,
        NotWebSocket,
        OptionError,
        QueueFull,
        Refused,
        TLSError,
        Timeout,
        TooBig,
        Unreachable,
        WrongState,
    )
    from resock._hubs import configure
    from resock._link import Link
    from resock._paths import include_path, library_path
    from resock._records import Disconnect, ListenerStats, RefusedOpening, Stats
    from resock._requests import Reject, Request
    from resock._serve import serve
    from resock._server import Server
    from resock._streams import EventStream, MessageStream

__all__ = [
    "Busy",
    "Closed",
    "ConnectFailed",
    "Disconnect",
    "Dropped",
    "Error",
    "EventStream",
    "Expired",
    "Forked",
    "IOFailed",
    "InDoubt",
    "InternalError",
    "Invalid",
    "Level",
    "Link",
    "ListenerStats",
    "Lost",
    "LostReason",
    "Message",
    "MessageFailed",
    "MessageRefused",
    "MessageStream",
    "NotSent",
    "NotSupported",
    "NotWebSocket",
    "OptionError",
    "QueueFull",
    "Reason",
    "Receipt",
    "Refused",
    "RefusedOpening",
    "Reject",
    "Request",
    "Server",
    "State",
    "Stats",
    "TLSError",
    "Timeout",
    "TooBig",
    "Unreachable",
    "WrongState",
    "__version__",
    "configure",
    "connect",
    "events",
    "include_path",
    "library_path",
    "serve",
    "sync",
]

_MODULES: Dict[str, Tuple[str, ...]] = {
    "_connect": (
        "connect",
    ),
    "_core": (
        "Message",
        "Receipt",
    ),
    "_enums": (
        "Level",
        "LostReason",
        "Reason",
        "State",
    ),
    "_errors": (
        "Busy",
        "Closed",
        "ConnectFailed",
        "Dropped",
        "Error",
        "Expired",
        "Forked",
        "IOFailed",
        "InDoubt",
        "InternalError",
        "Invalid",
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
    ),
    "_hubs": (
        "configure",
    ),
    "_link": (
        "Link",
    ),
    "_paths": (
        "include_path",
        "library_path",
    ),
    "_records": (
        "Disconnect",
        "ListenerStats",
        "RefusedOpening",
        "Stats",
    ),
    "_requests": (
        "Reject",
        "Request",
    ),
    "_serve": (
        "serve",
    ),
    "_server": (
        "Server",
    ),
    "_streams": (
        "EventStream",
        "MessageStream",
    ),
}
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> object:
    if name in ("events", "sync"):
        return import_module(f"resock.{name}")
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'resock' has no attribute {name!r}")
    value: object = getattr(import_module(f"resock.{_MODULE_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> List[str]:
    return sorted(__all__)
