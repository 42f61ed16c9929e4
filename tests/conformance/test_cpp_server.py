"""The JavaScript client of resock.v1 against `resock serve --echo`, directly and through `resock
chaos`, judged by the client's counts: the echo of a message that was lost, or handed over twice or
in another order, shows there. `test_cpp_server.py RESOCK`"""

import asyncio
import contextlib
import logging
import tempfile
import unittest
from pathlib import Path

from cpp_ends import TELLING, Serve, resock_of
from programs import Chaos, Client, run_client

if __name__ == "__main__":
    RESOCK = resock_of(__file__)

from authority import Authority  # noqa: E402

MESSAGES = 5000
SEED = 1
FLAWS = ("lost", "twice", "out_of_order", "damaged")


class Case(unittest.IsolatedAsyncioTestCase):
    maxDiff = None

    def check_client(self, result, code, messages):
        """Everything has gone there and back, once and in order, and the session has ended well."""
        self.assertEqual({flaw: result[flaw] for flaw in FLAWS}, dict.fromkeys(FLAWS, 0), result)
        self.assertEqual((result["sent"], result["acked"], result["received"]), (messages,) * 3)
        self.assertEqual((result["end"], result["sessions"], code), ("clean", 1, 0), result)

    async def through(self, client=(), chaos=None, words=(), messages=MESSAGES):
        """A session with so many messages each way; what the client and chaos have counted."""
        counts = None
        options = ["--send", messages, "--expect", messages, "--end", *client]
        async with Serve(RESOCK, *words) as server:
            if chaos is None:
                result, code = await run_client(server.url, *options)
            else:
                async with Chaos(RESOCK, server.url, "--seed", SEED, *chaos) as proxy:
                    result, code = await run_client(proxy.url, *options)
                    counts = await proxy.counts()
            self.check_client(result, code, messages)
            self.assertEqual(await server.stopped(), 0)
            self.assertEqual(bytes(server.said), b"")
        return result, counts


