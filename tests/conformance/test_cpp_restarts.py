"""outbox.path: `resock connect`, and an application that keeps its position in its own database,
killed at any moment and started again: `test_cpp_restarts.py RESOCK RESTARTED_CLIENT`"""

import contextlib
import logging
import random
import re
import shutil
import signal
import sqlite3
import sys
import tempfile
import unittest
from pathlib import Path

from cpp_ends import Connect, End, resock_of
from programs import Chaos, Server

if __name__ == "__main__":
    RESOCK = resock_of(__file__)
    CLIENT = sys.argv.pop(1)

from talk import EVENTS, Talks, lines  # noqa: E402

SEED = 1
TOTAL = 10000
KILLS = 20


class Outboxes(Talks):
    """outbox.path, the process killed by SIGKILL."""

    async def test_what_is_stored_arrives(self):
        """Stored before a server was there, by one process and another."""
        with tempfile.TemporaryDirectory(prefix="resock-cpp-client-") as folder:
            words = [f"outbox.path={folder}/outbox", "reconnect.hold=60s"]
            for first in (1, 1001):
                async with Connect(RESOCK, "ws://127.0.0.1:1", *words, options=EVENTS) as client:
                    client.process.stdin.write(lines(first, first + 999))
                    await client.says(b'"level":"stored","through":%d' % (first + 999))
                    await client.kill()
            async with Server("--count") as server:
                got, code, said = await self.talk(server.url, b"", *words)
                self.check_session(await server.line(), 2000, 0)
        self.assertEqual((got, code), (b"", 0), said)

    async def test_killed_again_and_again(self):
        """Each process is killed once something has happened, whatever is on its way then; one
        session goes through all of them, to a clean end. test_cpp_restarts.py counts."""
        with tempfile.TemporaryDirectory(prefix="resock-cpp-client-") as folder:
            words = [f"outbox.path={folder}/outbox", "outbox.sync=off"]
            chance = random.Random(SEED)
            async with Server("--echo", "--window", 65536) as server:
                for _ in range(20):
                    async with Connect(RESOCK, server.url, *words, options=EVENTS) as client:
                        client.process.stdin.write(lines(1, chance.randrange(50, 500)))
                        await client.says(chance.choice(
                            [b'"event":"OPEN"', b'"level":"stored"', b'"level":"received"']))
                        await client.kill()
                got, code, said = await self.talk(server.url, b"", *words)
                session, = await server.quit()
        self.assertEqual((code, session["end"]), (0, "clean"), said)
        self.assertEqual(session["acked"], session["sent"])

    async def test_one_process_at_a_time(self):
        with tempfile.TemporaryDirectory(prefix="resock-cpp-client-") as folder:
            words = [f"outbox.path={folder}/outbox"]
            async with Server("--echo") as server, \
                    Connect(RESOCK, server.url, *words, options=EVENTS) as client:
                await client.says(b'"event":"OPEN"')
                _, code, said = await self.talk(server.url, b"", *words)
                self.assertNotEqual(code, 0)
                self.assertRegex(said, re.escape(folder))

    async def test_two_clients_with_one_outbox(self):
        """R14, R17: the copy may go on, and then the original cannot: it is told, and loses its
        session, not its messages to silence."""
        with tempfile.TemporaryDirectory(prefix="resock-cpp-client-") as folder:
            files, copy = Path(folder) / "files", Path(folder) / "copy"
            files.mkdir()
            words, copied = ([f"outbox.path={each}/outbox", "reconnect.hold=0"]
                             for each in (files, copy))
            async with Server("--echo") as server:
                async with Connect(RESOCK, server.url, *words, options=EVENTS) as client:
                    client.process.stdin.write(lines(1, 10))
                    await client.says(b'"text":"10"')
                    await client.kill()
                shutil.copytree(files, copy)
                async with Connect(RESOCK, server.url, *copied, options=EVENTS) as other:
                    other.process.stdin.write(lines(11, 15))
                    await other.says(b'"text":"15"')
                    # The original comes with an epoch that the copy has used.
                    _, code, said = await self.talk(server.url, lines(1, 3), *words, options=EVENTS)
                    self.assertNotEqual(code, 0)
                    self.assertIn('"close_code":4409', said)
                    self.assertNotIn('"event":"LOST"', said)
                    other.process.stdin.write(lines(16, 17))
                    await other.says(b'"text":"17"')
                    await other.kill()
                _, code, said = await self.talk(server.url, b"", *words, options=EVENTS)
                self.assertNotEqual(code, 0)
                self.assertIn('"reason":"state_mismatch"', said)
                session, = await server.quit()
        self.assertEqual((session["end"], session["received"]), ("open", 17))


class Restarts(Talks):
    """20 times SIGKILL, and cuts of the line meanwhile."""

    def client(self, url, files, run, *kill):
        return End([CLIENT, url, files / "outbox", files / "book", TOTAL, run, *kill])

    async def killed(self, url, files, run, place, number):
        """One run, killed at a place of its own, or once it says that it has come so far."""
        kill = [] if place == "anywhere" else [place, number]
        said = 0
        async with self.client(url, files, run, *kill) as client:
            while line := (await client.process.stdout.readline()).decode():
                self.assertRegex(line, r"^(open|committed) \d+$", client.said)
                said = int(line.split()[1])
                if not kill and said >= number:
                    await client.kill()
            self.assertEqual(await client.ended(), -signal.SIGKILL, client.said)
        return said

    async def through(self, url, files):
        chance = random.Random(SEED)
        highest = 0
        for run in range(1, KILLS + 1):
            place = chance.choice(["received", "entered", "committed", "sent", "anywhere"])
            number = highest + chance.choice([0, 1, 50, 300])
            highest = await self.killed(url, files, run, place, number)
        async with self.client(url, files, KILLS + 1) as last:
            said = (await last.process.stdout.read()).decode()
            self.assertEqual(await last.ended(), 0, last.said)
        return said

    def check_book(self, path):
        with contextlib.closing(sqlite3.connect(path)) as book:
            numbers = [row[0] for row in book.execute("SELECT number FROM received ORDER BY 1")]
            self.assertEqual(book.execute("SELECT highest, flaws FROM state").fetchall(),
                             [(TOTAL, 0)])
        self.assertEqual(numbers, list(range(1, TOTAL + 1)))

    async def test_position_in_a_transaction_of_its_own(self):
        for cuts in ([], ["--cut-every", "8KiB", "--cuts", 40, "--reset"]):
            with self.subTest(cuts=cuts, seed=SEED), tempfile.TemporaryDirectory(
                    prefix="resock-cpp-restarts-") as folder:
                files = Path(folder)
                async with Server("--echo") as server, Chaos(
                        RESOCK, server.url, "--seed", SEED, *cuts) as chaos:
                    said = await self.through(chaos.url, files)
                    session, = await server.quit()
                self.check_book(files / "book")
                self.assertIn(f"closed {TOTAL} flaws 0", said)
                self.assertEqual((session["end"], session["acked"]), ("clean", session["sent"]))
                # The numbers, and one message for each run that came as far.
                self.assertIn(session["received"], range(TOTAL + 1, TOTAL + KILLS + 2))


if __name__ == "__main__":
    # unittest runs asyncio in debug mode, whose warnings of slow steps say nothing here.
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    Talks.resock = RESOCK
    unittest.main()
