"""What tests of `resock connect` share."""

import asyncio
import contextlib
import unittest

from cpp_ends import Connect

FLAWS = ("lost", "twice", "out_of_order", "damaged")
EVENTS = ("--events", "--json")


def lines(first, last):
    return b"".join(b"%d\n" % number for number in range(first, last + 1))


class Talks(unittest.IsolatedAsyncioTestCase):
    maxDiff = None
    resock = None  # the program

    async def talk(self, url, sent, *words, options=("--quiet",)):
        """What it writes to standard output, and its exit code, with `sent` as standard input."""
        async with Connect(self.resock, url, *words, options=options) as client:
            return await self.finish(client, sent)

    async def finish(self, client, sent):
        """The rest of its input; what is on standard output, the exit code, its words."""
        async def write():
            client.process.stdin.write(sent)
            # One that is refused may have ended before it read all: its code says so.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                await client.process.stdin.drain()
            client.process.stdin.close()

        writing = asyncio.create_task(write())
        got = await client.process.stdout.read()
        await writing
        return got, await client.ended(), client.said.decode()

    def check_session(self, session, received, sent):
        self.assertEqual({flaw: session.get(flaw, 0) for flaw in FLAWS}, dict.fromkeys(FLAWS, 0))
        self.assertEqual((session["end"], session["received"]), ("clean", received), session)
        self.assertEqual((session["sent"], session["acked"]), (sent, sent), session)
