"""An echo server that makes one mistake on purpose, to see that it is noticed.

    async with faulty("drop") as url: ...
"""

import asyncio
import base64
import contextlib
import hashlib

FAULTS = ["none", "drop", "alter", "twice", "swap", "refuse", "close"]
# Which echo, of all links together, goes wrong.
AT_MESSAGE = 500
ACCEPT_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


async def read_frame(reader):
    """(first byte, payload) of a masked frame below 64 KiB."""
    first, size = await reader.readexactly(2)
    size &= 0x7f
    if size == 126:
        size = int.from_bytes(await reader.readexactly(2), "big")
    key = await reader.readexactly(4)
    payload = await reader.readexactly(size)
    return first, bytes(byte ^ key[i % 4] for i, byte in enumerate(payload))


def frame_of(first, payload):
    size = bytes([len(payload)]) if len(payload) < 126 else b"\x7e" + len(payload).to_bytes(2, "big")
    return bytes([first]) + size + payload


class FaultyServer:
    """Counts the messages of all links; the one that is AT_MESSAGE meets the fault."""

    def __init__(self, fault):
        self.fault = fault
        self.messages = 0

    async def serve(self, reader, writer):
        try:
            if await self._open(reader, writer):
                await self._echo(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _open(self, reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        if self.fault == "refuse":
            writer.write(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")
            return False
        key = head.partition(b"Sec-WebSocket-Key: ")[2].partition(b"\r\n")[0]
        accept = base64.b64encode(hashlib.sha1(key + ACCEPT_GUID).digest())
        writer.write(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                     b"Connection: Upgrade\r\nSec-WebSocket-Accept: " + accept + b"\r\n\r\n")
        return True

    async def _echo(self, reader, writer):
        held = b""
        while True:
            first, payload = await read_frame(reader)
            if first & 0xf == 8:
                writer.write(frame_of(first, payload))
                return
            if first & 0xf == 9:
                writer.write(frame_of(0x8a, payload))
                continue
            self.messages += 1
            fault = self.fault if self.messages == AT_MESSAGE else "none"
            if fault == "close":
                writer.write(frame_of(0x88, (1008).to_bytes(2, "big")))
                return
            if fault == "alter":
                payload = payload[:-1] + b"!"
            if fault == "swap":
                held = frame_of(first, payload)
            elif fault != "drop":
                writer.write(frame_of(first, payload) * (2 if fault == "twice" else 1) + held)
                held = b""


@contextlib.asynccontextmanager
async def faulty(fault):
    server = await asyncio.start_server(FaultyServer(fault).serve, "127.0.0.1", 0, backlog=1024)
    async with server:
        yield f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
