"""`resock connect` with delivery=exactly-once against the Python server, directly and through
`resock chaos`, judged by identical bytes and by the server's counts: `test_cpp_client.py RESOCK`"""

import asyncio
import base64
import contextlib
import logging
import random
import tempfile
import unittest
from pathlib import Path

from cpp_ends import Connect, resock_of
from programs import Chaos, Server

if __name__ == "__main__":
    RESOCK = resock_of(__file__)

from authority import Authority  # noqa: E402
from frames import encode  # noqa: E402
from scripted import ScriptedServer  # noqa: E402
from talk import EVENTS, Talks, lines  # noqa: E402

MESSAGES = 5000
SEED = 1


class Case(Talks):
    async def through(self, server=(), words=(), chaos=None, messages=MESSAGES):
        """So many numbered lines there and back."""
        counts = None
        async with Server("--echo", "--count", *server) as peer:
            if chaos is None:
                got, code, said = await self.talk(peer.url, lines(1, messages), *words)
            else:
                async with Chaos(RESOCK, peer.url, "--seed", SEED, *chaos) as proxy:
                    got, code, said = await self.talk(proxy.url, lines(1, messages), *words)
                    counts = await proxy.counts()
            session = await peer.line()
            self.assertEqual(await peer.quit(), [])
        self.assertEqual(code, 0, said)
        self.assertTrue(got == lines(1, messages), f"{len(got)} bytes came back")
        self.check_session(session, messages, messages)
        return session, counts


