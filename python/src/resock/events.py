"""The events of links: what ``link.events()`` gives and ``on_event`` is called with.

They have a module of their own, since `resock.Closed` and `resock.Lost` are exceptions:

    from resock import events

    async for event in link.events():
        if isinstance(event, events.Down):
            print(event.record.why)
"""

from __future__ import annotations

from resock._event_types import (
    Accepted,
    Closed,
    Confirmed,
    Credentials,
    Down,
    Event,
    Failed,
    Log,
    Lost,
    Message,
    Opened,
    Request,
    Writable,
)

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
