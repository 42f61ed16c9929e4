"""A client of another maker against our listener: `test_clients.py MAKER PROGRAM [ARGUMENT...]`.

PROGRAM is `resock`, or anything that `serve --listen … --echo` may be appended to. What each
client does stands in clients/README.md; here is what has to come out. `./dev test` sets the
variables RESOCK_TEST_… that name the toolchains.
"""

import asyncio
import contextlib
import hashlib
import itertools
import json
import logging
import os
import shutil
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).parent
SKIPPED = 77  # as the test's SKIP_RETURN_CODE says
CLIENTS = 10
UNICODE = "aä€漢😀\U0010ffff".encode()
REASON = "enough 😀"

if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(f"usage: {sys.argv[0]} MAKER PROGRAM [ARGUMENT...]")
    MAKER, SERVER = sys.argv[1], sys.argv[2:]

from authority import Authority  # noqa: E402
from listening import (ORDERLY_EXIT_CODES, PATIENCE_S, SUBPROTOCOL,  # noqa: E402
                       Server, captured_opening, open_witness, witnessed_close)


class Maker:
    """How a client is started, and what its library cannot do."""

    def __init__(self, toolchain, command, deflate=True, cannot=(), pages=False, no_fields=False):
        self.toolchain = toolchain  # the variable that says where it is
        self.command = command
        self.deflate = deflate  # it offers permessage-deflate
        self.cannot = cannot
        self.pages = pages  # one process is many clients
        self.no_fields = no_fields  # no fields of one's own in the opening


def variable(name):
    return os.environ.get(name, "")


def python_client(name, **facts):
    script = str(HERE / "clients/python" / name)
    return Maker("RESOCK_TEST_PYTHON", [variable("RESOCK_TEST_PYTHON"), script], **facts)


BUILT = variable("RESOCK_TEST_CLIENTS")
MAKERS = {
    "websockets": python_client("websockets_client.py"),
    "websocket-client": python_client("websocket_client_client.py", deflate=False),
    "libcurl": python_client("libcurl_client.py", deflate=False),
    "ws": Maker("RESOCK_TEST_NODE", [variable("RESOCK_TEST_NODE"),
                                     str(HERE / "clients/node/client.js")]),
    "java-websocket": Maker("RESOCK_TEST_CLIENTS", [
        # What a short life needs: no second compiler, no threads for collecting garbage.
        "java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp",
        f"{BUILT}/java/classes:{BUILT}/java/jars/*", "Client"]),
    "gorilla": Maker("RESOCK_TEST_CLIENTS", [f"{BUILT}/go/client"]),
    "chromium": Maker("RESOCK_TEST_CHROMIUM",
                      [sys.executable, str(HERE / "clients/browser/drive.py")],
                      cannot=("fragments", "ping"), pages=True, no_fields=True),
}


