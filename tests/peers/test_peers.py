"""The servers and the proxy that the other tests rely on do what their options say.

Runs under the interpreter that has `websockets` (RESOCK_TEST_PYTHON); without it the tests are
skipped. Waits on what the peers do, never for a time.
"""

import asyncio
import json
import os
import socket
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).parent
SKIPPED = 77  # as the test's SKIP_RETURN_CODE says
PATIENCE_S = 30

if __name__ == "__main__" and "RESOCK_TEST_PYTHON" not in os.environ:
    print("skipped: RESOCK_TEST_PYTHON is not set (./dev test sets it)")
    sys.exit(SKIPPED)
if __name__ == "__main__" and "--under-venv" not in sys.argv:
    python = os.environ["RESOCK_TEST_PYTHON"]
    os.execv(python, [python, __file__, "--under-venv"])

import frames  # noqa: E402
from websockets.asyncio.client import connect  # noqa: E402
from websockets.exceptions import InvalidHandshake, InvalidStatus  # noqa: E402


class Peer:
    """A script that runs until the block ends; `output` is then what it printed last."""

    def __init__(self, script, *options):
        program = os.environ.get("RESOCK_TEST_NODE") if script.endswith(".js") else sys.executable
        self.command = [program, str(HERE / script), *map(str, options)]
        self.output = ""

    async def __aenter__(self):
        self.process = await asyncio.create_subprocess_exec(
            *self.command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE)
        line = await self.process.stdout.readline()
        self.port = int(line.decode().removeprefix("listening "))
        self.url = f"ws://127.0.0.1:{self.port}"
        return self

    async def __aexit__(self, *_):
        self.process.stdin.close()
        self.output = (await self.process.stdout.read()).decode()
        assert await self.process.wait() == 0


async def open_raw(port):
    """A connection after a hand-written opening: what `websockets` would not let us send."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                 b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")
    await reader.readuntil(b"\r\n\r\n")
    return reader, writer


def masked(opcode, payload):
    """A client's frame of at most 125 bytes with a key of zeros."""
    return bytes([0x80 | opcode, 0x80 | len(payload), 0, 0, 0, 0]) + payload


class Servers(unittest.IsolatedAsyncioTestCase):
    servers = ["websockets_server.py", "raw_server.py"] + (
        ["ws_server.js"] if os.environ.get("RESOCK_TEST_NODE") else [])

    async def test_echo_and_record(self):
        messages = ["one", "two\nlines \\ é", b"\x00\xff" * 40000, ""]
        for script in self.servers:
            with self.subTest(script), tempfile.TemporaryDirectory() as folder:
                file = Path(folder, "arrived")
                async with Peer(script, "--echo", "--record", file) as peer:
                    async with connect(peer.url, compression=None) as client:
                        for message in messages:
                            await client.send(message)
                            self.assertEqual(await client.recv(), message)
                lines = file.read_text(encoding="utf-8").split("\n")
                self.assertEqual(lines[0:2], ["one", "two\\nlines \\\\ é"])
                self.assertRegex(lines[2], "^binary 80000 [0-9a-f]{64}$")
                self.assertEqual(lines[3:], ["", ""])

    async def test_a_slow_handler_keeps_the_order(self):
        for script in ["websockets_server.py", "ws_server.js"]:
            if script not in self.servers:
                continue
            with self.subTest(script):
                async with Peer(script, "--echo", "--delay-ms", "1") as peer:
                    async with connect(peer.url) as client:
                        for number in range(50):
                            await client.send(str(number))
                        answers = [await client.recv() for _ in range(50)]
                self.assertEqual(answers, [str(number) for number in range(50)])

    async def test_the_close_that_a_server_saw(self):
        for script in ["websockets_server.py", "ws_server.js"]:
            if script not in self.servers:
                continue
            with self.subTest(script):
                async with Peer(script, "--closes") as peer:
                    async with connect(peer.url) as client:
                        await client.close(4001, "enough")
                    line = await peer.process.stdout.readline()
                self.assertEqual(line.decode(), "closed 4001 enough\n")

    async def test_push_subprotocol_and_refusal(self):
        async with Peer("websockets_server.py", "--push", 3, "--subprotocol", "chat") as peer:
            async with connect(peer.url, subprotocols=["chat"]) as client:
                self.assertEqual(client.subprotocol, "chat")
                self.assertEqual([await client.recv() for _ in range(3)], ["1", "2", "3"])
        async with Peer("websockets_server.py", "--reject", 503,
                        "--header", "Retry-After: 7") as peer:
            with self.assertRaises(InvalidStatus) as refusal:
                await connect(peer.url)
        self.assertEqual(refusal.exception.response.status_code, 503)
        self.assertEqual(refusal.exception.response.headers["Retry-After"], "7")

    async def test_pong_modes(self):
        expected = {"all": [b"1", b"2", b"3"], "last": [b"3"], "none": []}
        for mode, answered in expected.items():
            with self.subTest(mode):
                async with Peer("raw_server.py", "--pong", mode, "--echo") as peer:
                    reader, writer = await open_raw(peer.port)
                    # One write is one segment on loopback, and so one read over there.
                    writer.write(b"".join(masked(frames.PING, ping) for ping in [b"1", b"2", b"3"])
                                 + masked(frames.TEXT, b"over")
                                 + masked(frames.CLOSE, b"\x03\xe8"))
                    answer = await reader.read()
                    writer.close()
                pongs = b"".join(frames.encode(frames.PONG, ping) for ping in answered)
                echo = frames.encode(frames.TEXT, b"over")
                self.assertEqual(answer, echo + pongs + frames.encode(frames.CLOSE, b"\x03\xe8"))

    async def test_wrong_accept(self):
        for mode in ["bad", "none"]:
            with self.subTest(mode):
                async with Peer("raw_server.py", "--accept", mode) as peer:
                    with self.assertRaises(InvalidHandshake):
                        await connect(peer.url)

    async def test_deaf_then_goes_on(self):
        async with Peer("raw_server.py", "--deaf", "0.3", "--echo") as peer:
            async with connect(peer.url) as client:
                await client.send("late")
                self.assertEqual(await client.recv(), "late")


