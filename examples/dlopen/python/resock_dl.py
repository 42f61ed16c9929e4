"""libresock through ctypes: loaded at run time, nothing to compile. These are the calls that
first.py uses, and the packed ones, which handle many messages with one call."""

import ctypes
import os
import struct
from ctypes import POINTER, byref, c_char_p, c_int32, c_size_t, c_uint32, c_uint64, c_void_p
from typing import NamedTuple

ABI_VERSION = 1
QUEUE_FULL, TOO_SMALL = -6, -8
SCOPE_HUB, SCOPE_LINK = 1, 2
SEND_TEXT = MESSAGE_TEXT = 1
OPEN, MESSAGE, CONFIRMED, FAILED, DOWN, WRITABLE = 1, 2, 3, 4, 5, 6
LOST, CLOSED, LOG = 10, 11, 12

# A thread that waits inside the library hears no signal, so Ctrl-C waits for at most so long.
SLICE_MS = 200

_EVENT = struct.Struct("<IHHQQQ")  # size, kind, flags, link_id, user, id
_MESSAGE = struct.Struct("<IIII")  # size, flags, ttl_ms, length

_out_error = POINTER(c_char_p)
_FUNCTIONS = {
    "resock_last_error": (c_char_p, []),
    "resock_options_create": (c_int32, [c_uint32, POINTER(c_void_p)]),
    "resock_options_set": (c_int32, [c_void_p, c_char_p, c_char_p, _out_error]),
    "resock_options_free": (None, [c_void_p]),
    "resock_hub_create": (c_int32, [c_void_p, POINTER(c_void_p), _out_error]),
    "resock_hub_poll_packed": (c_int32, [c_void_p, c_uint32, c_size_t, c_void_p,
                                         POINTER(c_size_t)]),
    "resock_hub_free": (None, [c_void_p]),
    "resock_link_open": (c_int32, [c_void_p, c_void_p, c_uint64, POINTER(c_void_p), _out_error]),
    "resock_link_send": (c_int32, [c_void_p, c_char_p, c_size_t, c_uint32, c_uint32,
                                   POINTER(c_uint64)]),
    "resock_link_send_packed": (c_int32, [c_void_p, c_char_p, c_size_t, c_size_t, c_void_p,
                                          POINTER(c_size_t)]),
    "resock_link_close": (c_int32, [c_void_p, c_uint32, c_char_p, c_size_t]),
    "resock_link_free": (None, [c_void_p]),
}


class Error(Exception):
    """What the library refused: `status`, and its sentence. 0: the library could not be loaded."""

    def __init__(self, text, status=0):
        super().__init__(text)
        self.status = status


class Event(NamedTuple):
    """Something that happened: a packed record, as the end of resock.h describes it."""
    kind: int
    flags: int
    link_id: int
    user: int
    id: int  # CONFIRMED: the last message; FAILED: the first
    record: bytes

    @property
    def data(self):
        """MESSAGE: the message; DOWN, CLOSED: why; LOG, LOST: what happened; else empty."""
        if self.kind == MESSAGE:
            begin, length = 40, self._number(36)
        elif self.kind in (DOWN, CLOSED):  # behind close_reason, detail and host
            begin, length = 136 + sum(map(self._number, (120, 124, 128))), self._number(132)
        elif self.kind in (LOST, LOG):
            begin, length = 48, self._number(44)
        else:
            return b""
        return self.record[begin:begin + length]

    @property
    def text(self):
        return self.data.decode()

    @property
    def level(self):
        """CONFIRMED: how far its messages have come, resock_level."""
        return self._number(32)

    @property
    def last_id(self):
        """FAILED: the last message."""
        return self._number(32, 8)

    @property
    def reason(self):
        """FAILED: resock_reason."""
        return self._number(40)

    def _number(self, at, size=4):
        return int.from_bytes(self.record[at:at + size], "little")


class Library:
    """The library at `path`; without one that of $RESOCK_LIBRARY, else libresock.so.0."""

    def __init__(self, path=None):
        path = os.fspath(path or os.environ.get("RESOCK_LIBRARY") or "libresock.so.0")
        try:
            self._library = ctypes.CDLL(path)
        except OSError as error:
            raise Error(f"cannot load resock: {error}; install libresock0, or let RESOCK_LIBRARY "
                        "name the file libresock.so.0") from error
        abi = self._find(path, "resock_abi_version", c_uint32, [])()
        if abi != ABI_VERSION:
            raise Error(f"{path} has ABI {abi} of resock and this program needs ABI {ABI_VERSION}: "
                        "install the resock that it was written for")
        for name, (result, arguments) in _FUNCTIONS.items():
            setattr(self, name.removeprefix("resock_"), self._find(path, name, result, arguments))

    def _find(self, path, name, result, arguments):
        try:
            function = getattr(self._library, name)
        except AttributeError:
            raise Error(f"{path} is not resock of ABI {ABI_VERSION}: it has no {name}") from None
        function.restype, function.argtypes = result, arguments
        return function

    def check(self, status):
        # The text is that of the thread; Python leaves a thread of its own on the system's.
        if status != 0:
            raise Error(self.last_error().decode(), status)

    def hub(self, options=None):
        """options: {"io.threads": 2} ..."""
        return Hub(self, options or {})


