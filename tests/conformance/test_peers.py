"""The JavaScript client of resock.v1 against the Python server, directly and through
`resock chaos`, judged by the counts of both: `test_peers.py RESOCK`."""

import asyncio
import logging
import sys
import tempfile
import unittest
from pathlib import Path

from programs import Chaos, Client, Server, run_client, under_the_toolchain

if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} RESOCK")
    under_the_toolchain(__file__)
    RESOCK = sys.argv[1]

from authority import Authority  # noqa: E402

MESSAGES = 20000
CUTS = 50
SEED = 1
FLAWS = ("lost", "twice", "out_of_order", "damaged")


class Case(unittest.IsolatedAsyncioTestCase):
    maxDiff = None

    def check_ends(self, result, session, sent, fed):
        """Everything has arrived at both ends, once and in order."""
        self.assertEqual({flaw: result[flaw] for flaw in FLAWS}, dict.fromkeys(FLAWS, 0), result)
        self.assertEqual({flaw: session[flaw] for flaw in FLAWS}, dict.fromkeys(FLAWS, 0), session)
        self.assertEqual((result["sent"], result["acked"], session["received"]), (sent,) * 3)
        self.assertEqual((session["sent"], session["acked"], result["received"]), (fed,) * 3)
        self.assertEqual((result["end"], session["end"]), ("clean", "clean"))

    async def through(self, server_options, client_options, chaos_options=None, messages=MESSAGES):
        """A session with so many messages each way; what both ends and chaos have counted."""
        async with Server("--count", *server_options) as server:
            options = ["--send", messages, "--expect", messages, "--end", *client_options]
            if chaos_options is None:
                (result, code), counts = await run_client(server.url, *options), None
            else:
                async with Chaos(RESOCK, server.url, "--seed", SEED, *chaos_options) as chaos:
                    result, code = await run_client(chaos.url, *options)
                    counts = await chaos.counts()
            session = await server.line()
            self.assertEqual(await server.quit(), [])
        self.check_ends(result, session, messages, messages)
        self.assertEqual(code, 0)
        return result, session, counts


