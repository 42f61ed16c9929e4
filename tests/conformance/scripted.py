"""Ends of resock.v1 that send what a test tells them to, right or wrong."""

import asyncio

from frames import decode, encode
from programs import PATIENCE_S
from websockets.asyncio.client import connect
from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed

SID, SECRET = b"s" * 16, b"t" * 16
WINDOW = 65536


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
            return closed.rcvd.code, closed.rcvd.reason


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

    async def handle(self, websocket):
        connection = Connection(websocket)
        script = self.scripts.pop(0) if len(self.scripts) > 1 else self.scripts[0]
        try:
            hello_frame = await connection.next("HELLO")
            self.results.put_nowait(await script(connection, hello_frame))
        except ConnectionClosed as closed:
            self.results.put_nowait(closed)