class Transfers(Case):
    async def test_directly(self):
        session, _ = await self.through()
        self.assertEqual(session["connects"], 1)

    async def test_cuts(self):
        for name, chaos in [
                ("FIN", ["--cut-every", "4KiB"]), ("RST", ["--cut-every", "4KiB", "--reset"]),
                ("RST by the server's bytes", ["--cut-every", "4KiB", "--reset",
                                               "--cut-direction", "to-client"])]:
            with self.subTest(name, seed=SEED):
                session, counts = await self.through(chaos=["--cuts", 10, *chaos])
                self.assertEqual(counts["cut"], 10)
                self.assertGreater(session["resumes"], 0)

    async def test_half_open(self):
        async def transfer(unaware, cuts):
            session, counts = await self.through(
                words=["heartbeat.interval=1s"],
                chaos=["--cut-every", "10KiB", "--cuts", cuts, "--half-open", unaware])
            self.assertEqual(counts["cut"], cuts)
            self.assertGreater(session["resumes"], 0)

        await asyncio.gather(transfer("server", 3), transfer("client", 1))

    async def test_black_holes(self):
        async def transfer(way):
            session, counts = await self.through(
                words=["heartbeat.interval=1s"],
                chaos=["--blackhole-after", "10KiB", "--blackhole-direction", way, "--blackholes",
                       1])
            self.assertEqual((counts["black_holes"], session["connects"]), (1, 2))

        await asyncio.gather(*map(transfer, ["both", "to-server", "to-client"]))

    async def test_a_file(self):
        """Identical bytes, in messages of many frames, larger than the windows of both ends."""
        content = random.Random(SEED).randbytes(4_000_000)
        async with Server("--echo", "--max-frame", 20000, "--window", 65536) as server, Chaos(
                RESOCK, server.url, "--seed", SEED, "--cut-every", "200KiB", "--cuts", 15,
                "--reset") as chaos:
            with tempfile.TemporaryFile() as file:
                file.write(content)
                file.seek(0)
                async with Connect(RESOCK, chaos.url, "session.max_frame=30000",
                                   "session.window=64KiB", stdin=file,
                                   options=("--quiet", "--binary", "--chunk", "200KB")) as client:
                    got = await client.process.stdout.read()
                    self.assertEqual(await client.ended(), 0, client.said)
            session = await server.line()
            self.assertEqual((await chaos.counts())["cut"], 15)
        self.assertTrue(got == content, f"{len(got)} bytes came back")
        self.check_session(session, 20, 20)

    async def test_voids_and_slow_handlers(self):
        """Windows close and open again, with withdrawn messages in between."""
        await self.through(
            ["--void-every", 7, "--delay-ms", 1, "--window", 65536, "--send-bound", 50000],
            ["session.window=64KiB"], ["--cut-every", "20KiB", "--cuts", 3], messages=1000)

    async def test_feed(self):
        """Messages of the server that nobody asked for, under way when the client's END comes."""
        async with Server("--feed", MESSAGES, "--bytes", 64) as server, Chaos(
                RESOCK, server.url, "--seed", SEED, "--cut-every", "32KiB", "--cuts", 8,
                "--cut-direction", "to-client") as chaos:
            got, code, said = await self.talk(chaos.url, b"one\n",
                                              options=("--quiet", "--binary"))
            session = await server.line()
        from numbered import payload_of
        self.assertEqual((code, said), (0, ""))
        self.assertTrue(got == b"".join(payload_of(n, 64)[0] for n in range(1, MESSAGES + 1)))
        self.check_session(session, 1, MESSAGES)

    async def test_over_tls(self):
        with tempfile.TemporaryDirectory(prefix="resock-cpp-client-") as folder:
            authority = Authority(Path(folder))
            async with Server("--echo", "--count", "--tls-cert", authority.chain, "--tls-key",
                              authority.key) as server, Chaos(
                    RESOCK, server.url, "--seed", SEED, "--cut-every", "8KiB", "--cuts",
                    5) as chaos:
                url = chaos.url.replace("ws://", "wss://")
                got, code, said = await self.talk(url, lines(1, 2000),
                                                  f"tls.ca_file={authority.ca}")
                self.check_session(await server.line(), 2000, 2000)
        self.assertEqual((code, got == lines(1, 2000)), (0, True), said)

    async def test_what_is_never_said(self):
        """R12: neither sid nor secret, whatever is told of a session."""
        hellos = []

        async def refuse(connection, hello):
            hellos.append(hello)
            await connection.send(encode("REJECT", reason=4, retry_ms=0, text="no"))

        async with ScriptedServer(refuse) as server:
            _, code, said = await self.talk(server.url, b"one\n", "log.level=debug",
                                            options=EVENTS)
        self.assertNotEqual(code, 0)
        self.assertIn('"event":"LOST"', said)
        for secret in (hellos[0].sid, hellos[0].secret):
            for form in (secret.hex(), base64.b64encode(secret).decode()[:20],
                         repr(secret)[2:-1]):
                self.assertNotIn(form.lower(), said.lower())

    async def test_no_silent_downgrade(self):
        """R1: a server that does not select resock.v1."""
        from websockets.asyncio.server import serve
        from websockets.exceptions import ConnectionClosed

        received = []

        async def keep(websocket):
            with contextlib.suppress(ConnectionClosed):
                async for message in websocket:
                    received.append(message)

        async with serve(keep, "127.0.0.1", 0) as plain:
            url = f"ws://127.0.0.1:{plain.sockets[0].getsockname()[1]}"
            _, code, said = await self.talk(url, b"one\n", "reconnect.hold=0")
        self.assertEqual((code, received), (3, []))
        self.assertRegex(said, "resock.v1")


