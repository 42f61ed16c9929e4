"""A WebSocket that stays up and loses no message."""

from __future__ import annotations

from resock._core import version as __version__

__all__ = ["__version__"]