class Transfers(Case):
    async def test_directly(self):
        result, _ = await self.through()
        self.assertEqual(result["connects"], 1)

    async def test_notes(self):
        """R11: they come back as messages, between those that are numbered, or not at all."""
        async with Serve(RESOCK) as server:
            result, code = await run_client(server.url, "--send", 100, "--expect", 100, "--end",
                                            "--notes", 10, "--delay-ms", 1)
        self.assertEqual((result["end"], result["lost"], result["twice"]), ("clean", 0, 0), result)
        self.assertGreater(result["notes_sent"], 0)
        self.assertIn(result["received"], range(100, 100 + result["notes_sent"] + 1))

    async def test_cuts(self):
        for name, client, chaos in [
                ("FIN", ["--bytes", 64], ["--cut-every", "8KiB"]),
                ("RST", ["--bytes", 64], ["--cut-every", "8KiB", "--reset"]),
                ("RST by the server's bytes", ["--bytes", 64],
                 ["--cut-every", "8KiB", "--reset", "--cut-direction", "to-client"]),
                ("refused for a while", [], ["--cut-every", "4KiB", "--refuse", 1])]:
            with self.subTest(name, seed=SEED):
                result, counts = await self.through(client, ["--cuts", 12, *chaos])
                self.assertEqual(counts["cut"], 12)
                self.assertGreater(result["resumes"], 0)

    async def test_half_open(self):
        """One end goes on believing in the old connection: takeover, 4409, silence."""
        async def transfer(unaware, cuts):
            result, counts = await self.through(
                ["--bytes", 64, "--heartbeat-ms", 1000],
                ["--cut-every", "30KiB", "--cuts", cuts, "--half-open", unaware])
            self.assertEqual(counts["cut"], cuts)
            self.assertGreater(result["resumes"], 0)

        await asyncio.gather(transfer("server", 10), transfer("client", 2))

    async def test_black_holes(self):
        async def transfer(way):
            result, counts = await self.through(
                ["--heartbeat-ms", 1000],
                ["--blackhole-after", "20KiB", "--blackhole-direction", way, "--blackholes", 1])
            self.assertEqual((counts["black_holes"], result["connects"]), (1, 2))

        await asyncio.gather(*map(transfer, ["both", "to-server", "to-client"]))

    async def test_chunks_and_voids(self):
        """Messages of many frames, larger than the window, between others that are withdrawn."""
        _, counts = await self.through(
            ["--bytes", 200000, "--void-every", 3, "--max-frame", 30000, "--window", 65536],
            ["--cut-every", "150KiB", "--cuts", 20, "--reset"],
            ["session.max_frame=20000", "session.window=65536"], messages=40)
        self.assertEqual(counts["cut"], 20)

    async def test_texts_that_are_cut_apart(self):
        """R9; the client offers permessage-deflate, which is not selected."""
        await self.through(["--bytes", 100000, "--text", "--deflate"],
                           ["--cut-every", "300KiB", "--cuts", 4], messages=20)

    async def test_slow_handlers(self):
        """Windows close and open again."""
        await self.through(
            ["--window", 65536, "--send-bound", 50000, "--delay-ms", 1, "--bytes", 5000],
            ["--cut-every", "200KiB", "--cuts", 5], ["session.window=64KiB"], messages=400)

    async def test_messages_that_expire(self):
        """R25: what was sent is handed over, expired or not."""
        await self.through(["--expires-ms", 0, "--bytes", 40000], messages=50)

    async def test_messages_above_the_limit(self):
        """R25: the echo of what the client does not take is a VOID, and its failure is told."""
        async with Serve(RESOCK) as server:
            result, code = await run_client(server.url, "--send", 3, "--bytes", 70000,
                                            "--max-message", 69999, "--end")
            self.assertEqual((result["end"], result["acked"], code), ("clean", 3, 0))
            self.assertEqual(result["received"], 0)
        async with Serve(RESOCK, "message.max=69999") as server:
            result, code = await run_client(server.url, "--send", 3, "--bytes", 70000, "--end")
            self.assertEqual((result["end"], code), ("stopped", 1))

    async def test_many_clients(self):
        async with Serve(RESOCK) as server, Chaos(
                RESOCK, server.url, "--seed", SEED, "--cut-every", "8KiB", "--cuts", 40) as chaos:
            ends = await asyncio.gather(*[
                run_client(chaos.url, "--send", 1000, "--expect", 1000, "--end", "--bytes", 64)
                for _ in range(6)])
            for result, code in ends:
                self.check_client(result, code, 1000)

    async def test_over_tls(self):
        with tempfile.TemporaryDirectory(prefix="resock-cpp-server-") as folder:
            authority = Authority(Path(folder))
            options = ["--echo", "--tls-cert", authority.chain, "--tls-key", authority.key]
            async with Serve(RESOCK, options=options, scheme="wss") as server, Chaos(
                    RESOCK, f"127.0.0.1:{server.port}", "--seed", SEED, "--cut-every", "16KiB",
                    "--cuts", 10) as chaos:
                result, code = await run_client(
                    chaos.url.replace("ws://", "wss://"), "--send", 1000, "--expect", 1000, "--end",
                    "--bytes", 64, "--ca", authority.ca)
                self.check_client(result, code, 1000)
                self.assertEqual((await chaos.counts())["cut"], 10)


class Tokens(Case):
    async def test_by_hello(self):
        async with Serve(RESOCK, "listen.token=right-one") as server:
            for tokens, end, reason in [
                    (["--token", "right-one"], "clean", ""), ([], "stopped", "REJECT 11"),
                    (["--token", "wrong-one"], "stopped", "REJECT 11")]:
                result, code = await run_client(server.url, "--send", 10, "--end", *tokens)
                self.assertEqual((result["end"], code), (end, end != "clean"))
                self.assertTrue(result["reason"].startswith(reason), result)
            # R16: with RETRY, once there is another token.
            result, code = await run_client(server.url, "--send", 10, "--expect", 10, "--end",
                                            "--token", "wrong-one", "--token", "right-one")
            self.check_client(result, code, 10)
            self.assertEqual(await server.stopped(), 0)
        for token in [b"right-one", b"wrong-one"]:
            self.assertNotIn(token, server.said)