class Proxy(unittest.IsolatedAsyncioTestCase):
    async def through(self, *faults, use):
        """Runs `use(url)` against an echo server behind the proxy; returns the proxy's counts."""
        async with Peer("websockets_server.py", "--echo") as server:
            async with Peer("faulty_proxy.py", "--to", f"127.0.0.1:{server.port}", *faults) as proxy:
                await asyncio.wait_for(use(proxy.url), PATIENCE_S)
        return json.loads(proxy.output.splitlines()[-1])

    async def echo_once(self, url):
        async with connect(url, compression=None) as client:
            await client.send(b"x" * 100000)
            self.assertEqual(len(await client.recv()), 100000)

    async def until_cut(self, url):
        async with connect(url, compression=None) as client:
            reason = None
            try:
                while True:
                    await client.send(b"x" * 1000)
                    await client.recv()
            except Exception as error:  # whatever the client makes of it
                reason = error
            self.assertIsInstance(reason.__cause__, ConnectionResetError)

    async def test_forwards_both_ways(self):
        for faults in [(), ("--delay-ms", 5), ("--bandwidth", 10**6), ("--delay-ms", 1, "--seed", 2)]:
            with self.subTest(faults):
                counts = await self.through(*faults, use=self.echo_once)
                self.assertEqual(counts["connections"], 1)
                self.assertEqual(counts["resets"], 0)
                self.assertGreater(counts["bytes_up"], 100000)
                self.assertGreater(counts["bytes_down"], 100000)

    async def test_resets_so_often_and_no_more(self):
        async def use(url):
            for _ in range(3):
                await self.until_cut(url)
            await self.echo_once(url)

        for faults in [("--reset-every", "0.05", "--seed", 1), ("--reset-after-bytes", 5000),
                       ("--reset-every", "0.05", "--delay-ms", 2)]:
            with self.subTest(faults):
                counts = await self.through(*faults, "--resets", 3, use=use)
                self.assertEqual(counts["resets"], 3)
                self.assertEqual(counts["connections"], 4)

    async def test_a_black_hole_swallows_one_connection_only(self):
        async with Peer("websockets_server.py", "--echo") as server:
            async with Peer("faulty_proxy.py", "--to", f"127.0.0.1:{server.port}", "--events",
                            "--blackhole-after", "0.2") as proxy:
                black = await connect(proxy.url, ping_interval=None)
                while b'"blackhole"' not in await proxy.process.stdout.readline():
                    pass
                answer = asyncio.create_task(black.recv())
                await black.send("swallowed")
                await self.echo_once(proxy.url)
                self.assertFalse(answer.done())
                black.transport.abort()
                await asyncio.gather(answer, return_exceptions=True)
        counts = json.loads(proxy.output.splitlines()[-1])
        self.assertEqual(counts["blackholes"], 1)
        self.assertEqual(counts["connections"], 2)

    async def test_a_server_that_is_not_there(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        async with Peer("faulty_proxy.py", "--to", f"127.0.0.1:{port}") as proxy:
            with self.assertRaises((OSError, InvalidHandshake)):
                await connect(proxy.url)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]])
