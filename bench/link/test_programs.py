"""Do the programs notice what goes wrong? `python3 test_programs.py FOLDER_OF_PROGRAMS`.

A measurement that cannot fail says nothing: each fault of faulty_server.py must be counted.
"""

import asyncio
import json
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))

from echo_client import BINARY, CUT, masked, number, serving
from faulty_server import faulty

BIN = Path(sys.argv.pop(1)) if len(sys.argv) > 1 else None
TIMEOUT_S = 60
OURS = [["resock", "--io", io, "--calls", calls]
        for io in ("driven", "threaded") for calls in ("single", "packed")]
BEAST = [["beast"], ["beast", "--tuned"]]
MESSAGES = 1000


async def run(program, *arguments):
    """(exit code, what it reports, standard error)."""
    name, *options = program
    process = await asyncio.create_subprocess_exec(
        BIN / f"bench_{name}", *map(str, arguments), *options, stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
    out, err = await asyncio.wait_for(process.communicate(), TIMEOUT_S)
    lines = out.splitlines()
    return process.returncode, json.loads(lines[-1]) if lines else None, err.decode()


def against(fault, program, job, *arguments):
    async def all_of_it():
        async with faulty(fault) as url:
            return await run(program, job, "--url", url + "/", *arguments)
    return asyncio.run(all_of_it())


def throughput(fault, program):
    return against(fault, program, "throughput", "--messages", MESSAGES - 100, "--warm-up", 100,
                   "--in-flight", 50, "--patience", 1)


class Throughput(unittest.TestCase):
    def check(self, fault, *, lost=0, twice=0, out_of_order=0, wrong=0):
        for program in OURS + BEAST:
            with self.subTest(program=program):
                code, found, err = throughput(fault, program)
                self.assertEqual(code, 0, err)
                self.assertEqual(found["messages"], MESSAGES - 100)
                self.assertGreater(found["seconds"], 0)
                self.assertEqual(
                    [found[name] for name in ("lost", "twice", "out_of_order", "wrong")],
                    [lost, twice, out_of_order, wrong])

    def test_all_comes_back(self):
        self.check("none")

    def test_a_message_that_is_missing(self):
        self.check("drop", lost=1)

    def test_a_message_that_is_altered(self):
        self.check("alter", lost=1, wrong=1)

    def test_a_message_that_comes_twice(self):
        self.check("twice", twice=1)

    def test_messages_that_change_places(self):
        self.check("swap", out_of_order=1)

    def test_beast_says_that_the_server_closed(self):
        for program in BEAST:
            code, found, err = throughput("close", program)
            self.assertEqual((code, found), (1, None))
            # Whichever comes first.
            self.assertRegex(err, "^bench_beast: (reading|writing) failed: ")

    def test_resock_counts_what_a_refusal_costs(self):
        code, found, _ = throughput("refuse", OURS[0])
        self.assertEqual((code, found["lost"]), (0, MESSAGES))

    def test_no_network(self):
        for program in OURS:
            code, found, err = asyncio.run(run(program, "throughput", "--url", "echo:",
                                               "--messages", 20000))
            self.assertEqual((code, found["lost"], found["messages"]), (0, 0, 20000), err)

    def test_a_million_kept(self):
        async def all_of_it():
            async with serving(BIN) as server:
                return await run(OURS[0], "throughput", "--url", f"ws://127.0.0.1:{server.port}/",
                                 "--in-flight", 1000000, "--messages", 1100000)
        code, found, err = asyncio.run(all_of_it())
        self.assertEqual((code, found["lost"], found["twice"]), (0, 0, 0), err)


class Others(unittest.TestCase):
    ALL = [["resock"], ["resock", "--io", "threaded"], ["beast"]]

    def test_round_trips(self):
        for program in self.ALL:
            for fault, lost, wrong in (("none", 0, 0), ("alter", 0, 1), ("drop", 100, 0)):
                with self.subTest(program=program, fault=fault):
                    code, found, err = against(fault, program, "pingpong", "--messages", 499,
                                               "--warm-up", 100, "--patience", 0.5)
                    self.assertEqual((code, found["lost"], found["wrong"]), (0, lost, wrong), err)
                    self.assertEqual(found["messages"], 499 - lost)
                    self.assertLessEqual(found["p50_us"], found["p99_us"])

    def test_idle_links(self):
        for program in self.ALL:
            code, found, err = against("none", program, "idle", "--links", 20)
            self.assertEqual((code, found), (0, {"links": 20, "failed": 0}), err)
            code, found, err = against("refuse", program, "idle", "--links", 5)
            self.assertEqual((code, found), (1, {"links": 0, "failed": 5}))
            self.assertIn("bench_", err)

    def test_the_server_counts_what_was_sent(self):
        async def all_of_it(program):
            async with serving(BIN, "--tally") as server:
                found = await run(program, "loss", "--url", f"ws://127.0.0.1:{server.port}/",
                                  "--messages", 200, "--rate", 2000)
            return found, server.report
        for program in self.ALL:
            (code, found, err), counted = asyncio.run(all_of_it(program))
            self.assertEqual((code, found["sent"], found["reconnects"]), (0, 200, 0), err)
            self.assertEqual((counted["distinct"], counted["twice"]), (200, 0))

    def test_every_cut_is_recovered_from(self):
        async def all_of_it(program):
            async with serving(BIN) as server:
                found = await run(program, "recover", "--url", f"ws://127.0.0.1:{server.port}/",
                                  "--times", 20)
            return found, server.report
        for program in self.ALL[:2]:
            (code, found, err), counted = asyncio.run(all_of_it(program))
            self.assertEqual((code, found["times"], found["lost"]), (0, 20, 0), err)
            self.assertEqual(len(counted["recover_us"]), 20)

    def test_wrong_usage(self):
        for program in (["resock"], ["beast"]):
            for wrong in (["throughput"], ["throughput", "--url", "ws://192.0.2.1:80/"],
                          ["throughput", "--url", "ws://127.0.0.1:1/", "--size", "7"], ["fly"], []):
                code, found, err = asyncio.run(run(program, *wrong))
                self.assertEqual((code, found), (2, None), wrong)
                self.assertTrue(err, wrong)


class EchoServer(unittest.IsolatedAsyncioTestCase):
    async def test_tally(self):
        async with serving(BIN, "--tally") as server:
            client = await server.connect()
            for each in (0, 1, 4, 3, 3):
                await client.send(number(each))
                self.assertEqual(await client.receive(), (BINARY, number(each)))
        counted = {name: server.report[name] for name in (
            "connections", "messages", "distinct", "twice", "out_of_order",
            "missing_below_highest")}
        self.assertEqual(counted, {"connections": 1, "messages": 5, "distinct": 4, "twice": 1,
                                   "out_of_order": 1, "missing_below_highest": 1})

    async def test_cut_and_the_time_to_the_next_message(self):
        async with serving(BIN) as server:
            client = await server.connect()
            await client.send(number(CUT))
            with self.assertRaises(ConnectionResetError):
                await client.receive()
            client = await server.connect()
            await client.send(number(1))
            await client.receive()
        self.assertEqual(len(server.report["recover_us"]), 1)
        self.assertEqual(server.report["connections"], 2)

    async def test_every_way_to_cut_frames_into_pieces(self):
        payload = number(1, 301)
        frames = masked(0x02, payload) + masked(0x89, b"ping") + masked(0x80, b"end") + \
            masked(0x8a, b"unasked") + masked(BINARY, b"")
        wanted = [(0x02, payload), (0x8a, b"ping"), (0x80, b"end"), (BINARY, b"")]
        async with serving(BIN) as server:
            client = await server.connect()
            for cut in range(1, len(frames)):
                await client.write(frames[:cut])
                await client.write(frames[cut:])
                self.assertEqual([await client.receive() for _ in wanted], wanted)
        self.assertEqual(server.report["messages"], 2 * (len(frames) - 1))

    async def test_a_message_larger_than_the_buffer(self):
        payload = number(5, 3 << 20)
        async with serving(BIN) as server:
            client = await server.connect()
            sending = asyncio.create_task(client.send(payload))
            first, echo = await client.receive()
            await sending
            self.assertEqual(first, BINARY)
            self.assertTrue(echo == payload)

    async def test_a_close_is_answered_and_the_connection_ended(self):
        async with serving(BIN) as server:
            client = await server.connect()
            await client.send(b"\x03\xe8bye", 0x88)
            self.assertEqual(await client.receive(), (0x88, b"\x03\xe8bye"))
            self.assertEqual(await client.reader.read(), b"")

    async def test_what_breaks_the_protocol_is_refused(self):
        broken = {"unmasked": b"\x82\x01x", "reserved": masked(0xc2, b"x"),
                  "opcode": masked(0x83, b"x"), "large ping": masked(0x89, b"x" * 126),
                  "fragment of nothing": masked(0x80, b"x")}
        async with serving(BIN) as server:
            for name, data in broken.items():
                client = await server.connect()
                await client.write(data)
                self.assertEqual(await client.receive(), (0x88, b"\x03\xea"), name)
                self.assertEqual(await client.reader.read(), b"", name)

    async def test_a_client_that_does_not_read_is_not_read(self):
        async with serving(BIN) as server:
            client = await server.connect()
            client.writer.transport.set_write_buffer_limits(high=0)
            client.reader._transport.pause_reading()
            frame = masked(BINARY, number(1, 1 << 20))
            sent = 0
            # The kernel's buffers take some; more than that means that the server hoards.
            while sent < 256:
                try:
                    await asyncio.wait_for(client.write(frame), 1)
                except asyncio.TimeoutError:
                    break
                sent += 1
            self.assertLess(sent, 256)
            status = Path(f"/proc/{server.process.pid}/status").read_text()
            resident_kib = int(status.partition("VmRSS:")[2].split()[0])
            self.assertLess(resident_kib, 32 << 10)
            client.writer.transport.abort()
            other = await server.connect()
            await other.send(number(2))
            self.assertEqual(await other.receive(), (BINARY, number(2)))


if __name__ == "__main__":
    if BIN is None:
        sys.exit(__doc__)
    unittest.main()