class Transfers(Case):
    async def test_directly(self):
        result, session, _ = await self.through(["--echo"], ["--notes", 10])
        self.assertEqual((result["connects"], session["connects"]), (1, 1))
        self.assertEqual(session["notes"], result["notes_sent"])

    async def test_cuts(self):
        # So few bytes between the cuts that all of them fall into the transfer.
        for server, client, chaos in [
                (["--echo"], ["--bytes", 64], ["--cut-every", "16KiB", "--reset"]),
                (["--feed", MESSAGES, "--bytes", 64], ["--bytes", 64],
                 ["--cut-every", "16KiB", "--cut-direction", "to-client"])]:
            with self.subTest(server=server, seed=SEED):
                result, session, counts = await self.through(server, client,
                                                             ["--cuts", CUTS, *chaos])
                self.assertEqual(counts["cut"], CUTS)
                # A connection may be cut before HELLO is read, or before WELCOME is.
                self.assertLessEqual(session["connects"], CUTS + 1)
                self.assertLessEqual(result["resumes"], session["resumes"])
                self.assertGreater(session["resumes"], 0)

    async def test_half_open(self):
        """One end goes on believing in the old connection: takeover, 4409, silence."""
        async def transfer(unaware, cuts):
            result, _, counts = await self.through(
                ["--echo", "--heartbeat-ms", 1000], ["--bytes", 64],
                ["--cut-every", "30KiB", "--cuts", cuts, "--half-open", unaware])
            self.assertEqual(counts["cut"], cuts)
            self.assertGreater(result["resumes"], 0)

        await asyncio.gather(transfer("server", 20), transfer("client", 2))

    async def test_black_holes(self):
        async def transfer(way):
            result, _, counts = await self.through(
                ["--echo"], ["--heartbeat-ms", 1000],
                ["--blackhole-after", "20KiB", "--blackhole-direction", way, "--blackholes", 1],
                messages=5000)
            self.assertEqual((counts["black_holes"], result["connects"]), (1, 2))

        await asyncio.gather(*map(transfer, ["both", "to-server", "to-client"]))

    async def test_chunks_and_voids(self):
        """Messages of many frames, larger than the window, between others that are withdrawn."""
        result, session, counts = await self.through(
            ["--echo", "--void-every", 7, "--max-frame", 20000, "--window", 65536],
            ["--bytes", 200000, "--void-every", 3, "--max-frame", 30000, "--window", 65536],
            ["--cut-every", "150KiB", "--cuts", 20, "--reset"], messages=40)
        self.assertEqual(counts["cut"], 20)

    async def test_messages_above_the_limit(self):
        """R25: the echo of what the client does not take is a VOID."""
        async with Server("--echo", "--count") as server:
            result, code = await run_client(server.url, "--send", 3, "--bytes", 70000,
                                            "--max-message", 69999, "--end")
            session = await server.line()
        self.assertEqual((session["received"], session["sent"], result["received"]), (3, 0, 0))
        self.assertEqual((result["end"], result["acked"], code), ("clean", 3, 0))
        async with Server("--max-message", 69999) as server:
            result, code = await run_client(server.url, "--send", 3, "--bytes", 70000, "--end")
        self.assertEqual((result["end"], code), ("stopped", 1))

    async def test_messages_that_expire(self):
        """R25: what was sent is handed over, marked by the clock of the receiver."""
        for later_ms, expired in [(0, 100), (3600000, 0)]:
            _, session, _ = await self.through(
                ["--echo", "--delay-ms", 2], ["--expires-ms", later_ms, "--bytes", 40000],
                messages=100)
            self.assertEqual(session["expired"], expired)

    async def test_texts_that_are_cut_apart(self):
        await self.through(["--echo", "--deflate"], ["--bytes", 100000, "--text", "--deflate"],
                           messages=20)

    async def test_slow_handlers(self):
        """Windows close and open again."""
        small = ["--window", 65536, "--send-bound", 50000, "--delay-ms", 1]
        await self.through(["--echo", *small], [*small, "--bytes", 5000],
                           ["--cut-every", "200KiB", "--cuts", 5], messages=400)

    async def test_over_tls(self):
        with tempfile.TemporaryDirectory(prefix="resock-peers-") as folder:
            authority = Authority(Path(folder))
            async with Server("--echo", "--count", "--tls-cert", authority.chain, "--tls-key",
                              authority.key) as server:
                url = f"wss://127.0.0.1:{server.port}"
                result, code = await run_client(url, "--send", 100, "--expect", 100, "--end",
                                                "--ca", authority.ca)
                self.check_ends(result, await server.line(), 100, 100)
                self.assertEqual(code, 0)
                result, code = await run_client(url, "--end", "--timeout-s", 1)
                self.assertEqual((result["end"], result["connects"], code), ("timeout", 0, 1))


