"""A WebSocket that stays up and loses no message."""

from __future__ import annotations

from resock._client import Link, connect
from resock._core import Message, Receipt
from resock._core import version as __version__
from resock._enums import *
from resock._errors import *
from resock._hubs import configure
from resock._records import Disconnect, Stats

__all__ = ["Disconnect", "Link", "Message", "Receipt", "Stats", "__version__", "configure", "connect"]