class Links(Case):
    async def test_what_the_application_sees(self):
        """One link, however many connections there are; CLOSED comes last."""
        async with Serve(RESOCK, options=TELLING) as server, Chaos(
                RESOCK, server.url, "--seed", SEED, "--cut-every", "8KiB", "--cuts", 5) as chaos:
            result, code = await run_client(chaos.url, "--send", 1000, "--expect", 1000, "--end",
                                            "--bytes", 64)
            self.check_client(result, code, 1000)
            self.assertEqual(await server.stopped(), 0)
        names = [each["event"] for each in server.events(
            "ACCEPTED", "OPEN", "DOWN", "FAILED", "LOST", "CLOSED") if each["link"]]
        opens = names.count("OPEN")
        self.assertGreater(opens, 1)
        self.assertEqual(names, ["ACCEPTED", *["OPEN", "DOWN"] * opens, "CLOSED"])
        numbers = [each["number"] for each in server.events("MESSAGE")]
        self.assertEqual(numbers, list(range(1, 1001)))


class Restarts(Case):
    """The server killed and started again in the middle of a session."""

    OPTIONS = ["--send", MESSAGES, "--expect", MESSAGES, "--end", "--bytes", 64, "--window", 65536,
               "--send-bound", 20000, "--reconnect-max-ms", 100]

    async def killed(self, words, times):
        """The server is killed so many times, each as soon as some more messages have come."""
        servers = []
        async with contextlib.AsyncExitStack() as stack:
            async def start(port=0):
                servers.append(await stack.enter_async_context(
                    Serve(RESOCK, *words, options=TELLING, port=port)))

            await start()
            port = servers[0].port
            client = await stack.enter_async_context(Client(servers[0].url, *self.OPTIONS))
            for kill in range(1, times + 1):
                number = kill * MESSAGES // (times + 1)
                await servers[-1].says(b'"number":%d,' % number)
                await servers[-1].kill()
                await start(port)
            result, code = await client.ended()
        return result, code, servers

    async def test_with_its_table(self):
        """Invariant 3: handed over once and in order; what was not done comes again, flagged, so
        that the echo of it, which knows of no transaction, goes twice."""
        with tempfile.TemporaryDirectory(prefix="resock-cpp-server-") as folder:
            result, code, servers = await self.killed(
                [f"listen.sessions={folder}/sessions", "outbox.sync=normal"], 5)
        self.assertEqual((result["end"], result["sessions"], result["acked"]),
                         ("clean", 1, MESSAGES), result)
        downs = [each["record"]["why"] for server in servers for each in server.events("DOWN")]
        self.assertEqual(result["resumes"], 5, downs)
        # What a killed server had not yet told of is missing in its words, but not in the echo.
        highest = 0
        for server in servers:
            messages = server.events("MESSAGE")
            numbers = [each["number"] for each in messages]
            self.assertEqual(numbers, list(range(numbers[0], numbers[-1] + 1)))
            again = [each["redelivered"] for each in messages]
            self.assertEqual(again, sorted(again, reverse=True))
            self.assertGreater(numbers[again.count(True)], highest)
            highest = numbers[-1]
        self.assertEqual(highest, MESSAGES)
        self.assertEqual([result[flaw] for flaw in ("lost", "out_of_order", "damaged")], [0] * 3)

    async def test_without(self):
        result, code, _ = await self.killed([], 1)
        self.assertEqual((result["end"], code), ("lost", 1))
        self.assertTrue(result["reason"].startswith("REJECT 1:"), result)
        self.assertEqual(result["acked"] + result["not_sent"] + result["in_doubt"] +
                         result["void"], result["sent"])
        self.assertEqual((result["twice"], result["out_of_order"], result["damaged"]), (0, 0, 0))


if __name__ == "__main__":
    # unittest runs asyncio in debug mode, whose warnings of slow steps say nothing here.
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    unittest.main()
