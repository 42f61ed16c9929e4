"""A client that writes its request and all of its frames at once and reads until it is closed: a
tenth of the time that a whole client takes."""

import asyncio
import os
import struct

from programs import PATIENCE_S

CLOSE = 8
REQUEST = ("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nSec-WebSocket-Version: 13\r\n"
           "Sec-WebSocket-Protocol: resock.v1\r\n\r\n").encode()


def masked(message):
    """A WebSocket frame with it, a text where it is a str."""
    payload = message.encode() if isinstance(message, str) else message
    first = bytes([0x81 if isinstance(message, str) else 0x82])
    size = len(payload)
    if size < 126:
        head = bytes([0x80 | size])
    elif size < 65536:
        head = b"\xfe" + struct.pack("!H", size)
    else:
        head = b"\xff" + struct.pack("!Q", size)
    key = os.urandom(4)
    stream = key * (size // 4 + 1)
    mixed = int.from_bytes(payload, "big") ^ int.from_bytes(stream[:size], "big")
    return first + head + key + mixed.to_bytes(size, "big")


async def read_frame(reader):
    first, second = await reader.readexactly(2)
    size = second & 127
    if size == 126:
        size, = struct.unpack("!H", await reader.readexactly(2))
    elif size == 127:
        size, = struct.unpack("!Q", await reader.readexactly(8))
    return first & 15, await reader.readexactly(size)


async def answer_to(port, *messages, hello=None):
    """The close code and the reason that these messages of one connection lead to; behind `hello`
    they go once that is answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        rest = b"".join(map(masked, messages))
        writer.write(REQUEST + (rest if hello is None else masked(hello)))
        async with asyncio.timeout(PATIENCE_S):
            header = await reader.readuntil(b"\r\n\r\n")
            assert header.startswith(b"HTTP/1.1 101 "), header
            if hello is not None:
                await read_frame(reader)
                writer.write(rest)
            while True:
                opcode, payload = await read_frame(reader)
                if opcode == CLOSE:
                    return int.from_bytes(payload[:2], "big"), payload[2:].decode()
    finally:
        writer.close()