class Commands(Case):
    """What the server's operator does in the middle of a session."""

    async def meanwhile(self, command, server=(), words=(), connects=1, options=EVENTS):
        """The command is given before the first message is handled."""
        async with Server("--echo", "--count", *server) as peer:
            peer.command_line("hold")
            async with Connect(RESOCK, peer.url, *words, options=options) as client:
                talking = asyncio.create_task(self.finish(client, lines(1, 400)))
                await peer.connected(1)
                peer.command_line(command)
                if connects > 1:
                    await peer.connected(connects)
                peer.command_line("go")
                got, code, said = await talking
                events = client.events("OPEN", "DOWN", "LOST", "FAILED", "CLOSED")
            return got, code, said, events, await peer.quit()

    def check_whole(self, got, code, said, sessions):
        self.assertEqual(code, 0, said)
        self.assertEqual(got, lines(1, 400))
        self.check_session(sessions[0], 400, 400)

    async def test_drain(self):
        for command in ["drain 5000", "drain 0", "cut"]:
            with self.subTest(command):
                got, code, said, _, sessions = await self.meanwhile(command, connects=2)
                self.check_whole(got, code, said, sessions)
                self.assertGreater(sessions[0]["connects"], 1)

    async def test_drain_to_another_address(self):
        for words, followed in [([], 0), (["session.redirect_hosts=127.0.0.1"], 1)]:
            async with Server("--echo", "--count", host="127.0.0.2") as server, \
                    Chaos(RESOCK, server.url) as chaos:
                server.command_line("hold")
                async with Connect(RESOCK, server.url, *words) as client:
                    talking = asyncio.create_task(self.finish(client, lines(1, 400)))
                    await server.connected(1)
                    server.command_line(f"drain 100 {chaos.url}")
                    await server.connected(2)
                    server.command_line("go")
                    got, code, said = await talking
                self.check_whole(got, code, said, await server.quit())
                self.assertEqual((await chaos.counts())["accepted"], followed)

    async def test_finish(self):
        """The session ends behind what was submitted; another one takes the rest."""
        async with Server("--echo", "--window", 65536) as server:
            server.command_line("hold")
            async with Connect(RESOCK, server.url, "queue.messages=100") as client:
                talking = asyncio.create_task(self.finish(client, lines(1, MESSAGES)))
                await server.connected(1)
                server.command_line("finish 60000")
                server.command_line("go")
                got, code, said = await talking
            sessions = await server.quit()
        self.assertEqual([session["end"] for session in sessions], ["clean", "clean"])
        self.assertEqual(sum(session["received"] for session in sessions), MESSAGES)
        self.assertEqual((code, got == lines(1, MESSAGES)), (0, True), said)

    async def test_the_server_ends(self):
        """What was submitted is acknowledged; of the echo comes what was before END."""
        got, code, said, events, sessions = await self.meanwhile("end")
        self.assertEqual((sessions[0]["end"], sessions[0]["received"]), ("clean", 400))
        self.assertEqual(got, lines(1, sessions[0]["sent"]))
        self.assertEqual(events[-1]["event"], "CLOSED")
        self.assertNotIn("FAILED", [each["event"] for each in events])
        self.assertEqual(code, 0, said)

    async def test_abort_and_forget(self):
        """R29: one LOST, and what was not acknowledged fails."""
        for command, reason in [("abort", "ended"), ("forget", "unknown_session")]:
            with self.subTest(command):
                got, code, said, events, sessions = await self.meanwhile(command)
                names = [each["event"] for each in events]
                self.assertEqual((code, names.count("LOST"), names[-1]), (1, 1, "CLOSED"), said)
                lost = next(each for each in events if each["event"] == "LOST")
                self.assertEqual(lost["reason"], reason, lost)
                self.assertTrue(lines(1, 400).startswith(got))

    async def test_tokens(self):
        known = ["--token", "ann:1"]
        async with Server("--echo", "--count", *known) as server:
            got, code, said = await self.talk(server.url, lines(1, 400), "session.token=ann:1")
            self.check_whole(got, code, said, [await server.line()])
            for words in [["session.token=eve:1"], []]:
                _, code, said = await self.talk(server.url, lines(1, 4), "reconnect.hold=0", *words)
                self.assertEqual(code, 3, said)
                self.assertNotIn("eve:1", said)
            stats = await server.ask("stats")
            self.assertEqual(stats["refused"], {"authentication_needed": 1, "forbidden": 1})

    async def test_a_token_that_is_asked_for(self):
        """R26: one who has no fresh token is closed with 4401."""
        _, code, said, events, _ = await self.meanwhile(
            "auth 10000", ["--token", "ann:1"], ["session.token=ann:1"])
        self.assertEqual(code, 0, said)


if __name__ == "__main__":
    # unittest runs asyncio in debug mode, whose warnings of slow steps say nothing here.
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    Talks.resock = RESOCK
    unittest.main()
