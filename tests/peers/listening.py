"""`resock serve` and what looks at it from outside, for the tests of other makers' clients."""

import asyncio
import os
import signal
import ssl

import frames

PATIENCE_S = 30
SUBPROTOCOL = "chat.v1"
# After SIGTERM: 0, or as `resock connect` has it (docs/cli.md).
ORDERLY_EXIT_CODES = (0, 143)
KEY = "dGhlIHNhbXBsZSBub25jZQ=="


class Server:
    """`COMMAND serve --echo` on a port of its own until the block ends.

    `log` is a file for its standard error, shown when it does not start.
    """

    def __init__(self, command, log, authority=None):
        scheme = "wss" if authority else "ws"
        self.command = [*command, "serve", "--listen", f"{scheme}://127.0.0.1:0", "--echo",
                        "--set", f"http.subprotocols={SUBPROTOCOL}"]
        if authority:
            self.command += ["--tls-cert", str(authority.chain), "--tls-key", str(authority.key)]
        self.log = log

    async def __aenter__(self):
        with open(self.log, "wb") as errors:
            self.process = await asyncio.create_subprocess_exec(
                *self.command, stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE, stderr=errors)
        line = (await asyncio.wait_for(self.process.stdout.readline(), PATIENCE_S)).decode()
        if not line.startswith("listening on "):
            await self.kill()
            raise AssertionError(f"{' '.join(self.command)} printed {line!r}, not `listening on "
                                 f"URL`; on standard error: {self.log.read_text()}")
        self.url = line.removeprefix("listening on ").strip()
        self.address = self.url.split("://")[1].rstrip("/")
        self.port = int(self.address.rpartition(":")[2])
        self.rest = asyncio.create_task(self.process.stdout.read())
        return self

    async def __aexit__(self, *_):
        await self.kill()
        await self.rest

    async def kill(self):
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()

    def terminate(self):
        self.process.send_signal(signal.SIGTERM)

    async def ended(self):
        """Its exit code."""
        return await asyncio.wait_for(self.process.wait(), PATIENCE_S)


async def open_witness(server, ca=None):
    """A reader and writer behind an opening written by hand: what the bytes themselves say."""
    context = ssl.create_default_context(cafile=ca) if ca else None
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port, ssl=context)
    writer.write(f"GET / HTTP/1.1\r\nHost: {server.address}\r\nUpgrade: websocket\r\n"
                 f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                 f"Sec-WebSocket-Key: {KEY}\r\n\r\n".encode())
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE_S)
    if not head.startswith(b"HTTP/1.1 101 "):
        raise AssertionError(f"the witness was not let in: {head.decode()}")
    return reader, writer


async def witnessed_close(reader, writer):
    """The code and reason of the server's Close frame, which is answered (RFC 6455 §5.5.1)."""
    try:
        head = await asyncio.wait_for(reader.readexactly(2), PATIENCE_S)
        payload = await asyncio.wait_for(reader.readexactly(head[1]), PATIENCE_S)
    except asyncio.IncompleteReadError:
        raise AssertionError("the server ended the connection without a Close frame") from None
    if head[0] != 0x80 | frames.CLOSE:
        raise AssertionError(f"no Close frame but {(head + payload).hex()}")
    mask = os.urandom(4)
    writer.write(bytes([head[0], 0x80 | len(payload)]) + mask + frames.unmask(payload, mask))
    await writer.drain()
    await asyncio.wait_for(reader.read(), PATIENCE_S)  # the server ends the connection
    writer.close()
    return {"code": int.from_bytes(payload[:2], "big"), "reason": payload[2:].decode()}


async def captured_opening(use):
    """Runs `use(url)` against a port that reads one request and hangs up; returns the request."""
    heads = []

    async def take(reader, writer):
        heads.append((await reader.readuntil(b"\r\n\r\n")).decode())
        writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        await use(f"ws://127.0.0.1:{port}/where?to=go")
    return heads[0]
