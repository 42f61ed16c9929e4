"""A client made with Python's `websockets`: see ../README.md.

By its asyncio face. The threads of its blocking one share an ssl.SSLSocket; where one changes the
timeout while the other begins to read, the read fails at once as timed out (CPython 3.11).
"""

import asyncio
import ssl

from websockets.asyncio.client import connect as open_connection
from websockets.exceptions import ConnectionClosed

import checks


class Connection:
    def __init__(self, url, ca):
        context = ssl.create_default_context(cafile=ca) if url.startswith("wss:") else None
        self.loop = asyncio.new_event_loop()
        self.connection = self.finish(open_connection(
            url, subprotocols=checks.OFFERED, ssl=context, additional_headers=[checks.FIELD],
            max_size=None, proxy=None))
        self.subprotocol = self.connection.subprotocol
        self.extensions = self.connection.response.headers.get("Sec-WebSocket-Extensions", "")

    def finish(self, awaitable):
        async def wait():
            return await awaitable
        return self.loop.run_until_complete(wait())

    def send(self, kind, data):
        self.finish(self.connection.send(data, text=kind == checks.TEXT))

    def receive(self):
        message = self.finish(self.connection.recv())
        if isinstance(message, str):
            return checks.TEXT, message.encode()
        return checks.BINARY, message

    def send_pieces(self, kind, pieces, ping):
        pongs = []

        async def with_a_ping_behind_the_first():
            yield pieces[0]
            pongs.append(await self.connection.ping(ping))
            for piece in pieces[1:]:
                yield piece

        self.finish(self.connection.send(with_a_ping_behind_the_first(), text=kind == checks.TEXT))
        self.finish(pongs[0])
        return ping

    def ping(self, payload):
        async def answered():
            # The library itself looks the pong's payload up; another one ends no wait.
            await (await self.connection.ping(payload))
        self.finish(answered())
        return payload

    def close(self, code, reason):
        self.finish(self.connection.close(code, reason))
        return self.received_close()

    def wait_closed(self):
        try:
            self.receive()
        except ConnectionClosed:
            pass
        return self.received_close()

    def received_close(self):
        received = self.connection.protocol.close_rcvd
        return (received.code, received.reason) if received else (1006, "")


if __name__ == "__main__":
    checks.main(Connection)