def binary(size):
    pattern = bytes((31 * i + size) % 256 for i in range(256))
    return (pattern * (size // 256 + 1))[:size]


def message(check, kind, data, **facts):
    return {"check": check, "kind": kind, "bytes": len(data),
            "sha256": hashlib.sha256(data).hexdigest(), **facts}


def expected_lines(maker):
    """What a client has to print up to `waiting`."""
    sizes = [0, 125, 126, 65535, 65536, 1048576]
    pipelined = "".join(f"message {number}\n" for number in range(2000)).encode()
    lines = [
        {"check": "open", "subprotocol": SUBPROTOCOL, "extensions": ""},
        *[message("echo", "text", text) for text in [UNICODE, b"", b"x" * 125]],
        *[message("echo", "binary", binary(size)) for size in sizes],
        message("fragments", "text", 3 * UNICODE, pong=b"mid".hex()),
        message("fragments", "binary", binary(1000), pong=b"mid".hex()),
        {"check": "ping", "payload": b"are you there".hex()},
        {"check": "ping", "payload": (b"p" * 125).hex()},
        {"check": "pipelined", "messages": 2000, "sha256": hashlib.sha256(pipelined).hexdigest()},
        {"check": "close", "code": 4000, "reason": REASON},
        {"check": "waiting"},
    ]
    return [line for line in lines if line["check"] not in maker.cannot]


class Client:
    """A running client program; `lines` has what each client in it has said."""

    def __init__(self, maker, url, log, options=(), clients=1):
        self.command = [*maker.command, url, *map(str, options)]
        self.lines = [[] for _ in range(clients)]
        self.log = log

    async def __aenter__(self):
        environment = {**os.environ, "NODE_PATH": variable("RESOCK_TEST_NODE_PATH"),
                       "PYTHONDONTWRITEBYTECODE": "1"}
        with open(self.log, "wb") as errors:
            self.process = await asyncio.create_subprocess_exec(
                *self.command, stdin=asyncio.subprocess.DEVNULL, env=environment,
                stdout=asyncio.subprocess.PIPE, stderr=errors)
        return self

    async def __aexit__(self, *_):
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()

    async def read_line(self):
        try:
            text = await asyncio.wait_for(self.process.stdout.readline(), PATIENCE_S)
        except asyncio.TimeoutError:
            last = [lines[-1:] for lines in self.lines]
            raise AssertionError(f"silent for {PATIENCE_S} s after {last}") from None
        if text:
            line = json.loads(text)
            self.lines[line.pop("client", 0)].append(line)
        return bool(text)

    async def until_waiting(self):
        """Reads until each of its clients waits, or until there is nothing more to read."""
        while not all(lines and lines[-1]["check"] == "waiting" for lines in self.lines):
            if not await self.read_line():
                return

    async def ended(self):
        """Its exit code, once it has said everything."""
        while await self.read_line():
            pass
        return await asyncio.wait_for(self.process.wait(), PATIENCE_S)

    def errors(self):
        return f"the end of its standard error: {self.log.read_text(errors='replace')[-2000:]}"


class Peer(unittest.IsolatedAsyncioTestCase):
    maxDiff = None

    def setUp(self):
        self.maker = MAKERS[MAKER]
        folder = tempfile.TemporaryDirectory(prefix="resock-clients-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.logs = 0

    def log(self):
        self.logs += 1
        return self.folder / f"log-{self.logs}"

    def server(self, authority=None):
        return Server(SERVER, self.log(), authority)

    def client(self, url, options=(), clients=1):
        return Client(self.maker, url, self.log(), options, clients)

    def check(self, client, end):
        """Every line of every client; `end` is the close that the witness saw."""
        expected = expected_lines(self.maker) + [{"check": "server_close", **end}]
        for number, lines in enumerate(client.lines):
            able = []
            for line in lines:
                if line["check"] in self.maker.cannot:
                    self.assertIn("cannot", line)
                else:
                    able.append(line)
            # One by one, because the first difference explains the others.
            for line, wanted in itertools.zip_longest(able, expected):
                self.assertEqual(line, wanted, f"client {number}, {client.errors()}")

    async def serve(self, clients, server, ca=None):
        """Lets the clients do their checks at the same time, then ends the server by SIGTERM."""
        witness = await open_witness(server, ca)
        await asyncio.gather(*[client.until_waiting() for client in clients])
        server.terminate()
        end = await witnessed_close(*witness)
        codes = await asyncio.gather(*[client.ended() for client in clients])
        for client in clients:
            self.check(client, end)
        self.assertEqual(codes, [0] * len(clients))
        self.assertEqual(end["code"], 1001)
        self.assertIn(await server.ended(), ORDERLY_EXIT_CODES, server.log.read_text())

    async def test_one_client(self):
        options = []
        if self.maker.pages:
            picture = HERE.parents[1] / "build/screenshots/browser.png"
            picture.parent.mkdir(parents=True, exist_ok=True)
            options = ["--screenshot", picture]
        async with self.server() as server, self.client(server.url, options) as client:
            await self.serve([client], server)

    async def test_ten_clients_at_once(self):
        async with self.server() as server, contextlib.AsyncExitStack() as stack:
            if self.maker.pages:
                clients = [self.client(server.url, ["--clients", CLIENTS], CLIENTS)]
            else:
                clients = [self.client(server.url) for _ in range(CLIENTS)]
            for client in clients:
                await stack.enter_async_context(client)
            await self.serve(clients, server)

    async def test_over_tls(self):
        authority = Authority(self.folder)
        async with self.server(authority) as server:
            # Nobody has told this one about the authority.
            async with self.client(server.url) as stranger:
                self.assertEqual(await stranger.ended(), 1)
                self.assertEqual([line["check"] for line in stranger.lines[0]], ["error"])
            async with self.client(server.url, ["--ca", authority.ca]) as client:
                await self.serve([client], server, authority.ca)

    async def test_what_it_asks_for(self):
        """The offers that the other tests see answered or refused do leave the client."""
        async def use(url):
            async with self.client(url) as client:
                self.assertEqual(await client.ended(), 1, client.errors())
                self.assertEqual([line["check"] for line in client.lines[0]], ["error"])

        head = await captured_opening(use)
        self.assertTrue(head.startswith("GET /where?to=go HTTP/1.1\r\n"), head)
        fields = dict(line.lower().split(": ", 1) for line in head.strip().split("\r\n")[1:])
        self.assertEqual(fields["sec-websocket-protocol"].replace(" ", ""), "other.v9,chat.v1")
        if not self.maker.no_fields:
            self.assertEqual(fields["x-peer"], "resock-test")
        offer = fields.get("sec-websocket-extensions", "")
        self.assertEqual(offer.startswith("permessage-deflate"), self.maker.deflate, offer)


if __name__ == "__main__":
    if MAKER not in MAKERS:
        sys.exit(f"no maker '{MAKER}': one of {', '.join(MAKERS)}")
    if not variable(MAKERS[MAKER].toolchain):
        print(f"skipped: {MAKERS[MAKER].toolchain} is not set: ./dev test sets it where "
              "this system can have the toolchain")
        sys.exit(SKIPPED)
    assert shutil.which(MAKERS[MAKER].command[0]), f"no {MAKERS[MAKER].command[0]}: run ./dev setup"
    # unittest runs asyncio in debug mode, whose warnings of slow steps say nothing here.
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    unittest.main(argv=[sys.argv[0]])