class Commands(Case):
    """What the server's operator does in the middle of a session."""

    OPTIONS = ["--send", 400, "--expect", 400, "--end"]

    async def meanwhile(self, command, client_options=(), server_options=(), connects=1):
        """The command is given before the first message is handled; the session goes on once it
        has had so many connections."""
        async with Server("--echo", "--count", *server_options) as server:
            server.command_line("hold")
            async with Client(server.url, *self.OPTIONS, *client_options) as client:
                await server.connected(1)
                server.command_line(command)
                if connects > 1:
                    await server.connected(connects)
                server.command_line("go")
                result, code = await client.ended()
                lines = await server.quit()
        return result, code, lines

    async def test_drain(self):
        result, code, lines = await self.meanwhile("drain 5000", connects=2)
        self.check_ends(result, lines[0], 400, 400)
        self.assertEqual((result["connects"], result["resumes"], code), (2, 1, 0))

    async def test_drain_without_patience(self):
        result, code, lines = await self.meanwhile("drain 0", connects=2)
        self.check_ends(result, lines[0], 400, 400)
        self.assertEqual(code, 0)

    async def test_drain_to_another_address(self):
        for options, followed in [([], 0), (["--allow-host", "127.0.0.1"], 1)]:
            async with Server("--echo", "--count", host="127.0.0.2") as server, \
                    Chaos(RESOCK, server.url) as chaos:
                server.command_line("hold")
                async with Client(server.url, *self.OPTIONS, *options) as client:
                    await server.connected(1)
                    server.command_line(f"drain 100 {chaos.url}")
                    await server.connected(2)
                    server.command_line("go")
                    result, code = await client.ended()
                self.check_ends(result, (await server.quit())[0], 400, 400)
                self.assertEqual((code, (await chaos.counts())["accepted"]), (0, followed))

    async def test_cut(self):
        result, code, lines = await self.meanwhile("cut", connects=2)
        self.check_ends(result, lines[0], 400, 400)
        self.assertEqual((result["connects"], result["resumes"], code), (2, 1, 0))

    async def test_finish(self):
        """The session ends behind what was submitted; another one takes the rest."""
        async with Server("--echo", "--window", 65536) as server:
            server.command_line("hold")
            async with Client(server.url, "--send", MESSAGES, "--expect", MESSAGES, "--end",
                              "--send-bound", 2000) as client:
                await server.connected(1)
                server.command_line("finish 60000")
                server.command_line("go")
                result, code = await client.ended()
            sessions = await server.quit()
        self.assertEqual([session["end"] for session in sessions], ["clean", "clean"])
        self.assertEqual(sum(session["received"] for session in sessions), MESSAGES)
        self.assertEqual({flaw: result[flaw] for flaw in FLAWS}, dict.fromkeys(FLAWS, 0))
        self.assertEqual((result["sessions"], result["acked"], code), (2, MESSAGES, 0))

    async def test_the_server_ends(self):
        result, code, lines = await self.meanwhile("end")
        self.assertEqual((result["end"], lines[0]["end"]), ("clean", "clean"))
        self.assertEqual((lines[0]["received"], lines[0]["sent"]), (400, 0))
        self.assertEqual((result["acked"], result["lost"], code), (400, 400, 1))

    async def test_abort_and_forget(self):
        for command, how, reason in [("abort", "aborted", "REJECT 5"),
                                     ("forget", "forgotten", "REJECT 1")]:
            with self.subTest(command):
                result, code, lines = await self.meanwhile(command)
                self.assertEqual((result["end"], lines[0]["end"], code), ("lost", how, 1))
                self.assertTrue(result["reason"].startswith(reason), result)
                self.assertEqual(result["acked"] + result["not_sent"] + result["in_doubt"],
                                 result["sent"])
                self.assertEqual((result["twice"], result["out_of_order"]), (0, 0))

    async def test_fresh_tokens(self):
        known = ["--token", "ann:1", "--token", "ann:2", "--token", "bob:1"]
        result, code, lines = await self.meanwhile(
            "auth 10000", ["--token", "ann:1", "--token", "ann:2"], known)
        self.check_ends(result, lines[0], 400, 400)
        self.assertEqual((result["connects"], code), (1, 0))
        result, code, _ = await self.meanwhile(
            "auth 10000", ["--token", "ann:1", "--token", "bob:1"], known)
        self.assertEqual((result["end"], code), ("stopped", 1))
        self.assertTrue(result["reason"].startswith("4403 R26"), result)

    async def test_tokens_that_do_not_do(self):
        async with Server("--token", "ann:1") as server:
            for tokens, reason in [([], "REJECT 11"), (["--token", "eve"], "REJECT 2")]:
                result, code = await run_client(server.url, "--end", *tokens)
                self.assertEqual((result["end"], code), ("stopped", 1))
                self.assertTrue(result["reason"].startswith(reason), result)
            stats = await server.ask("stats")
            self.assertEqual(stats["refused"], {"authentication_needed": 1, "forbidden": 1})

    async def test_wrong_usage(self):
        for options in [[], ["ws://127.0.0.1:1", "--nonsense"], ["ws://127.0.0.1:1", "--send"],
                        ["ws://127.0.0.1:1", "--send", "-1"], ["ws://127.0.0.1:1", "--bytes", 7],
                        ["ws://127.0.0.1:1", "--window", 65535]]:
            async with Client(*(options or ["--end"])) as client:
                self.assertEqual(await client.ended(), (None, 2))


class Detection(Case):
    """The counts tell what they are there for."""

    async def test_a_gap(self):
        async with Server("--feed", 9) as server:
            result, code = await run_client(server.url, "--expect", 10, "--end")
            self.assertEqual((result["received"], result["lost"], code), (9, 1, 1))

    def test_what_is_wrong(self):
        from numbered import Count, payload_of
        for numbers, flaws in [([1, 3], (1, 0, 0)), ([1, 2, 2], (0, 1, 0)), ([2, 1], (0, 0, 1)),
                               ([1, 3, 2, 3], (0, 1, 1))]:
            count = Count()
            for number in numbers:
                count.take(*payload_of(number, 20))
            report = count.report()
            self.assertEqual(tuple(report[flaw] for flaw in FLAWS[:3]), flaws, numbers)


if __name__ == "__main__":
    # unittest runs asyncio in debug mode, whose warnings of slow steps say nothing here.
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    unittest.main(argv=[sys.argv[0]])
