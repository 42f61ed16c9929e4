"""A server by `websockets`, as links meet it: it may be killed and comes back at the same port."""

from __future__ import annotations

from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed


async def echo(connection):
    async for message in connection:
        await connection.send(message)


class Peer:
    """async with Peer(handler) as peer: peer.url is where it listens."""

    def __init__(self, handler=echo, **options):
        self.handler = handler
        self.options = {"max_size": None, "compression": None, "ping_interval": None, **options}
        self.port = 0
        self.connections = 0

    @property
    def url(self):
        scheme = "wss" if self.options.get("ssl") else "ws"
        return f"{scheme}://127.0.0.1:{self.port}/"

    async def _handle(self, connection):
        self.connections += 1
        try:
            await self.handler(connection)
        except ConnectionClosed:
            pass

    async def start(self):
        self.server = await serve(self._handle, "127.0.0.1", self.port, **self.options)
        self.port = self.server.sockets[0].getsockname()[1]

    def cut(self):
        """Cuts every connection, as a network does."""
        for connection in list(self.server.connections):
            connection.transport.abort()

    async def kill(self):
        """Ends as a process does that is killed."""
        self.cut()
        self.server.close()
        await self.server.wait_closed()

    async def __aenter__(self):
        await self.start()
        return self

    async def __aexit__(self, *_):
        await self.kill()
