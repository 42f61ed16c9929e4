"""A driver as a process: a command goes in, lines come out, behind them one with a dot."""

import asyncio
import contextlib

LINE_BYTES = 2**20


class Broken(Exception):
    """The driver does not answer any more: it hangs, or it has ended."""


class Driver:
    """Is started by the first command, and anew where it broke."""

    def __init__(self, words, environment, patience_s):
        self.words, self.environment, self.patience_s = words, environment, patience_s
        self.process = None

    async def start(self):
        self.process = await asyncio.create_subprocess_exec(
            *map(str, self.words), env=self.environment, stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, limit=LINE_BYTES)
        self.said = bytearray()
        self.listening = asyncio.ensure_future(self.listen())

    async def listen(self):
        while more := await self.process.stderr.read(65536):
            self.said += more
            del self.said[:-LINE_BYTES]

    async def obey(self, command):
        """The lines that answer it."""
        if self.process is None:
            await self.start()
        try:
            return await asyncio.wait_for(self.exchange(command), self.patience_s)
        except asyncio.TimeoutError:
            await self.kill()
            raise Broken(f"no answer within {self.patience_s} s: it hangs") from None
        except (OSError, EOFError):
            raise Broken(await self.ending()) from None

    async def exchange(self, command):
        self.process.stdin.write(f"{command}\n".encode())
        await self.process.stdin.drain()
        lines = []
        while True:
            line = (await self.process.stdout.readuntil(b"\n")).decode().rstrip("\n")
            if line == ".":
                return lines
            lines.append(line)

    async def ending(self):
        code = await self.end()
        return f"it ended with {code}: {self.said.decode(errors='replace').strip()[-500:]}"

    async def kill(self):
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await self.end()

    async def end(self):
        """Its exit code."""
        process, self.process = self.process, None
        process.stdin.close()
        code = await process.wait()
        await self.listening
        return code

    async def quit(self):
        """Closes its input, which ends it; raises Broken where it does not end well."""
        if self.process is None:
            return
        self.process.stdin.close()
        try:
            await asyncio.wait_for(self.process.wait(), self.patience_s)
        except asyncio.TimeoutError:
            await self.kill()
            raise Broken("it does not end when its input does") from None
        code = await self.end()
        if code != 0:
            raise Broken(f"it ended with {code}: {self.said.decode(errors='replace').strip()}")
