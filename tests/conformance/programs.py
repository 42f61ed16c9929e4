"""The peers of resock.v1 and `resock chaos` as processes, for the tests of this folder."""

import asyncio
import contextlib
import json
import os
import sys
from pathlib import Path

PEERS = Path(__file__).parent / "peers"
SKIPPED = 77  # as the test's SKIP_RETURN_CODE says
PATIENCE_S = 60
TOOLCHAIN = ("RESOCK_TEST_PYTHON", "RESOCK_TEST_NODE", "RESOCK_TEST_NODE_PATH")


def under_the_toolchain(script):
    """Goes on under the interpreter that has `websockets`; without the toolchain it skips."""
    for name in TOOLCHAIN:
        if not os.environ.get(name):
            print(f"skipped: {name} is not set: ./dev test sets it")
            sys.exit(SKIPPED)
    if "RESOCK_TEST_UNDER_VENV" not in os.environ:
        python = os.environ["RESOCK_TEST_PYTHON"]
        os.environ["RESOCK_TEST_UNDER_VENV"] = "1"
        os.execv(python, [python, script, *sys.argv[1:]])
    sys.path[:0] = [str(PEERS), str(PEERS.parents[1] / "peers")]


def environment():
    return {**os.environ, "NODE_PATH": os.environ.get("RESOCK_TEST_NODE_PATH", ""),
            "PYTHONDONTWRITEBYTECODE": "1"}


def node(script):
    return [os.environ.get("RESOCK_TEST_NODE", "node"), str(PEERS / script)]


class Program:
    """A process that writes JSON lines, until the block ends."""

    def __init__(self, command):
        self.command = [str(word) for word in command]

    async def __aenter__(self):
        self.process = await asyncio.create_subprocess_exec(
            *self.command, env=environment(), stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE)
        return self

    async def __aexit__(self, *_):
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()
        if self.process.stdin is None:
            return
        # Else the transport of the pipe would be freed only after its loop.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.process.stdin.close()

    async def line(self):
        """The next, or None at the end."""
        text = await asyncio.wait_for(self.process.stdout.readline(), PATIENCE_S)
        return json.loads(text) if text else None


class Server(Program):
    def __init__(self, *options, host="127.0.0.1"):
        super().__init__([sys.executable, PEERS / "server.py", "--host", host, *options])
        self.host = host

    async def __aenter__(self):
        await super().__aenter__()
        self.port = (await self.line())["listening"]
        self.url = f"ws://{self.host}:{self.port}"
        return self

    def command_line(self, text):
        self.process.stdin.write(f"{text}\n".encode())

    async def ask(self, text):
        self.command_line(text)
        return await self.line()

    async def connected(self, times):
        """Waits until the newest session has had so many connections."""
        while True:
            stats = (await self.ask("stats"))["stats"]
            if stats and stats[-1]["connects"] >= times:
                return

    async def quit(self):
        """What it still says, line by line, and that it ends well."""
        self.command_line("quit")
        lines = []
        while (line := await self.line()) is not None:
            lines.append(line)
        assert await self.process.wait() == 0
        return lines


class Client(Program):
    def __init__(self, url, *options):
        super().__init__([*node("client.js"), url, *options])

    async def ended(self):
        """Its one line and its exit code."""
        return await self.line(), await asyncio.wait_for(self.process.wait(), PATIENCE_S)


async def run_client(url, *options):
    async with Client(url, *options) as client:
        return await client.ended()


class Chaos(Program):
    """`resock chaos` in front of the server at `url`."""

    def __init__(self, resock, url, *options):
        super().__init__([resock, "chaos", "--to", url, "--json", "--quiet", *options])

    async def __aenter__(self):
        await super().__aenter__()
        self.url = f"ws://{(await self.line())['address']}"
        return self

    async def counts(self):
        self.process.terminate()
        return await self.line()
