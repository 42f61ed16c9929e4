"""Ends of resock.v1 that send what a test tells them to, right or wrong."""

import asyncio

from frames import EXT, DONE, FIN, TEXT, decode, encode
from programs import PATIENCE_S
from websockets.asyncio.client import connect
from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed

SID, SECRET = b"s" * 16, b"t" * 16
WINDOW = 65536
QUIET_S = 0.05  # longer than an ACK may be late (R21)


def hello(tlvs=None, **fields):
    return encode("HELLO", tlvs=tlvs or {}, **{
        "version": 1, "sid": SID, "secret": SECRET, "born": 0, "epoch": 1, "recv": 0, "acked": 0,
        "window": WINDOW, **fields})


def welcome(flags=0, tlvs=None, **fields):
    return encode("WELCOME", flags, tlvs=tlvs or {}, **{
        "born": 7, "recv": 0, "window": WINDOW, "max_frame": 16384, "max_message": 2**24,
        "heartbeat_ms": 20000, "ttl_s": 120, "ack_level": 0, **fields})


def data(seq, payload=b"x", flags=1):
    return encode("DATA", flags, seq=seq, payload=payload)


def ack(recv, flags=0, window=WINDOW, done=0):
    return encode("ACK", flags, recv=recv, window=window, done=done)


END = encode("END", seq=1, code=0, text="")

# What is sent behind the opening of a session to an end that takes messages of 40000 bytes, and the
# rule that it breaks; for both roles.
BROKEN = {
    "empty": ([b""], "R2"), "text": (["text"], "R2"), "unknown type": ([b"\xb0"], "R2"),
    "truncated": ([ack(0)[:-1]], "R2"), "bytes behind": ([ack(0) + b"\0"], "R2"),
    "varint too long": ([b"\xa0\x81\x00"], "R3"), "seq 0": ([b"\xa0\0"], "R2"),
    "REJECT in between": ([encode("REJECT", reason=1, retry_ms=0, text="")], "R2"),
    "a second HELLO": ([hello(epoch=9)], "R2"), "a second WELCOME": ([welcome()], "R2"),
    "gap": ([data(2)], "R18"), "another frame under its seq": ([data(1), data(1, b"y")], "R18"),
    "behind END": ([END, data(2)], "R2"), "VOID in a message": (
        [data(1, flags=0), encode("VOID", seq=2)], "R8"),
    "END in a message": ([data(1, flags=0), encode("END", seq=2, code=0, text="")], "R8"),
    "TEXT in a message": ([data(1, flags=0), data(2, flags=FIN | TEXT)], "R8"),
    "EXT in a message": ([data(1, flags=0), encode("DATA", FIN | EXT, seq=2, ext={}, payload=b"")],
                         "R8"),
    "not UTF-8": ([data(1, b"\xe2\x82", FIN | TEXT)], "R9"),
    "not UTF-8, in parts": ([data(1, b"\xe2", TEXT), data(2, b"\x28\xa1")], "R9"),
    "NOTE not UTF-8": ([encode("NOTE", TEXT, payload=b"\xff")], "R9"),
    "frame too long": ([data(1, b"x" * 16383)], "R8"),
    "NOTE too long": ([encode("NOTE", payload=b"x" * 16384)], "R8"),
    "message too long": ([data(1, b"x" * 16000, 0), data(2, b"x" * 16000, 0),
                          data(3, b"x" * 16000, 0)], "R8"),
    "ack of the unsent": ([ack(1000)], "R22"), "done above recv": ([ack(0, DONE, done=1)], "R24"),
}


class Connection:
    """A WebSocket whose frames can be waited for by type."""

    def __init__(self, websocket):
        self.websocket = websocket
        self.raw = b""  # of the last frame

    async def send(self, *frames):
        for frame in frames:
            await self.websocket.send(frame)

    async def next(self, *types):
        """The next frame of one of these types; others are skipped."""
        while True:
            self.raw = await asyncio.wait_for(self.websocket.recv(), PATIENCE_S)
            frame = decode(self.raw)
            if not types or frame.type in types:
                return frame

    async def closed(self):
        """The peer's close code and reason."""
        try:
            while True:
                await asyncio.wait_for(self.websocket.recv(), PATIENCE_S)
        except ConnectionClosed as closed:
            return closed.rcvd and (closed.rcvd.code, closed.rcvd.reason)


async def something(connection):
    """A frame that comes though nothing is due, or None. A pong has read what is before it."""
    await (await connection.websocket.ping())
    try:
        return await asyncio.wait_for(connection.next(), QUIET_S)
    except asyncio.TimeoutError:
        return None


def connected(url):
    """A scripted client; to be used with `async with`."""
    return connect(url, subprotocols=["resock.v1"], compression=None, ping_interval=None,
                   max_size=2**26)


class ScriptedServer:
    """Each connection runs the next of `scripts`, functions of a Connection and the HELLO; the
    last runs for all that follow."""

    def __init__(self, *scripts):
        self.scripts = list(scripts)
        self.results = asyncio.Queue()

    async def __aenter__(self):
        self.listener = await serve(self.handle, "127.0.0.1", 0, subprotocols=["resock.v1"],
                                    compression=None, ping_interval=None)
        self.url = f"ws://127.0.0.1:{self.listener.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_):
        self.listener.close()
        await self.listener.wait_closed()

    async def result(self):
        """What the next script returned, or the assertion that failed in it."""
        result = await asyncio.wait_for(self.results.get(), PATIENCE_S)
        if isinstance(result, Exception):
            raise result
        return result

    async def handle(self, websocket):
        connection = Connection(websocket)
        script = self.scripts.pop(0) if len(self.scripts) > 1 else self.scripts[0]
        try:
            self.results.put_nowait(await script(connection, await connection.next("HELLO")))
        except Exception as error:
            self.results.put_nowait(error)
        await connection.closed()  # as long as the client wants it
