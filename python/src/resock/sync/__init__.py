"""Links without asyncio: every call blocks until it is done, and Ctrl-C ends it at once.

    with resock.sync.connect("wss://example.org/feed") as link:
        link.send("hello")
        for message in link:
            print(message)

All links of the process share one I/O thread. Any thread may call any method; one at a time receives.
"""

from __future__ import annotations

from resock._core import BlockingReceipt as Receipt
from resock.sync._connect import connect
from resock.sync._link import Link
from resock.sync._streams import EventStream, MessageStream

__all__ = ["EventStream", "Link", "MessageStream", "Receipt", "connect"]
