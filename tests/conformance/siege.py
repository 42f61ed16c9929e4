"""What tests of bad clients share: a server under siege, and a session that goes on beside."""

import asyncio
import contextlib
import unittest

from cpp_ends import HURRIED, Serve
from frames import ACKME, FIN, PING, PONG, cost_of
from scripted import SECRET, Connection, ack, connected, data, hello

MESSAGE_MAX = 40000
WORDS = [f"message.max={MESSAGE_MAX}", "session.window=64KiB"]


class Good:
    """A session of its own that exchanges messages as long as the block lasts."""

    def __init__(self, url, tlvs=None):
        self.url, self.tlvs, self.sent, self.acked = url, tlvs, 0, 0

    async def __aenter__(self):
        self.websocket = await connected(self.url)
        self.connection = Connection(self.websocket)
        await self.connection.send(hello(self.tlvs, sid=b"good" * 4))
        await self.connection.next("WELCOME")
        self.ending = False
        self.task = asyncio.create_task(self.run())
        return self

    async def run(self):
        while not self.ending:
            await self.exchange()

    async def exchange(self):
        self.sent += 1
        payload = b"good %d" % self.sent
        await self.connection.send(data(self.sent, payload, FIN | ACKME))
        echo = await self.connection.next("DATA")
        assert (echo.seq, echo.payload) == (self.sent, payload), echo.seq
        await self.connection.send(ack(self.sent))

    async def __aexit__(self, kind, *_):
        self.ending = True
        try:
            await self.task
            if kind is None:
                await self.exchange()
        finally:
            await self.websocket.close()


class Sender:
    """Sends frames of one size and knows the limit that was granted (R20)."""

    def __init__(self, connection, size, flags=FIN):
        self.connection, self.size, self.flags = connection, size, flags
        self.seq, self.positions, self.limit = 0, [0], connection.welcome.window

    def frame(self):
        return data(self.seq + 1, bytes(self.size), self.flags)

    async def send(self):
        frame = self.frame()
        await self.connection.send(frame)
        self.seq += 1
        self.positions.append(self.positions[-1] + cost_of(frame))

    def has_room(self):
        return self.positions[-1] + cost_of(self.frame()) <= self.limit

    async def ask(self):
        """What is granted once everything has arrived."""
        await self.connection.send(ack(0, PING))
        while True:
            answer = await self.connection.next("ACK")
            self.limit = max(self.limit, self.positions[answer.recv] + answer.window)
            if answer.flags & PONG:
                return

    async def is_shut(self):
        if not self.has_room():
            await self.ask()
        return not self.has_room()


class Case(unittest.IsolatedAsyncioTestCase):
    maxDiff = None
    resock = None  # the program

    def setUp(self):
        self.numbers = iter(range(1, 2**32))

    @contextlib.asynccontextmanager
    async def besieged(self, *words):
        """A server, its url, and a good session beside; in the end the server still stands, and
        has said nothing of a secret."""
        async with Serve(self.resock, *WORDS, *words, options=HURRIED) as server:
            async with Good(server.url) as self.good:
                yield server
            self.assertEqual(await server.stopped(), 0)
        for secret in (SECRET, SECRET.hex().encode(), b"dHR0dHR0"):
            self.assertNotIn(secret, server.said)

    def sid(self):
        return next(self.numbers).to_bytes(16, "big")

    @contextlib.asynccontextmanager
    async def session(self, url, tlvs=None, **fields):
        async with connected(url) as websocket:
            connection = Connection(websocket)
            fields.setdefault("sid", self.sid())
            await connection.send(hello(tlvs, **fields))
            connection.welcome = await connection.next("WELCOME")
            yield connection

    async def lives(self, connection):
        """It answers PING, so it has read everything before."""
        await connection.send(ack(0, PING))
        while not (await connection.next("ACK")).flags & PONG:
            pass
