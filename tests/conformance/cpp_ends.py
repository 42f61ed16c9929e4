"""The ends of resock.v1 that the tests of this folder try: `resock serve` and `resock connect`."""

import asyncio
import contextlib
import json
import re
import signal
import sys
from pathlib import Path

from programs import PATIENCE_S, Program, under_the_toolchain


def resock_of(script):
    """The program that the command line names; goes on under the toolchain."""
    if len(sys.argv) < 2:
        sys.exit(f"usage: {script} RESOCK [TEST...]")
    under_the_toolchain(script)
    return sys.argv.pop(1)


def settings(words):
    """`--set` for each NAME=VALUE."""
    return [part for word in words for part in ("--set", word)]


class End(Program):
    """A process whose standard error is kept in `said`."""

    stdin = asyncio.subprocess.PIPE

    async def __aenter__(self):
        self.process = await asyncio.create_subprocess_exec(
            *self.command, stdin=self.stdin, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE, limit=2**24)
        self.said = bytearray()
        self.changed = asyncio.Event()
        self.listening = asyncio.create_task(self.listen())
        return self

    async def listen(self):
        while more := await self.process.stderr.read(65536):
            self.said += more
            self.changed.set()
        self.changed.set()

    async def says(self, word):
        """Waits until it has said so on standard error."""
        async def wait():
            while word not in self.said:
                assert not self.listening.done(), f"it ended without {word}: {self.said[-2000:]}"
                self.changed.clear()
                await self.changed.wait()

        await asyncio.wait_for(wait(), PATIENCE_S)

    def events(self, *names):
        """Those of these names that it has told with --events --json."""
        lines = self.said.decode().split("\n")
        told = [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]
        return [each for each in told if each["event"] in names]

    async def __aexit__(self, *what):
        await super().__aexit__(*what)
        await self.listening

    async def kill(self):
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()

    async def ended(self, by=None):
        """Its exit code; `by` is a signal that tells it to end."""
        if by is not None:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(by)
        code = await asyncio.wait_for(self.process.wait(), PATIENCE_S)
        await self.listening
        return code

    def memory_kib(self):
        """What it holds in memory now."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1])


TELLING = ("--echo", "--events", "--json")
# For tests that leave sessions behind whose clients will not come back.
HURRIED = ("--echo", "--quiet", "--drain", "10ms")


class Serve(End):
    """`resock serve`, with `words` as NAME=VALUE; with TELLING as options its events are told."""

    def __init__(self, resock, *words, options=("--echo", "--quiet"), port=0, scheme="ws"):
        super().__init__([resock, "serve", "--listen", f"{scheme}://127.0.0.1:{port}", *options,
                          *settings(words)])

    async def __aenter__(self):
        await super().__aenter__()
        first = await asyncio.wait_for(self.process.stdout.readline(), PATIENCE_S)
        assert first.startswith(b"listening on "), (first, self.said)
        self.url = first.split()[-1].decode()
        self.port = int(self.url.rsplit(":", 1)[1].strip("/"))
        return self

    async def stopped(self):
        """Ends it in order; it says so."""
        return await self.ended(signal.SIGTERM)


class Connect(End):
    """`resock connect` with delivery=exactly-once and `words` as NAME=VALUE."""

    def __init__(self, resock, url, *words, options=("--quiet",), stdin=asyncio.subprocess.PIPE):
        self.stdin = stdin
        super().__init__([resock, "connect", url, *options,
                          *settings(["delivery=exactly-once", "reconnect.min=10ms",
                                     "reconnect.max=200ms", *words])])
