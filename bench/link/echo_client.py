"""A client that says exactly what a test wants, byte by byte, to see what bench_echo_server does.

    async with serving(BIN, "--tally") as server:
        client = await server.connect()
        await client.send(number(7))
        assert await client.receive() == (0x82, number(7))
    server.report    # what it printed at its end
"""

import asyncio
import contextlib
import json

KEY = b"\x01\x82\x03\xf4"
CUT = 2**64 - 1
BINARY = 0x82
TIMEOUT_S = 30


def number(value, size=8):
    return value.to_bytes(8, "little") + b"." * (size - 8)


def masked(first, payload):
    if len(payload) < 126:
        size = bytes([0x80 | len(payload)])
    elif len(payload) < 65536:
        size = b"\xfe" + len(payload).to_bytes(2, "big")
    else:
        size = b"\xff" + len(payload).to_bytes(8, "big")
    key = int.from_bytes(KEY * (len(payload) // 4 + 1), "big")
    bits = len(KEY) * (len(payload) // 4 + 1)
    body = (int.from_bytes(payload.ljust(bits, b"\0"), "big") ^ key).to_bytes(bits, "big")
    return bytes([first]) + size + KEY + body[:len(payload)]


class Client:
    def __init__(self, reader, writer):
        self.reader = reader
        self.writer = writer

    async def open(self):
        self.writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                          b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                          b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
        return await self.reader.readuntil(b"\r\n\r\n")

    async def write(self, data):
        self.writer.write(data)
        await self.writer.drain()

    async def send(self, payload, first=BINARY):
        await self.write(masked(first, payload))

    async def receive(self):
        """(first byte, payload) of the next frame."""
        return await asyncio.wait_for(self._receive(), TIMEOUT_S)

    async def _receive(self):
        first, size = await self.reader.readexactly(2)
        if size >= 126:
            size = int.from_bytes(await self.reader.readexactly(2 if size == 126 else 8), "big")
        return first, await self.reader.readexactly(size)

    def close(self):
        self.writer.close()


class Server:
    def __init__(self, process, port):
        self.process = process
        self.port = port
        self.report = None
        self.clients = []

    async def connect(self):
        client = Client(*await asyncio.open_connection("127.0.0.1", self.port))
        self.clients.append(client)
        await client.open()
        return client


@contextlib.asynccontextmanager
async def serving(folder, *options):
    process = await asyncio.create_subprocess_exec(
        folder / "bench_echo_server", "--listen", "ws://127.0.0.1:0", *options,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE)
    line = await process.stdout.readline()
    server = Server(process, int(line.decode().rstrip("/\n").rpartition(":")[2]))
    try:
        yield server
        process.stdin.close()
        server.report = json.loads(await process.stdout.readline())
    finally:
        for client in server.clients:
            client.close()
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
