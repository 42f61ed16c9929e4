"""Opens links through the C library alone (ctypes), the way a stranger to Python's package would."""

from __future__ import annotations

import ctypes
from typing import Any

import resock

LINK_SCOPE = 2


class Library:
    """libresock.so.0 with one hub."""

    def __init__(self) -> None:
        self._c = ctypes.CDLL(resock.library_path())
        self._c.resock_last_error.restype = ctypes.c_char_p
        for name in ("resock_hub_free", "resock_options_free", "resock_string_free"):
            getattr(self._c, name).argtypes = [ctypes.c_void_p]
            getattr(self._c, name).restype = None
        self._hub = ctypes.c_void_p()
        self._check(self._c.resock_hub_create(None, ctypes.byref(self._hub), None))

    def _check(self, status: int) -> None:
        if status != 0:
            raise AssertionError(self._c.resock_last_error().decode())

    def version_json(self) -> str:
        text = ctypes.c_char_p()
        self._check(self._c.resock_version_json(ctypes.byref(text)))
        said = (text.value or b"").decode()
        self._c.resock_string_free(text)
        return said

    def open(self, **settings: str) -> ctypes.c_void_p:
        """A link with these options, `_` for `.`; it goes with the hub."""
        options, link = ctypes.c_void_p(), ctypes.c_void_p()
        self._check(self._c.resock_options_create(LINK_SCOPE, ctypes.byref(options)))
        for name, value in settings.items():
            self._check(self._c.resock_options_set(
                options, name.replace("_", ".", 1).encode(), value.encode(), None))
        self._check(self._c.resock_link_open(
            self._hub, options, ctypes.c_uint64(0), ctypes.byref(link), None))
        self._c.resock_options_free(options)
        return link

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *error: Any) -> None:
        self._c.resock_hub_free(self._hub)