class _Options:
    """A set of options for the time of one call."""

    def __init__(self, library, scope, values):
        self.library, self.scope, self.values = library, scope, values
        self.handle = c_void_p()

    def __enter__(self):
        self.library.check(self.library.options_create(self.scope, byref(self.handle)))
        try:
            for name, value in self.values.items():
                self.library.check(self.library.options_set(
                    self.handle, name.encode(), str(value).encode(), None))
        except BaseException:
            self.__exit__()
            raise
        return self.handle

    def __exit__(self, *_):
        self.library.options_free(self.handle)


class Hub:
    """I/O threads and what they have to tell. One thread at a time polls."""

    def __init__(self, library, options):
        self.library = library
        self.handle = c_void_p()
        self._buffer = (c_uint64 * 8192)()  # of 8 bytes each: aligned as records need it
        with _Options(library, SCOPE_HUB, options) as made:
            library.check(library.hub_create(made, byref(self.handle), None))

    def open(self, url, options=None, user=0):
        """A link, which starts to connect at once; options: {"queue.messages": 100} ..."""
        return Link(self.library, self, {"url": url, **(options or {})}, user)

    def poll(self, timeout_s=None):
        """The events that came, a list; waits for one, and without a time-out for ever."""
        left_ms = None if timeout_s is None else round(timeout_s * 1000)
        while True:
            wait_ms = SLICE_MS if left_ms is None else min(SLICE_MS, left_ms)
            size = self._poll(wait_ms)
            left_ms = None if left_ms is None else left_ms - wait_ms
            if size or left_ms == 0:
                return list(_events(memoryview(self._buffer).cast("B")[:size]))

    def _poll(self, wait_ms):
        size = c_size_t()
        while True:
            status = self.library.hub_poll_packed(self.handle, wait_ms, ctypes.sizeof(self._buffer),
                                                  self._buffer, byref(size))
            if status != TOO_SMALL:
                self.library.check(status)
                return size.value
            self._buffer = (c_uint64 * ((size.value + 7) // 8))()  # nothing was lost

    def free(self):
        """Aborts its links."""
        self.library.hub_free(self.handle)
        self.handle = c_void_p()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.free()


class Link:
    """One connection that outlives its sockets. Any thread may use it."""

    def __init__(self, library, hub, options, user):
        self.library = library
        self.handle = c_void_p()
        with _Options(library, SCOPE_LINK, options) as made:
            library.check(library.link_open(hub.handle, made, user, byref(self.handle), None))

    def send(self, message):
        """str goes as text, bytes as binary; the id of the message. Waits for nothing."""
        data, flags = _encoded(message)
        number = c_uint64()
        self.library.check(self.library.link_send(self.handle, data, len(data), flags, 0,
                                                  byref(number)))
        return number.value

    def send_all(self, messages):
        """With one call; how many of them were accepted: not all where the queue is full."""
        records = b"".join(map(_record, messages))
        count = c_size_t()
        status = self.library.link_send_packed(self.handle, records, len(records), 0, None,
                                               byref(count))
        if status != QUEUE_FULL:
            self.library.check(status)
        return count.value

    def close(self, code=1000, reason=""):
        """Once everything is confirmed; CLOSED is its last event."""
        words = reason.encode()
        self.library.check(self.library.link_close(self.handle, code, words, len(words)))

    def free(self):
        """Without close it aborts."""
        self.library.link_free(self.handle)
        self.handle = c_void_p()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.free()


def _encoded(message):
    return (message.encode(), SEND_TEXT) if isinstance(message, str) else (memoryview(message).tobytes(), 0)


def _record(message):
    data, flags = _encoded(message)
    size = (_MESSAGE.size + len(data) + 7) // 8 * 8
    return (_MESSAGE.pack(size, flags, 0, len(data)) + data).ljust(size, b"\0")


def _events(records):
    at = 0
    while at < len(records):
        size, kind, flags, link_id, user, number = _EVENT.unpack_from(records, at)
        yield Event(kind, flags, link_id, user, number, bytes(records[at:at + size]))
        at += size
